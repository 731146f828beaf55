// A verified claim as a part of an identity; without verified claims (claims.ts) it is missing.
import { Block } from "../base/block";
import { IdentitySource } from "./source";
import { SourceStatus } from "./source-status";
import { RequestFacts } from "./request-facts";
import { Tuple } from "./tuple";

/** One verified claim as a part of an identity. */
@final
export class ClaimPart extends IdentitySource {
  /** The name as UTF-8 bytes. */
  constructor(
    private name: Block,
    private nameLength: u32,
  ) {
    super();
  }

  read(facts: RequestFacts, tuple: Tuple): SourceStatus {
    const claims = facts.claims;
    if (claims === null || !claims.find(this.name.ptr, this.nameLength))
      return SourceStatus.Missing;
    return tuple.part(claims.ptr, claims.length);
  }
}
