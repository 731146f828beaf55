// One part of an identity: reads bytes of the request and appends them to the tuple that is hashed.
import { RequestFacts } from "./request-facts";
import { SourceStatus } from "./source-status";
import { Tuple } from "./tuple";

export abstract class IdentitySource {
  /** Set of `Need`: what must be filled in the facts. */
  get needs(): u32 {
    return 0;
  }

  /** Appends exactly one part on Ok, nothing on any other status. */
  abstract read(facts: RequestFacts, tuple: Tuple): SourceStatus;

  /** As `read`, with a part that another service can read: text where `read` appends numbers. */
  readText(facts: RequestFacts, tuple: Tuple): SourceStatus {
    return this.read(facts, tuple);
  }
}
