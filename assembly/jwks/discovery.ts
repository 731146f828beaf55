// Reads an OpenID provider's metadata (OpenID Connect Discovery 1.0 §3, RFC 8414 §2) for the one thing wanted of it, where its keys
// are. The issuer in it must be the one that was configured (§4.3): another one's keys are of no use here. Once a fetch.
import { JsonEvent } from "../json/event";
import { JsonLimits } from "../json/limits";
import { JsonReader } from "../json/reader";
import { unescapeInto } from "../json/unescape";

/** Bytes of a metadata document. */
export const MAX_METADATA_BYTES: u32 = 65536;

@final
export class Discovery {
  /** Address of the key set; "" after a failure. */
  jwksUri: string = "";
  private json: JsonReader;
  private issuer: string = "";

  constructor() {
    const limits = new JsonLimits();
    limits.maxBytes = MAX_METADATA_BYTES;
    limits.maxKeys = 512;
    limits.maxDepth = 16;
    this.json = new JsonReader(limits);
  }

  /** Reads a document; false when it is none, speaks of another issuer, or names no key set. The text may be changed. */
  read(ptr: usize, length: u32, issuer: string): bool {
    this.jwksUri = "";
    this.issuer = "";
    if (!this.readMembers(ptr, length) || this.issuer != issuer) this.jwksUri = "";
    return this.jwksUri.length > 0;
  }

  private readMembers(ptr: usize, length: u32): bool {
    const json = this.json;
    json.begin(ptr, length);
    if (json.next() != JsonEvent.ObjectStart) return false;
    while (true) {
      const event = json.next();
      if (event == JsonEvent.Fault) return false;
      if (event == JsonEvent.ObjectEnd) break;
      const name = String.UTF8.decodeUnsafe(json.namePtr, json.nameLength);
      if (event == JsonEvent.String && name == "issuer") this.issuer = this.text();
      else if (event == JsonEvent.String && name == "jwks_uri") this.jwksUri = this.text();
      if (json.skip(event) == JsonEvent.Fault) return false;
    }
    return json.next() == JsonEvent.End;
  }

  private text(): string {
    const json = this.json;
    const at = json.valuePtr;
    const length = json.valueEscaped ? unescapeInto(at, at, json.valueLength) : json.valueLength;
    return String.UTF8.decodeUnsafe(at, length);
  }
}
