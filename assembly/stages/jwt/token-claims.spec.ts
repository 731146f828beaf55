// An identity is made of verified scalars alone; what is nested or missing is no claim.
import { View } from "../../abi/view";
import { VerifiedToken, VerifiedTokens } from "../verified-tokens";
import { TokenClaims } from "./token-claims";

function keep(tokens: VerifiedTokens, payload: string): void {
  const token = new VerifiedToken();
  const bytes = View.of(payload);
  token.payload = bytes.ptr;
  token.payloadLength = bytes.length;
  assert(tokens.add(token, 256), payload);
}

/** The claim's text, "-" when there is none. */
function claim(claims: TokenClaims, name: string): string {
  const bytes = View.of(name);
  if (!claims.find(bytes.ptr, bytes.length)) return "-";
  return String.UTF8.decodeUnsafe(claims.ptr, claims.length);
}

export function claims_are_found_in_the_first_token_that_has_them(): void {
  const tokens = new VerifiedTokens();
  const claims = new TokenClaims(256);
  assert(claim(claims, "sub") == "-", "before any request");
  claims.open(tokens);
  assert(claim(claims, "sub") == "-", "no token");
  keep(tokens, '{"sub":"a\\u0062","n":12.50,"on":true,"roles":["x"],"gone":null}');
  keep(tokens, '{"sub":"other","tenant":"t1"}');
  assert(claim(claims, "sub") == "ab", "first token");
  assert(claim(claims, "tenant") == "t1", "second token");
  assert(claim(claims, "n") == "12.50" && claim(claims, "on") == "true", "as written");
  assert(claim(claims, "roles") == "-" && claim(claims, "gone") == "-", "no scalars");
  tokens.clear();
  assert(claim(claims, "sub") == "-", "the next request");
}
