// What the section `authz` says, once it is read: the rules of each action, what they need to know of a request, and what is asked of
// tokens besides. Filled by config.ts and the readers it calls, used by the stage.
import { RemoteDenyList } from "../../adapters/remote-deny-list";
import { ClaimPaths } from "../../authz/claim-paths";
import { DenyList } from "../../authz/deny-list";
import { RoleBook } from "../../authz/roles";
import { Rule, RuleSet } from "../../authz/rule";
import { ClientIp } from "../../identity/client-ip";

export const enum PeerSource {
  /** The connection's certificate, when it is mTLS. */
  Certificate = 0,
  /** x-forwarded-client-cert. */
  Xfcc = 1,
  /** l5d-client-id. */
  Linkerd = 2,
}

export const enum Binding {
  Off = 0,
  /** A token that names a certificate must come over it. */
  IfPresent = 1,
  /** Every token must name one. */
  Required = 2,
}

/** What a policy's rule is called outside, and where its status stands in the table. */
@final
export class RuleInfo {
  /** Place in the status table; -1: this rule says nothing of its own. */
  row: i32 = -1;
  /** Scopes that a challenge names, separated by blanks. */
  scope: string = "";

  constructor(
    readonly policy: string,
    readonly index: i32,
    /** AuthzStatus of its row. */
    readonly status: i32,
    readonly isShadow: bool,
  ) {}
}

@final
export class AuthzConfig {
  readonly audit: RuleSet = new RuleSet();
  readonly deny: RuleSet = new RuleSet();
  readonly denyShadow: RuleSet = new RuleSet();
  readonly allow: RuleSet = new RuleSet();
  readonly allowShadow: RuleSet = new RuleSet();
  /** By the number of the rule. */
  readonly rules: Array<RuleInfo> = [];
  readonly claims: ClaimPaths = new ClaimPaths();
  readonly book: RoleBook = new RoleBook();
  readonly denied: DenyList;
  /** More of them, fetched; null: none. */
  remoteDenied: RemoteDenyList | null = null;
  /** Headers that rules compare, in lower case. */
  readonly headers: Array<string> = [];
  readonly clientIp: ClientIp = new ClientIp();
  deniesByDefault: bool = false;
  ignoresSelectors: bool = false;
  namespace: string = "";
  /** The mesh's own trust domain and its aliases. */
  trustDomains: Array<string> = [];
  realm: string = "meshwarden";
  peer: PeerSource = PeerSource.Certificate;
  trustedHops: i32 = 1;
  binding: Binding = Binding.Off;
  usesPaths: bool = false;
  usesAddress: bool = false;
  usesClaims: bool = false;

  /** @param seed keys the hashes of deny lists */
  constructor(readonly seed: u64) {
    this.denied = new DenyList(seed);
  }

  /** The number of a header among those that rules compare. */
  headerNumber(name: string): i32 {
    const known = this.headers.indexOf(name);
    if (known >= 0) return known;
    this.headers.push(name);
    return this.headers.length - 1;
  }

  /** A new rule, to be filled and added to a set. */
  newRule(policy: string, index: i32, status: i32, isShadow: bool): Rule {
    this.rules.push(new RuleInfo(policy, index, status, isShadow));
    return new Rule(this.rules.length - 1);
  }
}

/** What a policy's rules have in common. */
@final
export class PolicyHead {
  constructor(
    readonly name: string,
    readonly namespace: string,
  ) {}

  /** As audit lines name it. */
  get fullName(): string {
    return this.namespace.length > 0 ? `${this.namespace}/${this.name}` : this.name;
  }
}
