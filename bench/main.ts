// `npm run bench` runs every bench, `npm run bench -- NAME…` some of them; each one writes bench/record/NAME.json, and
// docs/performance.md and the README's table are made anew from all records. Run it on a machine that does nothing else.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { packageRoot } from "../cli/build/compile.ts";
import { withCosts } from "./costs.ts";
import { allRecords, performancePage, record, table, type Bench } from "./record.ts";

/** Name to bench; the import waits until the bench is asked for. */
const benches: Record<string, () => Promise<Bench>> = {
  authz: async () => (await import("./node/authz.ts")).authzGuestBench(),
  crypto: async () => (await import("./node/crypto.ts")).cryptoBench(),
  guest: async () => (await import("./node/guest.ts")).guestBench(),
  host: async () => (await import("./node/host.ts")).hostBench(),
  jwt: async () => (await import("./node/jwt.ts")).jwtBench(),
  json: async () => (await import("./node/json.ts")).jsonBench(),
  registry: async () => (await import("./node/registry.ts")).registryBench(),
  schema: async () => (await import("./node/schema.ts")).schemaBench(),
  openapi: async () => (await import("./node/openapi.ts")).openapiBench(),
  regex: async () => (await import("./node/regex.ts")).regexBench(),
  validate: async () => (await import("./node/validate.ts")).validateBench(),
  "envoy-jwt": async () => (await import("./envoy/jwt.ts")).jwtBench(),
  "envoy-jwt-cache": async () => (await import("./envoy/jwt.ts")).jwtCacheBench(),
  "envoy-authz": async () => (await import("./envoy/authz.ts")).authzBench(),
  "waf-rates": async () => (await import("./node/waf-rates.ts")).wafRates(),
  "envoy-waf": async () => (await import("./envoy/waf.ts")).wafBench(),
  "envoy-waf-latency": async () => (await import("./envoy/waf-latency.ts")).wafLatencyBench(),
  "envoy-waf-start": async () => (await import("./envoy/waf-start.ts")).wafStartBench(),
  ratelimit: async () => (await import("./node/ratelimit.ts")).ratelimitGuestBench(),
  "envoy-admission": async () => (await import("./envoy/admission.ts")).admissionBench(),
  "envoy-ratelimit": async () => (await import("./envoy/ratelimit.ts")).ratelimitBench(),
  "envoy-rotation": async () => (await import("./envoy/rotation.ts")).rotationBench(),
  "envoy-content": async () => (await import("./envoy/content.ts")).contentBench(),
  "envoy-limits": async () => (await import("./envoy/limits.ts")).limitsBench(),
};

const names = process.argv.slice(2);
const unknown = names.filter((name) => !(name in benches));
if (unknown.length > 0) {
  console.error(
    `no bench named ${unknown.join(", ")}; there are ${Object.keys(benches).join(", ")}`,
  );
  process.exit(2);
}
for (const name of names.length > 0 ? names : Object.keys(benches)) {
  console.error(`bench ${name} …`);
  const recorded = record(await benches[name]());
  console.log(`\n${recorded.title}\n\n${table(recorded.rows)}\n`);
}
mkdirSync(path.join(packageRoot, "docs"), { recursive: true });
writeFileSync(path.join(packageRoot, "docs", "performance.md"), performancePage(allRecords()));
const readme = path.join(packageRoot, "README.md");
writeFileSync(readme, withCosts(readFileSync(readme, "utf8"), allRecords()));
