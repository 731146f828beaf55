// guard.wasm with limits only, in a real Envoy, against no filter, a Lua filter that reads one header, and native RBAC.
import path from "node:path";
import { compile, packageRoot } from "../../cli/build/compile.ts";
import { findEnvoy } from "../../host-test/envoy/find.ts";
import { hasProgram, type Bench } from "../record.ts";
import { inTurns, type Shape } from "./turns.ts";
import { luaOneHeader, nativeRbac, noFilter, wasm } from "./variants.ts";
import { mkdirSync, writeFileSync } from "node:fs";

/** A browser's GET: 14 headers beside the pseudo-headers. */
export const browserGet: Shape = {
  name: "browser GET",
  path: "/cart?item=42&size=xl&sort=price&page=2&lang=en",
  headers: {
    "x-tenant": "blue",
    "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "accept-language": "en-GB,en;q=0.7,de;q=0.3",
    "accept-encoding": "gzip, deflate, br, zstd",
    referer: "https://shop.example.com/category/shoes?page=1",
    cookie: "session=6c1b8a8f7d; theme=dark; consent=yes; basket=3",
    "sec-fetch-dest": "document",
    "sec-fetch-mode": "navigate",
    "sec-fetch-site": "same-origin",
    "sec-fetch-user": "?1",
    "upgrade-insecure-requests": "1",
    "cache-control": "max-age=0",
  },
};

/** Every limit of the stage that a plain deployment would set. */
export const limitsOnly = {
  version: 1,
  validate: { limits: {} },
};

export async function limitsBench(): Promise<Bench> {
  if (!hasProgram("wrk"))
    throw new Error("wrk is not on PATH; Debian and Ubuntu: apt-get install wrk");
  const guard = await filterFile("assembly/filters/guard.ts", "guard");
  const empty = await filterFile("assembly/probes/empty.ts", "empty");
  const variants = [
    noFilter,
    wasm("meshwarden guard, limits only", guard, limitsOnly),
    wasm("meshwarden empty filter", empty, {}),
    luaOneHeader,
    nativeRbac,
  ];
  const results = await inTurns(findEnvoy("1.40.0").binary, variants, browserGet, {
    rounds: 14,
    seconds: 2,
  });
  const lua = results.find((result) => result.variant === luaOneHeader.name)!;
  return {
    name: "envoy-limits",
    title: "CPU that a request costs in Envoy 1.40.0: limits against Lua and RBAC",
    command: "npm run bench -- envoy-limits",
    about:
      "A browser's GET with 13 headers, one worker, 8 keep-alive connections, direct response. CPU of the Envoy process " +
      "per request; “added” is against no filter in the same round, median and quartiles over 14 rounds.",
    rows: results.map((result) => ({
      name: result.variant,
      "CPU µs": result.cpuUs.toFixed(1),
      "added µs": result.addedUs.toFixed(2),
      quartiles: `${result.addedLowUs.toFixed(2)} to ${result.addedHighUs.toFixed(2)}`,
      "ratio to Lua": result === results[0] ? "" : (result.addedUs / lua.addedUs).toFixed(2),
      "requests/s": Math.round(result.requestsPerSecond),
      "ready s": result.readySeconds.toFixed(2),
      "RSS MB": Math.round(result.residentMb),
    })),
  };
}

/** The release module as a file that Envoy can read. */
export async function filterFile(entry: string, name: string): Promise<string> {
  const folder = path.join(packageRoot, ".cache", "bench");
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `${name}.wasm`);
  writeFileSync(file, (await compile({ entry, target: "release" })).wasm);
  return file;
}
