// What the limiter remembers of one request: under which policies, tiers and keys it was counted, until its answer has come.
// Flat and fixed: a policy that applies takes one row.
import { Block } from "../../base/block";
import { NumberFinder } from "../../json/number-finder";
import { StageState } from "../exchange";
import { KeptHeaders } from "./kept-headers";
import { Policy } from "./policy";

/** Policies of a configuration, and so rows of a request. */
export const maxPolicies: i32 = 32;

// One row: u64 key   8 u64 resetNs   16 u32 cost   20 u32 remaining   24 u16 policy   26 u8 tier   27 u8 committed
//   28 u32 taken ahead   32 u64 key of the descriptor   40 u8 asked   41 pad
const rowBytes: u32 = 48;

@final
export class Rows extends StageState {
  count: u32 = 0;
  /** When the rows were written down. */
  admittedNs: u64 = 0;
  /** Bytes of the body that Content-Length has announced. */
  announcedBytes: u64 = 0;
  /** Headers that the rate-limit service wants in the response; null: no service is asked. */
  readonly kept: KeptHeaders | null;
  /** For each policy, what looks for its cost in the response; null where none does. */
  readonly finders: StaticArray<NumberFinder | null>;
  private block: Block = new Block(rowBytes * <u32>maxPolicies);

  constructor(policies: Array<Policy>, asksService: bool) {
    super();
    this.kept = asksService ? new KeptHeaders() : null;
    this.finders = new StaticArray<NumberFinder | null>(policies.length);
    for (let i = 0; i < policies.length; i++) {
      const pointer = policies[i].cost.pointer;
      if (pointer !== null) this.finders[i] = new NumberFinder(pointer);
    }
  }

  reset(): void {
    this.count = 0;
    this.announcedBytes = 0;
    const kept = this.kept;
    if (kept !== null) kept.clear();
    for (let i = 0; i < this.finders.length; i++) {
      const finder = this.finders[i];
      if (finder !== null) finder.reset();
    }
  }

  add(policy: i32, tier: i32, key: u64, cost: u32): void {
    const row = this.at(this.count++);
    store<u64>(row, key);
    store<u64>(row, 0, 8);
    store<u32>(row, cost, 16);
    store<u32>(row, 0, 20);
    store<u16>(row, <u16>policy, 24);
    store<u16>(row, <u16>tier, 26);
    store<u32>(row, 0, 28);
    store<u64>(row, 0, 32);
    store<u8>(row, 0, 40);
  }

  /** The key of what the rate-limit service is told of this row; 0: it is not asked. */
  descriptorKey(i: u32): u64 {
    return load<u64>(this.at(i), 32);
  }

  setDescriptorKey(i: u32, key: u64): void {
    store<u64>(this.at(i), key, 32);
  }

  /** The service is asked about this row, and for `ahead` hits more. */
  ask(i: u32, ahead: u32): void {
    store<u32>(this.at(i), ahead, 28);
    store<u8>(this.at(i), 1, 40);
  }

  isAsked(i: u32): bool {
    return load<u8>(this.at(i), 40) != 0;
  }

  ahead(i: u32): u32 {
    return load<u32>(this.at(i), 28);
  }

  /** Given back, or settled: the row takes no further part. */
  uncommit(i: u32): void {
    store<u8>(this.at(i), 0, 27);
  }

  key(i: u32): u64 {
    return load<u64>(this.at(i));
  }

  cost(i: u32): u32 {
    return load<u32>(this.at(i), 16);
  }

  policy(i: u32): i32 {
    return <i32>load<u16>(this.at(i), 24);
  }

  tier(i: u32): i32 {
    return <i32>load<u8>(this.at(i), 26);
  }

  /** Whether the cost was taken from the table. */
  isCommitted(i: u32): bool {
    return load<u8>(this.at(i), 27) != 0;
  }

  commit(i: u32): void {
    store<u8>(this.at(i), 1, 27);
  }

  /** The policy found no room and only looks on: the row takes no further part. */
  release(i: u32): void {
    store<u32>(this.at(i), 0, 16);
  }

  isReleased(i: u32): bool {
    return this.cost(i) == 0;
  }

  /** What is left after this request, for the RateLimit field. */
  report(i: u32, remaining: u32, resetNs: u64): void {
    store<u32>(this.at(i), remaining, 20);
    store<u64>(this.at(i), resetNs, 8);
  }

  remaining(i: u32): u32 {
    return load<u32>(this.at(i), 20);
  }

  resetNs(i: u32): u64 {
    return load<u64>(this.at(i), 8);
  }

  private at(i: u32): usize {
    return this.block.ptr + i * rowBytes;
  }
}
