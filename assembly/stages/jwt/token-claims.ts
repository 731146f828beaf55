// Verified claims as a source for identities: what the rate limiter counts by. Looks at the top level of the request's verified
// tokens, the first one that has the claim.
import { ClaimSource } from "../../identity/claims";
import { JsonEvent } from "../../json/event";
import { View } from "../../abi/view";
import { VerifiedTokens } from "../verified-tokens";
import { ClaimPicker } from "./claim-picker";

@final
export class TokenClaims extends ClaimSource {
  private tokens: VerifiedTokens | null = null;
  private picker: ClaimPicker;
  private path: View[] = [new View()];

  /** @param maxBytes longest payload that is looked into; the jwt stage takes tokens of at most 32,768 bytes */
  constructor(maxBytes: u32 = 32768) {
    super();
    this.picker = new ClaimPicker(maxBytes);
  }

  /** Reads from these tokens from now on; to be called for each request, with `exchange.identity.tokens`. */
  open(tokens: VerifiedTokens): void {
    this.tokens = tokens;
  }

  find(name: usize, nameLength: u32): bool {
    this.ptr = 0;
    this.length = 0;
    const tokens = this.tokens;
    if (tokens === null) return false;
    this.path[0].set(name, nameLength);
    for (let i = 0; i < tokens.count; i++) {
      const token = tokens.at(i);
      const event = this.picker.find(token.payload, token.payloadLength, this.path);
      if (event < JsonEvent.String || event == JsonEvent.Null) continue;
      this.ptr = this.picker.value.ptr;
      this.length = this.picker.value.length;
      return true;
    }
    return false;
  }
}
