// The requests that firewalls are compared by: what browsers and clients send, and two attacks. Sizes are of the body.
import type { Shape } from "./turns.ts";

const browser: Record<string, string> = {
  "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
  accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
  "accept-language": "en-GB,en;q=0.7,de;q=0.3",
  "accept-encoding": "gzip, deflate, br, zstd",
  referer: "https://shop.example.com/category/shoes?page=1",
  cookie: "session=6c1b8a8f7d2e4f60; theme=dark; consent=yes; basket=3",
  "sec-fetch-dest": "document",
  "sec-fetch-mode": "navigate",
  "sec-fetch-site": "same-origin",
  "sec-fetch-user": "?1",
  "upgrade-insecure-requests": "1",
  "cache-control": "max-age=0",
  dnt: "1",
};

const prose =
  "The delivery came on Tuesday morning and everything was in good order. We would like to thank the people at the " +
  "warehouse for packing it so well, since the road to our village is long and not always kind to parcels. One small " +
  "question remains: the manual speaks of two spare screws, but there was only one in the bag. ";

/** Prose of this many bytes. */
const text = (bytes: number): string =>
  prose.repeat(Math.ceil(bytes / prose.length)).slice(0, bytes);

const form = (fields: Record<string, string>): string => new URLSearchParams(fields).toString();

function post(name: string, type: string, body: string): Shape {
  return {
    name,
    method: "POST",
    path: "/orders",
    headers: { ...browser, "content-type": type },
    body,
  };
}

const urlencoded = "application/x-www-form-urlencoded";

const smallForm = form({
  name: "Maria Lindqvist",
  email: "maria.lindqvist@example.com",
  street: "Storgatan 14",
  city: "Uppsala",
  country: "SE",
  phone: "+46 18 123 45 67",
  newsletter: "yes",
  message: text(210),
});

const item = (index: number): object => ({
  id: 1000 + index,
  name: `Walking shoe, size ${36 + (index % 10)}`,
  colour: ["black", "brown", "grey"][index % 3],
  price: 79.9 + index,
  tags: ["shoes", "outdoor", "new"],
  note: text(60),
});

/** A list of items as JSON of about this many bytes. */
function items(bytes: number): string {
  const list: object[] = [];
  while (JSON.stringify({ items: list }).length < bytes) list.push(item(list.length));
  return JSON.stringify({ items: list.slice(0, -1) });
}

const boundary = "----meshwardenbench7MA4YWxkTrZu0gW";
const upload = [
  `--${boundary}`,
  'Content-Disposition: form-data; name="title"',
  "",
  "Holiday photos",
  `--${boundary}`,
  'Content-Disposition: form-data; name="file"; filename="notes.txt"',
  "Content-Type: text/plain",
  "",
  text(9500),
  `--${boundary}--`,
  "",
].join("\r\n");

const shop = "/cart?item=42&size=xl&sort=price&page=2&lang=en";

export const wafShapes: Shape[] = [
  { name: "browser GET", path: shop, headers: browser },
  post("form 400 B", urlencoded, smallForm),
  post("JSON 1 KB", "application/json", items(1200)),
  post("JSON 10 KB", "application/json", items(10_400)),
  post(
    "form 10 KB",
    urlencoded,
    form(Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`field${i}`, text(900)]))),
  ),
  post("multipart 10 KB", `multipart/form-data; boundary=${boundary}`, upload),
  {
    name: "SQL injection GET, blocked",
    path: `/cart?item=${encodeURIComponent("1' or '1'='1")}`,
    headers: browser,
  },
  {
    name: "XSS GET, blocked",
    path: `/cart?item=${encodeURIComponent("<script>alert(1)</script>")}`,
    headers: browser,
  },
];

/** The shape with a body of the given size: for growth. */
export function proseForm(bytes: number): Shape {
  return post(`form ${bytes} B`, urlencoded, form({ text: text(bytes) }));
}

/** One argument of 64 KB, of one letter and of words. */
export const largeArgumentShapes: Shape[] = [
  post("one letter 64,000 times, level 4", urlencoded, form({ text: "A".repeat(64_000) })),
  post("words of 64,000 B, level 4", urlencoded, form({ text: text(64_000) })),
];
