// A field of the client's certificate as a part of an identity: the first URI SAN (a SPIFFE id), the first DNS SAN, or the
// subject. It is worth what the listener's validation is worth: without a trusted CA there, any client can name itself.
import { IdentitySource } from "./source";
import { SourceStatus } from "./source-status";
import { Need, RequestFacts } from "./request-facts";
import { Tuple } from "./tuple";

@final
export class CertificateSource extends IdentitySource {
  /** @param field Need.UriSan, Need.DnsSan or Need.Subject */
  constructor(private field: u32) {
    super();
  }

  get needs(): u32 {
    return this.field;
  }

  read(facts: RequestFacts, tuple: Tuple): SourceStatus {
    if (this.field == Need.UriSan) return tuple.part(facts.uriSan, facts.uriSanLength);
    if (this.field == Need.DnsSan) return tuple.part(facts.dnsSan, facts.dnsSanLength);
    return tuple.part(facts.subject, facts.subjectLength);
  }
}
