// Requests for the comparison with the native Coraza: values of the public attack and benign lists, as they are and
// mutated, each put into one of the places where an application reads. Seeded: the same run makes the same requests.
import { attackLists, benignLists, type ValueList } from "../vectors/detect-corpus.ts";
import { seededRandom } from "../vectors/seeded-random.ts";

export interface MadeRequest {
  bytes: Buffer;
  /** Name of the list that the value is from. */
  source: string;
  /** The value is from a list of attacks. */
  attack: boolean;
  /** Where it was put. */
  place: string;
  value: string;
}

type Random = (below: number) => number;

const places = [
  "query",
  "name",
  "form",
  "json",
  "multipart",
  "xml",
  "cookie",
  "agent",
  "referer",
  "path",
];

/** `count` requests; half of the values mutated, two of three from attack lists. Undefined without the data. */
export function makeTraffic(count: number, seed: number): MadeRequest[] | undefined {
  const filled = ({ values }: ValueList): boolean => values.length > 0;
  const attacks = attackLists()?.filter(filled);
  const benign = benignLists()?.filter(filled);
  if (attacks === undefined || benign === undefined) return undefined;
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, index) => {
    const attack = index % 3 !== 2;
    const list = pick(attack ? attacks : benign, random);
    const raw = pick(list.values, random).subarray(0, 2000).toString("latin1");
    const value = index % 2 === 0 ? raw : mutate(raw, random);
    const place = places[random(places.length)];
    return { bytes: requestOf(place, value), source: list.name, attack, place, value };
  });
}

function pick<T>(list: T[], random: Random): T {
  return list[random(list.length)];
}

/** One or two of the ways in which values are disguised. */
function mutate(value: string, random: Random): string {
  let text = value;
  for (let steps = 1 + random(2); steps > 0; steps--) text = pick(disguises, random)(text, random);
  return text;
}

const disguises: ((text: string, random: Random) => string)[] = [
  (text, random) =>
    [...text].map((char) => (random(2) === 0 ? char.toUpperCase() : char.toLowerCase())).join(""),
  (text) => text.replaceAll(" ", "/**/"),
  (text) => text.replaceAll(" ", "\t"),
  (text) => percent(text, /[^A-Za-z0-9]/),
  (text) => percent(percent(text, /[^A-Za-z0-9]/), /%/),
  (text) => text.replace(/[<>"']/g, (char) => `&#${char.charCodeAt(0)};`),
  (text) => text.replace(/[a-z]/g, (char, at: number) => (at % 7 === 3 ? `\\x${hex(char)}` : char)),
  (text, random) => text.slice(0, 1 + random(Math.max(1, text.length))),
  (text, random) => `${"abc 123 "[random(8)]}${text}`,
  (text, random) =>
    text.slice(0, random(text.length + 1)) + "\\" + text.slice(random(text.length + 1)),
  (text) => text.replace(/[a-z]/, (char) => `%u00${hex(char)}`),
];

const hex = (char: string): string => (char.charCodeAt(0) & 255).toString(16).padStart(2, "0");

function percent(text: string, what: RegExp): string {
  return [...text].map((char) => (what.test(char) ? `%${hex(char)}` : char)).join("");
}

function requestOf(place: string, value: string): Buffer {
  const escaped = percent(value, /[^A-Za-z0-9._~-]/);
  const line = value.replace(/[\0\r\n]/g, " ");
  switch (place) {
    case "query":
      return request("GET", `/search?q=${escaped}&page=2`);
    case "name":
      return request("GET", `/search?${escaped}=1`);
    case "form":
      return request("POST", "/form", "application/x-www-form-urlencoded", `a=1&text=${escaped}`);
    case "json":
      return request("POST", "/api", "application/json", JSON.stringify({ a: 1, text: value }));
    case "multipart":
      return request(
        "POST",
        "/upload",
        "multipart/form-data; boundary=b0undary",
        `--b0undary\r\nContent-Disposition: form-data; name="text"\r\n\r\n${value}\r\n--b0undary--\r\n`,
      );
    case "xml":
      return request(
        "POST",
        "/soap",
        "text/xml",
        `<?xml version="1.0"?><a>${escapeXml(value)}</a>`,
      );
    case "cookie":
      return request("GET", "/", undefined, "", {
        Cookie: `session=${percent(value, /[^!#-+\--:<-[\]-~]/)}`,
      });
    case "agent":
      return request("GET", "/", undefined, "", { "User-Agent": line });
    case "referer":
      return request("GET", "/", undefined, "", { Referer: line });
  }
  return request("GET", `/files/${percent(value, /[^A-Za-z0-9._~/-]/)}`);
}

function escapeXml(value: string): string {
  return value
    .replace(/[^\x09\x0a\x20-\x7e]/g, "?")
    .replace(/[<&>]/g, (char) => `&#${char.charCodeAt(0)};`);
}

function request(
  method: string,
  uri: string,
  type?: string,
  body = "",
  headers: Record<string, string> = {},
): Buffer {
  const bytes = Buffer.from(body, "latin1");
  const all: Record<string, string> = {
    Host: "shop.example.com",
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    Accept: "text/html,application/xhtml+xml,*/*;q=0.8",
    ...headers,
    ...(type === undefined ? {} : { "Content-Type": type, "Content-Length": String(bytes.length) }),
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  const head = Buffer.from(`${method} ${uri} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`, "latin1");
  return Buffer.concat([head, bytes]);
}
