// What the content stage costs on requests that are innocent: guest time in the thin driver, beside the same filter with
// limits alone, on the same requests in the same run.
import { compile } from "../../cli/build/compile.ts";
import { interleave, type Candidate } from "../interleave.ts";
import type { Bench, Row } from "../record.ts";
import { loadGuest, type GuestFilter } from "./driver.ts";
import { bodies } from "./json.ts";

type Headers = [string, string][];

/** A browser's GET: 15 headers beside the four pseudo-headers, five arguments. */
export const browser: Headers = [
  [":authority", "shop.example.com"],
  [
    ":path",
    "/search?q=red+running+shoes&page=2&sort=price_asc&size=42&utm_source=newsletter-2026-11",
  ],
  [":method", "GET"],
  [":scheme", "https"],
  [
    "user-agent",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
  ],
  [
    "accept",
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7",
  ],
  ["accept-language", "en-GB,en;q=0.9,de;q=0.8"],
  ["accept-encoding", "gzip, deflate, br, zstd"],
  [
    "cookie",
    "session=6c1b8a8f0d4e4b7c9a; theme=dark; consent=yes; _ga=GA1.2.1234567890.1732000000; cart=%7B%22n%22%3A2%7D",
  ],
  ["referer", "https://shop.example.com/search?q=shoes"],
  ["sec-ch-ua", '"Google Chrome";v="131", "Chromium";v="131", "Not_A Brand";v="24"'],
  ["sec-ch-ua-mobile", "?0"],
  ["sec-ch-ua-platform", '"Windows"'],
  ["sec-fetch-site", "same-origin"],
  ["sec-fetch-mode", "navigate"],
  ["sec-fetch-dest", "document"],
  ["upgrade-insecure-requests", "1"],
  ["x-forwarded-for", "203.0.113.7"],
  ["x-request-id", "4f5c6b1e-7b5d-4b0e-9a3c-2d1f0e9b8a7c"],
];

const post = (length: number): Headers => [
  [":authority", "api.example.com"],
  [":path", "/v1/orders"],
  [":method", "POST"],
  [":scheme", "https"],
  ["user-agent", "okhttp/4.12.0"],
  ["accept", "application/json"],
  ["content-type", "application/json"],
  ["content-length", String(length)],
  ["x-request-id", "4f5c6b1e-7b5d-4b0e-9a3c-2d1f0e9b8a7c"],
];

const order = JSON.parse(bodies["API body, large"]!) as { items: unknown[] };
const ofSize = (bytes: number): Uint8Array => {
  const items: unknown[] = [];
  while (JSON.stringify({ ...order, items }).length < bytes) items.push(order.items[items.length]);
  return Buffer.from(JSON.stringify({ ...order, items }));
};

export const requests: { name: string; headers: Headers; body?: Uint8Array }[] = [
  { name: "browser GET, 15 headers, 5 arguments", headers: browser },
  ...[1024, 10240].map((bytes) => {
    const body = ofSize(bytes);
    return { name: `${bytes / 1024} KB JSON`, headers: post(body.length), body };
  }),
];

const config = (content: boolean): string =>
  JSON.stringify({ version: 1, validate: { limits: {}, ...(content ? { content: {} } : {}) } });

export async function validateBench(rounds = 60): Promise<Bench> {
  const { wasm } = await compile({ entry: "assembly/filters/validate.ts", target: "release" });
  const rows: Row[] = [];
  for (const { name, headers, body } of requests) {
    const guest = (content: boolean): GuestFilter =>
      loadGuest(wasm, headers, config(content), body);
    const full = guest(true);
    const [limits, content] = interleave(
      [candidate("limits", guest(false)), candidate("content", full)],
      { rounds },
    );
    rows.push({
      name,
      "body, bytes": body?.length ?? 0,
      "limits alone, µs": (limits!.bestNs / 1000).toFixed(1),
      "limits and content, µs": (content!.bestNs / 1000).toFixed(1),
      "memory of the VM, KiB": full.memoryPages() * 64,
    });
  }
  return {
    name: "validate",
    title: "Looking at what requests carry",
    command: "npm run bench -- validate",
    about:
      "One innocent request through validate.wasm with every detector on at the default level, on a thin driver that answers " +
      "host calls with constants; limits alone in the same run. 5th percentile of interleaved slices. Header values (not cookies) " +
      "that were judged before are known by their hash, as with every request of a browser but its first.",
    rows,
  };
}

function candidate(name: string, guest: GuestFilter): Candidate {
  return {
    name,
    run(count: number): void {
      for (let i = 0; i < count; i++) guest.request();
    },
  };
}
