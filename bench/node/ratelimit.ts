// Guest time of a limited request: admitted, and denied from the deny cache, against the two shared-data calls that an admission makes,
// on the thin driver in one run. The driver's own part is taken off with a module whose callbacks return at once.
import { compile } from "../../cli/build/compile.ts";
import { interleave, type Candidate } from "../interleave.ts";
import type { Bench } from "../record.ts";
import { loadGuest, type GuestFilter } from "./driver.ts";

const headers: [string, string][] = [
  [":authority", "api.example.com"],
  [":path", "/items?page=2"],
  [":method", "GET"],
  [":scheme", "https"],
  ["x-user", "user-4711"],
  ["accept", "application/json"],
  ["x-request-id", "4f5c6b1e-7b5d-4b0e-9a3c-2d1f0e9b8a7c"],
];

const configured = (policy: object): string =>
  JSON.stringify({
    version: 1,
    rateLimit: { policies: [{ name: "user", identity: [{ header: "x-user" }], ...policy }] },
  });

export async function ratelimitGuestBench(): Promise<Bench> {
  const best: number[] = [];
  let names: string[] = [];
  // Now and then V8 leaves one instance many times slower for as long as it lives: each is made anew three times, and its best counts.
  for (let turn = 0; turn < 3; turn++) {
    const timings = interleave((await loadGuests()).map(candidate), { warmup: 20_000 });
    names = timings.map(({ name }) => name);
    timings.forEach(({ bestNs }, i) => (best[i] = Math.min(best[i] ?? Infinity, bestNs)));
  }
  const net = best.slice(1).map((ns) => ns - best[0]);
  const [calls, admitted, read] = net;
  return {
    name: "ratelimit",
    title: "Guest time of a limited request against its two shared-data calls",
    command: "npm run bench -- ratelimit",
    about:
      "One request life with 7 headers on a thin driver whose shared data copies its values; 5th percentile of interleaved slices, the " +
      "best of three instances, less a module whose callbacks return at once. The ratio is to the two shared-data calls; “decision” " +
      "leaves out what reading the request costs, as the policy for another method shows it.",
    rows: names.slice(1).map((name, i) => ({
      name,
      "ns per request": Math.round(net[i]),
      ratio: (net[i] / calls).toFixed(2),
      decision:
        name.includes("admitted") || name.includes("denied")
          ? ((net[i] - read) / calls).toFixed(2)
          : "",
      "of admitted": name.includes("denied") ? (net[i] / admitted).toFixed(2) : "",
    })),
  };
}

async function loadGuests(): Promise<[string, GuestFilter][]> {
  const load = async (entry: string, configuration = ""): Promise<GuestFilter> =>
    loadGuest((await compile({ entry, target: "release" })).wasm, headers, configuration);
  const filter = "assembly/filters/ratelimit.ts";
  const open = { limit: { requests: 1_000_000, per: "1s" } };
  return [
    ["callbacks that return at once", await load("assembly/probes/null.ts")],
    [
      "one shared-data get and set of 1 KiB",
      await load("assembly/probes/ratelimit/shared-pair.ts", "{}"),
    ],
    ["one policy, admitted", await load(filter, configured(open))],
    [
      "one policy that is for another method",
      await load(filter, configured({ ...open, match: { methods: ["PUT"] } })),
    ],
    [
      "one policy, denied from the cache",
      await load(filter, configured({ limit: { requests: 1, per: "1d" } })),
    ],
  ];
}

function candidate([name, guest]: [string, GuestFilter]): Candidate {
  return {
    name,
    run(count: number): void {
      for (let i = 0; i < count; i++) guest.request();
    },
  };
}
