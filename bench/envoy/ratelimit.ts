// CPU that a limited request costs in a real Envoy: ours against Envoy's own local_ratelimit, admitted and denied, in one run.
import { findEnvoy } from "../../host-test/envoy/find.ts";
import { hasProgram, type Bench } from "../record.ts";
import { filterFile } from "./limits.ts";
import { denyAll, localDynamic, localPlain, ours } from "./limiters.ts";
import { inTurns, type Shape } from "./turns.ts";
import { noFilter, wasm } from "./variants.ts";

const shape: Shape = {
  name: "GET of one user",
  path: "/items?page=2",
  headers: { "x-user": "user-4711", accept: "application/json", "user-agent": "wrk" },
};

const wide = { tokens: 1_000_000_000, everySeconds: 1 };

export async function ratelimitBench(): Promise<Bench> {
  if (!hasProgram("wrk"))
    throw new Error("wrk is not on PATH; Debian and Ubuntu: apt-get install wrk");
  const file = await filterFile("assembly/filters/ratelimit.ts", "ratelimit");
  const pair = await filterFile("assembly/probes/ratelimit/shared-pair.ts", "shared-pair");
  const floor = await filterFile("assembly/probes/ratelimit/floor.ts", "floor");
  const empty = await filterFile("assembly/probes/empty.ts", "empty");
  const open = { limit: { requests: 1_000_000, per: "1s" } };
  const variants = [
    noFilter,
    localPlain(wide),
    localDynamic(wide),
    ours("meshwarden, one policy, admitted", file, open),
    ours("meshwarden, one policy, admitted from leases of 20", file, { ...open, leaseTokens: 20 }),
    wasm("the same host calls and nothing else: headers, clock, get, set", floor, { admit: true }),
    wasm("meshwarden empty filter: no host call", empty, {}),
    wasm("meshwarden probe: one shared-data get and set of 1 KiB", pair, {}),
    denyAll,
    { ...localPlain({ tokens: 1, everySeconds: 86_400 }), name: "native local_ratelimit, denied" },
    ours("meshwarden, denied from the cache", file, { limit: { requests: 1, per: "1d" } }),
    wasm("the same host calls and nothing else: headers, clock, reply", floor, { deny: true }),
  ];
  const results = await inTurns(findEnvoy("1.40.0").binary, variants, shape, {
    rounds: 14,
    seconds: 1,
  });
  return {
    name: "envoy-ratelimit",
    title: "CPU that a limited request costs in Envoy 1.40.0",
    command: "npm run bench -- envoy-ratelimit",
    about:
      "One worker, 8 keep-alive connections, direct response, one identity by a header. CPU of the Envoy process per request; " +
      "“added” is against no filter in the same round, median and quartiles over 14 rounds.",
    rows: results.map((result) => ({
      name: result.variant,
      "CPU µs": result.cpuUs.toFixed(1),
      "added µs": result.addedUs.toFixed(2),
      quartiles: `${result.addedLowUs.toFixed(2)} to ${result.addedHighUs.toFixed(2)}`,
      "requests/s": Math.round(result.requestsPerSecond),
    })),
  };
}
