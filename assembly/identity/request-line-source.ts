// Method and host as parts of an identity. Hosts are compared in lower case, without port and without a trailing dot, so that
// no spelling of one host is another identity.
import { toLower } from "../base/ascii";
import { IdentitySource } from "./source";
import { SourceStatus } from "./source-status";
import { Need, RequestFacts } from "./request-facts";
import { Tuple } from "./tuple";

@final
export class MethodSource extends IdentitySource {
  read(facts: RequestFacts, tuple: Tuple): SourceStatus {
    return tuple.part(facts.method, facts.methodLength);
  }
}

@final
export class HostSource extends IdentitySource {
  get needs(): u32 {
    return Need.Host;
  }

  read(facts: RequestFacts, tuple: Tuple): SourceStatus {
    const length = facts.hostLength;
    if (length == 0) return SourceStatus.Missing;
    // A host name has at most 255 bytes: http/authority.ts refuses longer ones.
    const part = tuple.open(length);
    for (let i: u32 = 0; i < length; i++) store<u8>(part + i, toLower(load<u8>(facts.host + i)));
    return SourceStatus.Ok;
  }
}
