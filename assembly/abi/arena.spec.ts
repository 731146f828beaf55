import { allocate, ArenaLimit, enter, leave, usedBytes } from "./arena";

export function takes_everything_back_when_the_outermost_callback_ends(): void {
  enter();
  const first = allocate(10);
  enter();
  allocate(100000);
  leave();
  assert(usedBytes() >= 100010, "a nested callback leaves the outer one's memory alone");
  leave();
  assert(usedBytes() == 0);
  enter();
  assert(allocate(10) == first);
  leave();
}

export function gives_blocks_that_do_not_overlap(): void {
  enter();
  let end: usize = 0;
  for (let i: usize = 1; i < 300; i++) {
    const at = allocate(i);
    assert(at >= end && (at & 7) == 0);
    end = at + i;
  }
  leave();
}

export function says_no_past_its_heap_limit(): void {
  enter();
  assert(allocate(<usize>ArenaLimit.HeapBytes + 1) == 0);
  assert(allocate(0xffffffff) == 0 && allocate(0xfffffff8) == 0);
  assert(allocate(<usize>ArenaLimit.HeapBytes - 8) != 0);
  assert(allocate(65544) == 0);
  assert(allocate(8) != 0, "small requests still fit the static block");
  leave();
  assert(usedBytes() == 0);
}
