// Headers, one by one. What Envoy and other checks own is left out: pseudo-headers, credentials, cookies as
// a whole. Fields that name hosts and addresses by their meaning are not asked whether they hold one.
import { DetectClass } from "../../../detect/verdict";
import { Place } from "../../../fields/field";
import { HeaderFields } from "../../../fields/headers";
import { CookieFields } from "../../../fields/pairs";
import { HeaderMap } from "../../../http/header-map";
import { equalsLiteral, startsWithLiteral } from "../../../http/literal";
import { InnocentValues } from "./innocent-values";
import { Inspector } from "./inspector";
import { InjectionRules } from "./rules";

@final
export class HeaderCheck {
  private cookies: CookieFields = new CookieFields();
  private fields: HeaderFields | null = null;
  private innocent: InnocentValues;

  /** @param seed random number of this configuration */
  constructor(
    private rules: InjectionRules,
    private inspector: Inspector,
    seed: u64,
  ) {
    this.innocent = new InnocentValues(seed);
  }

  /** True when a finding denies the request. */
  judge(headers: HeaderMap): bool {
    if (!this.rules.looksAt((1 << Place.Header) | (1 << Place.Cookie))) return false;
    const fields = this.fieldsOf(headers);
    fields.open();
    while (fields.next()) {
      const name = fields.namePtr;
      const length = fields.nameLength;
      if (equalsLiteral(name, length, "cookie")) {
        if (this.judgeCookies(fields.valuePtr, fields.valueLength)) return true;
      } else if (!this.isSkipped(name, length) && this.judgeField(fields)) return true;
    }
    return false;
  }

  private fieldsOf(headers: HeaderMap): HeaderFields {
    let fields = this.fields;
    // The map is the pipeline's own, the same for every request.
    if (fields === null) fields = new HeaderFields(headers);
    this.fields = fields;
    return fields;
  }

  private judgeField(fields: HeaderFields): bool {
    const own = namesHosts(fields.namePtr, fields.nameLength) ? <u32>DetectClass.Ssrf : 0;
    if (this.innocent.knows(fields.valuePtr, fields.valueLength, own)) return false;
    const denies = this.inspector.inspectBut(fields, own);
    if (!this.inspector.isCondemned) this.innocent.remember();
    return denies;
  }

  private judgeCookies(ptr: usize, length: u32): bool {
    const cookies = this.cookies;
    cookies.open(ptr, length);
    while (cookies.next()) if (this.inspector.inspect(cookies)) return true;
    return false;
  }

  private isSkipped(name: usize, length: u32): bool {
    if (length == 0 || load<u8>(name) == 0x3a) return true;
    if (equalsLiteral(name, length, "authorization")) return true;
    if (equalsLiteral(name, length, "proxy-authorization")) return true;
    if (equalsLiteral(name, length, "x-forwarded-client-cert")) return true;
    const skipped = this.rules.skippedHeaders;
    for (let i = 0; i < skipped.length; i++) {
      if (equalsLiteral(name, length, skipped[i])) return true;
    }
    return false;
  }
}

/** Fields whose values are hosts, addresses or URLs of the client's side. */
function namesHosts(name: usize, length: u32): bool {
  switch (length) {
    case 3:
      return equalsLiteral(name, length, "via");
    case 4:
      return equalsLiteral(name, length, "host");
    case 6:
      return equalsLiteral(name, length, "origin");
    case 7:
      return equalsLiteral(name, length, "referer");
    case 9:
      return equalsLiteral(name, length, "forwarded") || equalsLiteral(name, length, "x-real-ip");
    default:
      return (
        startsWithLiteral(name, length, "x-forwarded-") ||
        startsWithLiteral(name, length, "x-envoy-")
      );
  }
}
