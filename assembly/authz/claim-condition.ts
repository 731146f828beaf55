// Conditions on a verified token. A claim matches when it is a string that matches, or an array of which one string does; a principal
// is issuer and subject, split at the last slash of the value, since an issuer may be a URL (istio
// pilot/pkg/security/authz/model/generator.go, requestPrincipalGenerator).
import { ClaimSlot } from "./claim-paths";
import { ClaimKind, ClaimValues } from "./claim-values";
import { Condition } from "./condition";
import { Facts } from "./facts";
import { Matcher, TextForm, TextMatch, anyMatches, textMatch } from "./matcher";
import { Text } from "./text";

/** `request.auth.claims[...]`, audiences, presenter, scopes. */
@final
export class ClaimCondition extends Condition {
  /** @param slots claims of which any may hold a value */
  constructor(
    private slots: StaticArray<i32>,
    private values: StaticArray<Matcher>,
    private notValues: StaticArray<Matcher>,
  ) {
    super();
  }

  holds(facts: Facts): bool {
    const claims = facts.claims;
    if (claims === null) return this.values.length == 0;
    if (this.values.length > 0 && !this.has(claims, this.values)) return false;
    return this.notValues.length == 0 || !this.has(claims, this.notValues);
  }

  private has(claims: ClaimValues, values: StaticArray<Matcher>): bool {
    for (let s = 0; s < this.slots.length; s++) {
      const slot = this.slots[s];
      if (claims.kind(slot) == ClaimKind.Number) continue;
      for (let i: u32 = 0; i < claims.size(slot); i++) {
        if (anyMatches(values, claims.ptr(slot, i), claims.length(slot, i))) return true;
      }
    }
    return false;
  }
}

/** Issuer and subject of one value. */
@final
export class PrincipalPair {
  constructor(
    readonly issuer: Matcher,
    readonly subject: Matcher,
  ) {}
}

/** `requestPrincipals` and `request.auth.principal`. */
@final
export class PrincipalCondition extends Condition {
  constructor(
    private values: StaticArray<PrincipalPair>,
    private notValues: StaticArray<PrincipalPair>,
  ) {
    super();
  }

  holds(facts: Facts): bool {
    const claims = facts.claims;
    if (claims === null || !this.isComplete(claims)) return this.values.length == 0;
    if (this.values.length > 0 && !this.matches(claims, this.values)) return false;
    return !this.matches(claims, this.notValues);
  }

  private isComplete(claims: ClaimValues): bool {
    const issuer = claims.kind(ClaimSlot.Issuer);
    return issuer == ClaimKind.Text && claims.kind(ClaimSlot.Subject) == ClaimKind.Text;
  }

  private matches(claims: ClaimValues, pairs: StaticArray<PrincipalPair>): bool {
    const issuer = claims.ptr(ClaimSlot.Issuer, 0);
    const issuerLength = claims.length(ClaimSlot.Issuer, 0);
    const subject = claims.ptr(ClaimSlot.Subject, 0);
    const subjectLength = claims.length(ClaimSlot.Subject, 0);
    for (let i = 0; i < pairs.length; i++) {
      const pair = pairs[i];
      if (!pair.subject.matches(subject, subjectLength)) continue;
      if (pair.issuer.matches(issuer, issuerLength)) return true;
    }
    return false;
  }
}

/** The two halves of a value of `requestPrincipals`. */
export function principalPair(value: string): PrincipalPair {
  const any = new TextMatch(TextForm.AnyText, Text.of(""));
  const slash = value.lastIndexOf("/");
  const issuer = slash < 0 ? value : value.substring(0, slash);
  const subject = slash < 0 ? "" : value.substring(slash + 1);
  if (value == "*") return new PrincipalPair(any, any);
  if (value.startsWith("*")) {
    if (slash < 0) return new PrincipalPair(any, textMatch(value, TextForm.AnyText));
    return new PrincipalPair(textMatch(issuer, TextForm.AnyText), exactly(subject));
  }
  if (value.endsWith("*")) {
    if (slash < 0) return new PrincipalPair(textMatch(value, TextForm.AnyText), any);
    if (subject == "*") return new PrincipalPair(exactly(issuer), any);
    const start = Text.of(subject.substring(0, subject.length - 1));
    return new PrincipalPair(exactly(issuer), new TextMatch(TextForm.Prefix, start));
  }
  return new PrincipalPair(exactly(issuer), exactly(subject));
}

function exactly(text: string): TextMatch {
  return new TextMatch(TextForm.Exact, Text.of(text));
}
