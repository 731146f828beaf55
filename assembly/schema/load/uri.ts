// References between schemas: a relative one against its base. Configure time only, so on strings.
// Source: RFC 3986 §5.2 (relative resolution), §5.2.4 (dot segments).

/** Parts of a URI reference; an absent one is "". */
@final
class Parts {
  scheme: string = "";
  authority: string = "";
  hasAuthority: bool = false;
  path: string = "";
  query: string = "";

  constructor(text: string) {
    let rest = withoutFragment(text);
    const colon = rest.indexOf(":");
    const slash = rest.indexOf("/");
    if (colon > 0 && (slash < 0 || colon < slash)) {
      this.scheme = rest.substring(0, colon);
      rest = rest.substring(colon + 1);
    }
    const mark = rest.indexOf("?");
    if (mark >= 0) {
      this.query = rest.substring(mark);
      rest = rest.substring(0, mark);
    }
    if (rest.startsWith("//")) {
      this.hasAuthority = true;
      const end = rest.indexOf("/", 2);
      this.authority = end < 0 ? rest.substring(2) : rest.substring(2, end);
      rest = end < 0 ? "" : rest.substring(end);
    }
    this.path = rest;
  }

  text(): string {
    const scheme = this.scheme.length > 0 ? this.scheme + ":" : "";
    const authority = this.hasAuthority ? "//" + this.authority : "";
    return scheme + authority + this.path + this.query;
  }
}

/** The part before `#`. */
export function withoutFragment(text: string): string {
  const hash = text.indexOf("#");
  return hash < 0 ? text : text.substring(0, hash);
}

/** The part after `#`; "" when there is none. */
export function fragmentOf(text: string): string {
  const hash = text.indexOf("#");
  return hash < 0 ? "" : text.substring(hash + 1);
}

/** A reference, without its fragment, as an absolute URI. */
export function resolveUri(base: string, reference: string): string {
  const given = withoutFragment(reference);
  if (given.length == 0) return withoutFragment(base);
  const parts = new Parts(given);
  if (parts.scheme.length > 0) return parts.text();
  const from = new Parts(base);
  parts.scheme = from.scheme;
  if (parts.hasAuthority) return parts.text();
  parts.authority = from.authority;
  parts.hasAuthority = from.hasAuthority;
  if (parts.path.length == 0) {
    parts.path = from.path;
    if (parts.query.length == 0) parts.query = from.query;
  } else if (!parts.path.startsWith("/")) {
    const slash = from.path.lastIndexOf("/");
    const folder = slash < 0 ? (from.hasAuthority ? "/" : "") : from.path.substring(0, slash + 1);
    parts.path = folder + parts.path;
  }
  parts.path = withoutDots(parts.path);
  return parts.text();
}

function withoutDots(path: string): string {
  const kept: string[] = [];
  const segments = path.split("/");
  for (let i = 0; i < segments.length; i++) {
    const segment = segments[i];
    const isLast = i == segments.length - 1;
    if (segment == ".") {
      if (isLast) kept.push("");
    } else if (segment == "..") {
      if (kept.length > 1 || (kept.length == 1 && kept[0].length > 0)) kept.pop();
      if (isLast) kept.push("");
    } else kept.push(segment);
  }
  return kept.join("/");
}

/** `%41` as `A`, for pointers in fragments. Escapes of other than ASCII are taken as UTF-8. */
export function percentDecoded(text: string): string {
  if (text.indexOf("%") < 0) return text;
  const bytes = new Uint8Array(String.UTF8.byteLength(text));
  const source = Uint8Array.wrap(String.UTF8.encode(text));
  let count = 0;
  for (let i = 0; i < source.length; i++) {
    let byte = source[i];
    if (byte == 0x25 && i + 2 < source.length) {
      const high = nibble(source[i + 1]);
      const low = nibble(source[i + 2]);
      if (high >= 0 && low >= 0) {
        byte = <u8>((high << 4) | low);
        i += 2;
      }
    }
    bytes[count++] = byte;
  }
  return String.UTF8.decode(bytes.buffer.slice(0, count));
}

function nibble(byte: u8): i32 {
  if (byte - 0x30 < 10) return byte - 0x30;
  const letter: u8 = (byte | 0x20) - 0x61;
  return letter < 6 ? letter + 10 : -1;
}
