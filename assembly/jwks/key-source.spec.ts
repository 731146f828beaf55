// Several workers, one record: who fetches, what the others see, and what an attacker or a broken server can make of it. A set is
// a text here; one that begins with "<" is no set.
import { Hope, KeySource } from "./key-source";
import { FetchPolicy } from "./policy";
import { SourceStore } from "./source-store";

/** Shared data of a proxy with compare-and-swap. */
class Shared {
  state: StaticArray<u8> | null = null;
  version: u32 = 0;
  keys: StaticArray<u8> | null = null;
  fetches: u32 = 0;
}

class FakeStore extends SourceStore {
  used: string = "";
  seen: u32 = 0;
  canFetch: bool = true;

  constructor(private shared: Shared) {
    super();
  }

  readState(): bool {
    this.seen = this.shared.version;
    return this.point(this.shared.state);
  }

  writeState(ptr: usize, length: u32): bool {
    if (this.seen != this.shared.version) return false;
    this.shared.state = bytesOf(ptr, length);
    this.shared.version++;
    this.seen = this.shared.version;
    return true;
  }

  readKeys(): bool {
    return this.point(this.shared.keys);
  }

  writeKeys(ptr: usize, length: u32): bool {
    this.shared.keys = bytesOf(ptr, length);
    return true;
  }

  startFetch(): bool {
    if (this.canFetch) this.shared.fetches++;
    return this.canFetch;
  }

  useKeys(ptr: usize, length: u32): bool {
    const text = String.UTF8.decodeUnsafe(ptr, length);
    if (text.startsWith("<")) return false;
    this.used = text;
    return true;
  }

  private point(bytes: StaticArray<u8> | null): bool {
    if (bytes === null) return false;
    this.ptr = changetype<usize>(bytes);
    this.length = bytes.length;
    return true;
  }
}

function bytesOf(ptr: usize, length: u32): StaticArray<u8> {
  const copy = new StaticArray<u8>(length);
  memory.copy(changetype<usize>(copy), ptr, length);
  return copy;
}

class Proxy {
  shared: Shared = new Shared();
  stores: FakeStore[] = [];
  workers: KeySource[] = [];
  policy: FetchPolicy = new FetchPolicy();

  constructor(count: i32) {
    for (let i = 0; i < count; i++) {
      const store = new FakeStore(this.shared);
      this.stores.push(store);
      this.workers.push(new KeySource(this.policy, store, 1000 + i));
    }
  }

  tick(nowMs: u64): void {
    for (let i = 0; i < this.workers.length; i++) this.workers[i].tick(nowMs);
  }

  /** The one worker that is fetching; -1: none. */
  fetching(): i32 {
    let found = -1;
    for (let i = 0; i < this.workers.length; i++) {
      if (!this.workers[i].isFetching) continue;
      assert(found < 0, "two fetch at once");
      found = i;
    }
    return found;
  }

  /** Answers the fetch in flight; whether the answering worker's set changed. */
  answer(text: string, nowMs: u64, maxAge: i64 = -1): bool {
    const worker = this.workers[this.fetching()];
    const bytes = String.UTF8.encode(text);
    return worker.succeeded(changetype<usize>(bytes), bytes.byteLength, maxAge, nowMs);
  }

  fail(nowMs: u64): void {
    this.workers[this.fetching()].failed(nowMs);
  }
}

const T: u64 = 1700000000000;

export function one_worker_fetches_and_all_use_it(): void {
  const proxy = new Proxy(8);
  proxy.tick(T);
  assert(proxy.shared.fetches == 1, "one fetch");
  for (let i = 0; i < 8; i++) assert(!proxy.workers[i].isUsable, "nothing yet");
  assert(proxy.answer("one", T + 50), "changed");
  proxy.tick(T + 1000);
  for (let i = 0; i < 8; i++) {
    assert(proxy.workers[i].isUsable && proxy.stores[i].used == "one", "everywhere");
    assert(proxy.workers[i].generation == 1, "the same set");
  }
  assert(proxy.shared.fetches == 1, "still one");
}

export function it_is_renewed_before_it_is_old_and_not_in_step(): void {
  const first = new Array<u64>();
  for (let run: u64 = 0; run < 8; run++) {
    const proxy = new Proxy(1);
    proxy.workers[0] = new KeySource(proxy.policy, proxy.stores[0], run * 77777);
    proxy.tick(T);
    proxy.answer("one", T);
    let at = T;
    while (proxy.fetching() < 0) proxy.tick((at += 1000));
    assert(at - T >= 432000 && at - T <= 529000, "at 72 to 88 % of ten minutes");
    if (!first.includes(at)) first.push(at);
  }
  assert(first.length > 3, "spread");
}

export function the_answer_can_shorten_its_life_but_not_to_nothing(): void {
  const proxy = new Proxy(1);
  proxy.tick(T);
  proxy.answer("one", T, 60);
  proxy.tick(T + 42000);
  assert(proxy.fetching() < 0, "not yet");
  proxy.tick(T + 53000);
  assert(proxy.fetching() == 0, "before the minute is over");
  proxy.answer("one", T + 53000, 0);
  proxy.tick(T + 53000 + 20000);
  assert(proxy.fetching() < 0, "max-age=0 is 30 seconds");
}

export function a_set_that_did_not_change_keeps_its_number(): void {
  const proxy = new Proxy(2);
  proxy.tick(T);
  proxy.answer("one", T);
  proxy.tick(T + 1000);
  proxy.tick(T + 530000);
  assert(!proxy.answer("one", T + 530000), "the same");
  assert(proxy.workers[0].generation == 1, "number kept, so remembered tokens stay");
  proxy.tick(T + 1060000);
  assert(proxy.answer("two", T + 1060000), "another");
  proxy.tick(T + 1061000);
  assert(proxy.stores[0].used == "two" && proxy.stores[1].used == "two", "both use it");
  assert(proxy.workers[0].generation == 2 && proxy.workers[1].generation == 2, "next number");
}

export function a_bad_answer_keeps_the_good_set_until_it_is_too_old(): void {
  const proxy = new Proxy(2);
  proxy.policy.staleMs = 3600000;
  proxy.tick(T);
  proxy.answer("good", T);
  let tries = 0;
  let at = T;
  for (; at < T + 4199000; at += 1000) {
    proxy.tick(at);
    if (proxy.fetching() < 0) continue;
    if (tries++ % 2 == 0) proxy.answer(tries % 4 == 1 ? "<html>" : "x".repeat(262145), at);
    else proxy.fail(at);
    assert(proxy.stores[0].used == "good", "kept");
  }
  assert(proxy.workers[0].isUsable && proxy.workers[1].isUsable, "stale, and used");
  // 10 minutes less 12 to 28 %, then 1, 2, 4 ... 60 seconds apart.
  assert(tries > 50 && tries < 80, "less and less often: " + tries.toString());
  for (let i = 0; i < 3; i++) proxy.tick(at + i * 1000);
  assert(!proxy.workers[0].isUsable && !proxy.workers[1].isUsable, "too old");
}

export function an_unknown_kid_fetches_once_a_cool_down(): void {
  const proxy = new Proxy(8);
  proxy.tick(T);
  proxy.answer("one", T);
  proxy.tick(T + 1000);
  for (let round: u64 = 0; round < 3; round++) {
    const before = proxy.shared.fetches;
    const start = T + 31000 + round * 30000;
    for (let i: u64 = 0; i < 10000; i++) {
      const at = start + i * 2;
      const worker = proxy.workers[<i32>(i % 8)];
      const hope = worker.seek(i * 0x9e3779b97f4a7c15 + round, at);
      if (proxy.fetching() >= 0) {
        assert(hope == Hope.Wait, "waits for it");
        if (i > 20) proxy.answer("one", at);
      }
    }
    assert(proxy.shared.fetches == before + 1, "one a cool-down");
  }
}

export function a_new_key_is_found_by_whoever_is_asked(): void {
  const proxy = new Proxy(2);
  proxy.tick(T);
  proxy.answer("one", T);
  proxy.tick(T + 1000);
  assert(proxy.workers[0].seek(5, T + 40000) == Hope.Wait, "looks");
  assert(proxy.workers[1].seek(5, T + 40001) == Hope.Wait, "waits for the other's answer");
  proxy.answer("one two", T + 40050);
  assert(proxy.workers[1].seek(5, T + 40060) == Hope.Look, "it is there");
  assert(proxy.stores[1].used == "one two", "in use");
  assert(proxy.workers[1].seek(6, T + 40061) == Hope.None, "another one has to wait");
  assert(proxy.shared.fetches == 2, "one more");
}

export function a_worker_that_dies_while_it_fetches_blocks_nobody_for_long(): void {
  const proxy = new Proxy(2);
  proxy.tick(T);
  const dead = proxy.fetching();
  const alive = proxy.workers[1 - dead];
  assert(alive.seek(1, T + 6900) == Hope.Wait, "within the lease");
  alive.tick(T + 7100);
  assert(alive.isFetching, "after it");
  // The first one's answer comes after all: it is used, and the lease of the other stays.
  const late = proxy.workers[dead];
  const text = String.UTF8.encode("late");
  late.succeeded(changetype<usize>(text), 4, -1, T + 7200);
  assert(!late.isFetching && alive.isFetching, "the other goes on");
  assert(alive.seek(1, T + 7300) == Hope.Look && alive.isUsable, "and has keys meanwhile");
  const next = String.UTF8.encode("next");
  alive.succeeded(changetype<usize>(next), 4, -1, T + 7400);
  proxy.tick(T + 8000);
  assert(proxy.stores[0].used == "next" && proxy.stores[1].used == "next", "the last one counts");
}

export function without_keys_nobody_asks_more_often_than_the_pauses_allow(): void {
  const proxy = new Proxy(4);
  let at = T;
  let fails = 0;
  for (; at < T + 60000; at += 100) {
    for (let i = 0; i < 4; i++) proxy.workers[i].seek(at + i, at);
    if (proxy.fetching() >= 0) {
      proxy.fail(at);
      fails++;
    }
  }
  assert(fails >= 5 && fails <= 8, "1, 2, 4, 8 ... apart: " + fails.toString());
}

export function what_cannot_be_started_is_a_failure(): void {
  const proxy = new Proxy(1);
  proxy.stores[0].canFetch = false;
  proxy.tick(T);
  assert(!proxy.workers[0].isFetching && proxy.workers[0].refused == 1, "failed");
  assert(proxy.workers[0].seek(1, T + 10) == Hope.None, "not again at once");
  proxy.stores[0].canFetch = true;
  proxy.tick(T + 2000);
  assert(proxy.fetching() == 0, "but soon");
}

export function strangers_bytes_are_no_state_and_no_keys(): void {
  const proxy = new Proxy(1);
  proxy.tick(T);
  proxy.answer("one", T);
  proxy.shared.state = new StaticArray<u8>(72);
  proxy.shared.version++;
  proxy.tick(T + 1000);
  assert(proxy.fetching() == 0 && proxy.workers[0].isUsable, "fetches anew, uses what it has");
  proxy.answer("two", T + 1000);
  const other = new Proxy(1);
  other.shared.state = proxy.shared.state;
  other.shared.keys = new StaticArray<u8>(30);
  other.tick(T + 2000);
  assert(!other.workers[0].isUsable && other.stores[0].used == "", "no keys");
}

export function a_clock_that_is_set_back_stops_nothing(): void {
  const proxy = new Proxy(1);
  proxy.tick(T);
  proxy.answer("one", T);
  const back = T - 86400000;
  proxy.tick(back);
  assert(proxy.workers[0].isUsable, "keys stay");
  assert(proxy.fetching() == 0, "renewed at once");
  proxy.answer("two", back);
  assert(proxy.workers[0].seek(9, back + 31000) == Hope.Wait, "and unknown ids are looked for");
}
