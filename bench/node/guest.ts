// Guest time of a whole request, ours against the public AssemblyScript SDKs, on the same thin driver in one run.
import { compile } from "../../cli/build/compile.ts";
import { interleave, type Candidate } from "../interleave.ts";
import type { Bench, Row } from "../record.ts";
import { buildRival } from "../rivals/build.ts";
import { loadGuest, type GuestFilter } from "./driver.ts";

const headers: [string, string][] = [
  [":authority", "shop.example.com"],
  [":path", "/cart?item=42&size=xl"],
  [":method", "GET"],
  [":scheme", "https"],
  ["user-agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"],
  ["accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"],
  ["accept-language", "en-GB,en;q=0.7,de;q=0.3"],
  ["accept-encoding", "gzip, deflate, br, zstd"],
  ["cookie", "session=6c1b8a8f; theme=dark; consent=yes"],
  ["x-tenant", "blue"],
  ["x-request-id", "4f5c6b1e-7b5d-4b0e-9a3c-2d1f0e9b8a7c"],
];

const memoryRequests = 1_000_000;

/** Guest time is the whole time less that of a module whose callbacks return at once; ratios are of the rival's to ours. */
export async function guestBench(): Promise<Bench> {
  const rows: Row[] = [];
  const nothing = (await compile({ entry: "assembly/probes/null.ts", target: "release" })).wasm;
  for (const [what, probe, rivalFilter] of [
    ["empty filter", "empty", "empty"],
    ["read one header, add one", "one-header", "filter"],
  ] as const) {
    const own = (await compile({ entry: `assembly/probes/${probe}.ts`, target: "release" })).wasm;
    const modules = {
      "meshwarden SDK": own,
      "@gcoredev/proxy-wasm-sdk-as 1.2.3": buildRival("gcore", rivalFilter),
      "@solo-io/proxy-runtime 0.1.8 (asc 0.14.9)": buildRival("solo", rivalFilter),
    };
    const guests = Object.entries(modules).map(([name, wasm]) => ({
      name,
      wasm,
      guest: loadGuest(wasm, headers),
    }));
    const boundary = candidate("boundary", loadGuest(nothing, headers));
    const [baseline, ...timings] = interleave([
      boundary,
      ...guests.map(({ name, guest }) => candidate(name, guest)),
    ]);
    const guestNs = timings.map((timing) => timing.bestNs - baseline.bestNs);
    guests.forEach(({ wasm, guest }, i) => {
      const before = guest.hostCalls();
      guest.request();
      rows.push({
        name: `${what}: ${timings[i].name}`,
        "ns per request": Math.round(timings[i].bestNs),
        "of them guest": Math.round(guestNs[i]),
        ratio: i === 0 ? 1 : `${(guestNs[i] / guestNs[0]).toFixed(0)}x`,
        "host calls": guest.hostCalls() - before,
        bytes: wasm.length,
        "memory growth over 1,000,000 requests": growth(wasm),
      });
    });
  }
  return {
    name: "guest",
    title: "Guest time of a request against other AssemblyScript SDKs",
    command: "npm run bench -- guest",
    about:
      "One request life (create, request headers, done, log, delete; 11 headers) on a thin driver that answers host calls " +
      "with constants. Guest time is what remains when the time of a module whose callbacks return at once is taken off. " +
      "5th percentile of interleaved slices; the ratio is of guest time within this run.",
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

function growth(wasm: BufferSource): string {
  const guest = loadGuest(wasm, headers);
  for (let i = 0; i < 1000; i++) guest.request();
  const start = guest.memoryPages();
  for (let i = 0; i < memoryRequests; i++) guest.request();
  return `${((guest.memoryPages() - start) * 65536).toLocaleString("en-GB")} B`;
}
