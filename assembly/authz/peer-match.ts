// What rules ask of a peer's identity, the URI of its certificate: `spiffe://<trust domain>/ns/<namespace>/sa/<account>`. Istio
// writes these as regular expressions over that URI (pilot/pkg/security/authz/model/generator.go); here each is one walk.
import { Glob } from "../base/glob";
import { Matcher, TextForm, textMatch } from "./matcher";
import { Text, sameBytes } from "./text";

/** `principals`: the URI without its scheme. */
export function principalMatch(value: string): Matcher {
  // A suffix must leave room for the scheme: "*x" is `spiffe://.*x`.
  if (value != "*" && value.startsWith("*")) return new PrincipalSuffix(value.substring(1));
  return textMatch(value, TextForm.AnyText, false, "spiffe://");
}

@final
class PrincipalSuffix extends Matcher {
  private scheme: Text = Text.of("spiffe://");
  private suffix: Text;

  constructor(suffix: string) {
    super();
    this.suffix = Text.of(suffix);
  }

  matches(ptr: usize, length: u32): bool {
    const scheme = this.scheme;
    const suffix = this.suffix;
    if (length < scheme.length + suffix.length) return false;
    if (!sameBytes(ptr, scheme.ptr, scheme.length)) return false;
    return sameBytes(ptr + (length - suffix.length), suffix.ptr, suffix.length);
  }
}

/** `namespaces`: stars may stand anywhere, as in Istio's own expression for it: anything, /ns/, the value, a slash, anything. */
@final
export class NamespaceMatch extends Matcher {
  private glob: Glob;

  constructor(value: string) {
    super();
    this.glob = new Glob(`*/ns/${value}/*`, false);
  }

  matches(ptr: usize, length: u32): bool {
    return this.glob.matches(ptr, length);
  }
}

/** `serviceAccounts`: `spiffe://.+/ns/<ns>/(.+/|)sa/<account>(/.+)?`, other pairs may stand between and after. */
@final
export class ServiceAccountMatch extends Matcher {
  private scheme: Text = Text.of("spiffe://");
  private namespace: Text;
  private account: Text;

  constructor(namespace: string, account: string) {
    super();
    this.namespace = Text.of(`/ns/${namespace}/`);
    this.account = Text.of(`/sa/${account}`);
  }

  matches(ptr: usize, length: u32): bool {
    const scheme = this.scheme;
    if (length < scheme.length || !sameBytes(ptr, scheme.ptr, scheme.length)) return false;
    const end = ptr + length;
    let at = find(ptr + scheme.length + 1, end, this.namespace);
    if (at == 0) return false;
    // The slash that ends the namespace may be the one that begins the account; between two slashes there is something.
    const first = at + this.namespace.length - 1;
    const size = this.account.length;
    at = first;
    while (true) {
      at = find(at, end, this.account);
      if (at == 0) return false;
      const after = at + size;
      const isEnd = after == end || (load<u8>(after) == 0x2f && after + 1 < end);
      if (isEnd && at != first + 1) return true;
      at++;
    }
  }
}

/** `trustDomains`: exact, `prefix*`, `*suffix` within the domain, or `*` for any. */
@final
export class TrustDomainMatch extends Matcher {
  private scheme: Text = Text.of("spiffe://");
  private domain: Matcher;
  private isAny: bool;

  constructor(value: string) {
    super();
    this.isAny = value == "*";
    this.domain = textMatch(value, TextForm.Present);
  }

  matches(ptr: usize, length: u32): bool {
    const scheme = this.scheme;
    if (length < scheme.length || !sameBytes(ptr, scheme.ptr, scheme.length)) return false;
    if (this.isAny) return true;
    const end = ptr + length;
    let slash = ptr + scheme.length;
    while (slash < end && load<u8>(slash) != 0x2f) slash++;
    if (slash == end) return false;
    return this.domain.matches(ptr + scheme.length, <u32>(slash - ptr) - scheme.length);
  }
}

/** Address of the first occurrence of `text` in [at, end), or 0. Texts begin with a slash, which prefixes of them do not hold twice. */
function find(at: usize, end: usize, text: Text): usize {
  const size = text.length;
  for (; at + size <= end; at++) {
    if (load<u8>(at) == 0x2f && sameBytes(at, text.ptr, size)) return at;
  }
  return 0;
}
