// One issuer's tokens: its keys, the rules for its claims, where its tokens stand in a request and what of them goes on. Made at
// configure time; the work buffers of a verification belong to it.
import { View } from "../../abi/view";
import { ClaimReader, ClaimRules } from "../../jose/claims";
import { KeySet } from "../../jose/key-set";
import { TokenVerifier } from "../../jose/token";
import { RequestView } from "../request-view";
import { ClaimPicker } from "./claim-picker";
import { CredentialList, Location } from "./credential";
import { ScopeRule } from "./scope-rule";

/** A claim that goes to the upstream in a header. */
@final
export class ClaimOutput {
  /** @param path names from the top of the payload down */
  constructor(
    readonly header: View,
    readonly path: View[],
  ) {}
}

@final
export class JwtProvider {
  readonly keys: KeySet = new KeySet();
  readonly rules: ClaimRules = new ClaimRules();
  readonly scopes: ScopeRule = new ScopeRule();
  locations: Location[] = [];
  outputs: ClaimOutput[] = [];
  /** Header for the payload in base64url; null: none. */
  payloadHeader: View | null = null;
  /** Leave the token in the request. */
  forward: bool = false;
  /** Its name in the configuration. */
  readonly name: View;
  readonly verifier: TokenVerifier;
  readonly claims: ClaimReader;
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

  /** Adds the request's tokens that may be of this provider. */
  collect(request: RequestView, list: CredentialList): void {
    for (let i = 0; i < this.locations.length; i++) this.locations[i].collect(request, list);
  }
}
