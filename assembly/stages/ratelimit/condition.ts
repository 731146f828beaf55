// When a tier or an exemption holds for a request: an address of a network, a header, a verified claim. Of a tier all that are given
// must hold, of an exemption any one.
import { CidrList } from "../../http/cidr";
import { Need, RequestFacts } from "../../identity/request-facts";
import { ClaimMatch } from "./claim-match";
import { HeaderMatch } from "./match";

@final
export class Condition {
  /** Null: any address. */
  networks: CidrList | null = null;
  /** Null: no header is asked for. */
  header: HeaderMatch | null = null;
  /** Null: no claim is asked for. */
  claim: ClaimMatch | null = null;

  get isEmpty(): bool {
    return this.networks === null && this.header === null && this.claim === null;
  }

  /** Set of `Need`. */
  get needs(): u32 {
    return this.networks === null ? Need.None : Need.Address;
  }

  /** All conditions that are given. */
  all(facts: RequestFacts): bool {
    const networks = this.networks;
    const header = this.header;
    const claim = this.claim;
    if (networks !== null && !(facts.hasAddress && networks.has(facts.address))) return false;
    if (header !== null && !header.matches(facts)) return false;
    return claim === null || claim.matches(facts);
  }

  /** Any one of those that are given. */
  any(facts: RequestFacts): bool {
    const networks = this.networks;
    if (networks !== null && facts.hasAddress && networks.has(facts.address)) return true;
    const header = this.header;
    if (header !== null && header.matches(facts)) return true;
    const claim = this.claim;
    return claim !== null && claim.matches(facts);
  }
}
