// One value in each place of a request where it fits, for scoring the whole filter with the lists of others.
import type { Header, RequestInit } from "../host/index.ts";

export const placeNames = ["query", "form", "json", "cookie", "header"] as const;
export type PlaceName = (typeof placeNames)[number];

/** What a browser sends along; innocent by itself. */
const usual: Header[] = [
  ["user-agent", "Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0"],
  ["accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"],
];

/** Every byte that is no unreserved character of RFC 3986 as %HH. */
function encoded(value: Buffer): string {
  let text = "";
  for (const byte of value) {
    const char = String.fromCharCode(byte);
    text += /[A-Za-z0-9_.~-]/.test(char)
      ? char
      : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return text;
}

/** A request that carries the value in one place; undefined where the place cannot hold it. */
export function requestWith(place: PlaceName, value: Buffer): RequestInit | undefined {
  const latin = value.toString("latin1");
  switch (place) {
    case "query":
      return { path: `/search?q=${encoded(value)}`, headers: usual };
    case "form":
      return {
        method: "POST",
        path: "/form",
        headers: [...usual, ["content-type", "application/x-www-form-urlencoded"]],
        body: `q=${encoded(value)}`,
      };
    case "json":
      return {
        method: "POST",
        path: "/api",
        headers: [...usual, ["content-type", "application/json"]],
        body: Buffer.from(JSON.stringify({ q: value.toString("utf8") })),
      };
    case "cookie":
      // What no cookie can hold is percent-encoded, as scripts of pages do.
      return {
        path: "/",
        headers: [
          ...usual,
          ["cookie", `session=8f2d; q=${/[\0-\x1f\x7f;]/.test(latin) ? encoded(value) : latin}`],
        ],
      };
    case "header":
      if (/[\0-\x08\x0a-\x1f\x7f]/.test(latin)) return undefined;
      return { path: "/", headers: [...usual, ["x-note", latin.trim()]] };
  }
}
