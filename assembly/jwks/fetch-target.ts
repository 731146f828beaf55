// The address of a key set, taken apart for a request: scheme, authority and path of an absolute http or https URI (RFC 3986 §4.3).
// It never decides where the request goes, a named cluster does; user information and fragments have no place in one.

@final
export class FetchTarget {
  /** "https" or "http". */
  scheme: string = "";
  authority: string = "";
  /** Path with query, "/" at least. */
  path: string = "";

  /** Takes a URI apart; false when it is none that can be fetched. Configure time, and once a fetch. */
  read(uri: string): bool {
    const colon = uri.indexOf("://");
    this.scheme = colon > 0 ? uri.substring(0, colon) : "";
    if (this.scheme != "https" && this.scheme != "http") return false;
    if (uri.length > MAX_URI_CHARACTERS || !isPlain(uri)) return false;
    const start = colon + 3;
    let end = start;
    while (end < uri.length && !"/?".includes(uri.charAt(end))) end++;
    this.authority = uri.substring(start, end);
    const rest = uri.substring(end);
    this.path = rest.startsWith("/") ? rest : "/" + rest;
    return this.authority.length > 0;
  }
}

const MAX_URI_CHARACTERS: i32 = 2048;

/** Printable ASCII without what could begin another part of a request, or hide where it goes. */
function isPlain(uri: string): bool {
  for (let i = 0; i < uri.length; i++) {
    const unit = uri.charCodeAt(i);
    if (unit <= 0x20 || unit >= 0x7f) return false;
    if (unit == 0x23 || unit == 0x40 || unit == 0x5c || unit == 0x22) return false;
  }
  return true;
}
