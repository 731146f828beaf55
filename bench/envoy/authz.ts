// The authz stage against Envoy's own RBAC filter in a real Envoy: the same policies, 10 and 100 of them, of which the last one allows.
import { rbacFilters, type Policy } from "../../host-test/envoy/authz/rbac.ts";
import { findEnvoy } from "../../host-test/envoy/find.ts";
import { hasProgram, type Bench, type Row } from "../record.ts";
import { browserGet, filterFile } from "./limits.ts";
import { inTurns } from "./turns.ts";
import { noFilter, wasm } from "./variants.ts";

/** Policies of which only the last allows the benched request: method, path, host and one header each. */
export function policies(count: number): Policy[] {
  return Array.from({ length: count }, (_, i) => ({
    name: `p${i}`,
    rules: [
      {
        to: [
          {
            operation: {
              methods: ["GET", "HEAD"],
              paths: i === count - 1 ? ["/cart", "/cart/*"] : [`/service-${i}`, `/service-${i}/*`],
              hosts: ["127.0.0.1:*", "shop.example.com"],
            },
          },
        ],
        when: [{ key: "request.headers[x-tenant]", values: ["blue", "green"] }],
      },
    ],
  }));
}

export async function authzBench(): Promise<Bench> {
  if (!hasProgram("wrk"))
    throw new Error("wrk is not on PATH; Debian and Ubuntu: apt-get install wrk");
  const file = await filterFile("assembly/filters/jwt.ts", "jwt");
  const own = (count: number): object => ({ version: 1, authz: { policies: policies(count) } });
  const native = (count: number): { name: string; filters: object[] } => ({
    name: `Envoy's RBAC, ${count} policies`,
    filters: rbacFilters(policies(count)),
  });
  const variants = [
    noFilter,
    native(10),
    wasm("meshwarden authz, 10 policies", file, own(10)),
    native(100),
    wasm("meshwarden authz, 100 policies", file, own(100)),
  ];
  const results = await inTurns(findEnvoy("1.40.0").binary, variants, browserGet, {
    rounds: 8,
    seconds: 2,
  });
  const rows = results.map((result, i): Row => {
    const rival = i === 2 || i === 4 ? results[i - 1] : undefined;
    return {
      name: result.variant,
      "CPU µs": result.cpuUs.toFixed(1),
      "added µs": result.addedUs.toFixed(2),
      quartiles: `${result.addedLowUs.toFixed(2)} to ${result.addedHighUs.toFixed(2)}`,
      "ratio to RBAC": rival === undefined ? "" : (result.addedUs / rival.addedUs).toFixed(2),
      "requests/s": Math.round(result.requestsPerSecond),
    };
  });
  return {
    name: "envoy-authz",
    title: "CPU that a request costs in Envoy 1.40.0: policies against Envoy's own RBAC",
    command: "npm run bench -- envoy-authz",
    about:
      "A browser's GET, one worker, 8 keep-alive connections, direct response. Istio's policies with method, path, host and a header, " +
      "of which the last one allows the request: once as Istio configures Envoy's RBAC filter, once in jwt.wasm without tokens. " +
      "CPU of the Envoy process per request; “added” is against no filter in the same round, median and quartiles over 8 rounds.",
    rows,
  };
}
