// Fields of Envoy's JwtProvider that are not built here, so that a pasted block is answered with what to write instead, and not with
// "unknown key". None is passed over: what it asked for would silently not happen.
import { ConfigValue } from "../../config/value";

const METADATA: string = "asks for Envoy's dynamic metadata, which a Wasm filter cannot write";
const READERS: string = "take it out; the section authz and claimToHeaders read the claims";

/** Name, what is wrong with it, mend. */
const UNBUILT: string[][] = [
  ["payloadInMetadata", METADATA, READERS],
  ["headerInMetadata", METADATA, READERS],
  ["normalizePayloadInMetadata", METADATA, READERS],
  ["failedStatusInMetadata", METADATA, "take it out; response code details carry the status"],
  [
    "padForwardPayloadHeader",
    "is not built: forwardPayloadHeader has no padding",
    "take it out, and read base64url without padding",
  ],
  ["clearRouteCache", "is not needed: Envoy looks its route up again by itself", "take it out"],
  [
    "jwtCacheConfig",
    "belongs to the whole section",
    'write "cache": {"entries": 128} beside "providers"',
  ],
];

/** Reports each of them that stands in a provider. */
export function refuseUnbuilt(provider: ConfigValue): void {
  for (let i = 0; i < UNBUILT.length; i++) {
    const row = UNBUILT[i];
    const field = provider.get(row[0]);
    if (!field.isPresent) continue;
    field.opaque();
    field.fail(row[1], row[2]);
  }
}
