// One issuer's tokens: its keys, the rules for its claims, where its tokens stand in a request and what of them goes on. Made at
// configure time; the work buffers of a verification belong to it.
import { View } from "../../abi/view";
import { RemoteKeys } from "../../adapters/remote-keys";
import { JsonEvent } from "../../json/event";
import { ClaimReader, ClaimRules } from "../../jose/claims";
import { KeySet } from "../../jose/key-set";
import { TokenVerifier } from "../../jose/token";
import { RequestView } from "../request-view";
import { ClaimOutputs } from "./claim-outputs";
import { ClaimPicker } from "./claim-picker";
import { CredentialList, Location } from "./credential";
import { ScopeRule } from "./scope-rule";

/** Providers of one section. */
export const MAX_PROVIDERS: i32 = 32;
/** Bits of a provider's place in its mark. */
const MARK_BITS: u32 = 5;

@final
export class JwtProvider {
  /** Keys that stand in the configuration; unused when there is a `remote`. */
  readonly localKeys: KeySet = new KeySet();
  /** Keys that are fetched; null: the local ones. */
  remote: RemoteKeys | null = null;
  readonly rules: ClaimRules = new ClaimRules();
  readonly scopes: ScopeRule = new ScopeRule();
  locations: Location[] = [];
  readonly outputs: ClaimOutputs = new ClaimOutputs();
  /** Header for the payload in base64url; null: none. */
  payloadHeader: View | null = null;
  /** Leave the token in the request. */
  forward: bool = false;
  /** Its name in the configuration. */
  readonly name: View;
  readonly verifier: TokenVerifier;
  readonly claims: ClaimReader;
  private issuerPath: View[] = [View.of("iss")];
  readonly picker: ClaimPicker;

  constructor(
    readonly index: i32,
    name: string,
    readonly maxTokenBytes: u32,
    algorithms: u32,
    seed: u64,
  ) {
    this.name = View.of(name);
    this.verifier = new TokenVerifier(maxTokenBytes, algorithms, seed);
    this.claims = new ClaimReader(maxTokenBytes, seed);
    this.picker = new ClaimPicker(maxTokenBytes);
  }

  /** The keys in use now; never to be kept. */
  get keys(): KeySet {
    const remote = this.remote;
    return remote !== null ? remote.keys : this.localKeys;
  }

  /** Whether there are keys to verify with: fetched ones come late, and grow too old. */
  get hasKeys(): bool {
    const remote = this.remote;
    return remote === null || remote.source.isUsable;
  }

  /** Whether the token just read says that it is of this issuer. It may lie: good for nothing but turning it away. */
  isClaimed(): bool {
    const issuers = this.rules.issuers;
    if (issuers.size == 0) return true;
    const verifier = this.verifier;
    const event = this.picker.find(verifier.payloadPtr, verifier.payloadLength, this.issuerPath);
    const value = this.picker.value;
    return event == JsonEvent.String && issuers.has(value.ptr, value.length);
  }

  /** Tells tokens of this provider and of this set of keys from all others. */
  get mark(): u32 {
    const remote = this.remote;
    return remote !== null ? (remote.source.generation << MARK_BITS) | this.index : this.index;
  }

  /** Gives back what is not managed. */
  dispose(): void {
    const remote = this.remote;
    if (remote !== null) remote.dispose();
    this.localKeys.dispose();
  }

  /** Adds the request's tokens that may be of this provider. */
  collect(request: RequestView, list: CredentialList): void {
    for (let i = 0; i < this.locations.length; i++) this.locations[i].collect(request, list);
  }
}
