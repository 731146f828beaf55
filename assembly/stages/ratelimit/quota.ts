// Hits that the service has granted ahead: an identity that asks again and again takes a batch in one call and spends it without
// asking. A batch is counted by the service when it is taken, so batches never admit more than the service does; what is not spent
// in a second, or before the limit is whole again, is lost to the identity. A batch is at most a quarter of what the service said
// is left.
import { Leases } from "../../ratelimit/lease";

const lifeNs: u64 = 1_000_000_000;
/** Identities watched by a worker. */
const entries: u32 = 256;

@final
export class Quota {
  private leases: Leases = new Leases(entries, lifeNs, lifeNs);

  /** @param batch most hits taken ahead, 1 or more */
  constructor(private batch: u32) {}

  /** True when `cost` was paid ahead. */
  spend(key: u64, nowNs: u64, cost: u32): bool {
    return this.leases.spend(key, nowNs, cost);
  }

  /** Hits to take ahead with the call that is about to be made. */
  ahead(key: u64, nowNs: u64): u32 {
    if (!this.leases.isHot(key, nowNs)) return 0;
    return min<u32>(this.batch, this.leases.hint(key) / 4);
  }

  /**
   * The service has admitted a call.
   * @param taken hits taken ahead with it
   * @param remaining what is left, as the service says
   * @param resetNs time until the limit is whole again, 0 when it is not known
   */
  admitted(key: u64, nowNs: u64, taken: u32, remaining: u32, resetNs: u64): void {
    const life = resetNs == 0 ? lifeNs : min<u64>(resetNs, lifeNs);
    if (taken > 0) this.leases.grant(key, nowNs, taken, life);
    this.leases.note(key, remaining);
  }
}
