// The README's table of what a request costs in Envoy, out of the newest records of `npm run bench`: a figure and its rival's, from the
// same run.
import { withTables } from "../cli/gen/filter-docs.ts";
import type { Recorded, Row } from "./record.ts";

/** One line: what it says, and where both figures stand. */
interface Cost {
  what: string;
  rival: string;
  bench: string;
  ours: [row: string, column: string];
  theirs: [row: string, column: string];
}

const added = "added µs";
const coraza = "native Coraza 3.8 µs";

const firewall = (what: string, row: string): Cost => ({
  what: `Core Rule Set, ${what}`,
  rival: "native Coraza",
  bench: "envoy-waf",
  ours: [row, added],
  theirs: [row, coraza],
});

const costs: Cost[] = [
  firewall("browser GET", "browser GET"),
  firewall("1 KB of JSON", "JSON 1 KB"),
  firewall("form of 10 KB", "form 10 KB"),
  {
    what: "token, RS256, verified anew",
    rival: "`jwt_authn`",
    bench: "envoy-jwt",
    ours: ["RS256: jwt.wasm, no cache, crypto: auto", added],
    theirs: ["RS256: native jwt_authn", added],
  },
  {
    what: "token, ES256, verified anew",
    rival: "`jwt_authn`",
    bench: "envoy-jwt",
    ours: ["ES256: jwt.wasm, no cache, crypto: auto", added],
    theirs: ["ES256: native jwt_authn", added],
  },
  {
    what: "token, remembered",
    rival: "`jwt_authn` with its cache",
    bench: "envoy-jwt-cache",
    ours: ["RS256: jwt.wasm, remembered token", added],
    theirs: ["RS256: native jwt_authn, its cache", added],
  },
  {
    what: "100 authorization policies",
    rival: "RBAC",
    bench: "envoy-authz",
    ours: ["meshwarden authz, 100 policies", added],
    theirs: ["Envoy's RBAC, 100 policies", added],
  },
  {
    what: "limit of one identity, admitted",
    rival: "`local_ratelimit`, dynamic descriptors",
    bench: "envoy-ratelimit",
    ours: ["meshwarden, one policy, admitted", added],
    theirs: ["native local_ratelimit, dynamic descriptors", added],
  },
];

/** The README with its table written anew. */
export function withCosts(readme: string, records: Recorded[]): string {
  return withTables(readme, {
    costs: () => rows(new Map(records.map((each) => [each.name, each]))),
  });
}

/** Rows of the table, cells apart by tabs, the head first. */
function rows(records: Map<string, Recorded>): string[] {
  return [
    "CPU of Envoy for a request\tmeshwarden, µs\trival, µs\tthe rival",
    ...costs.map(({ what, rival, bench, ours, theirs }) => {
      const record = records.get(bench);
      return `${what}\t${figure(record, ours)}\t${figure(record, theirs)}\t${rival}`;
    }),
  ];
}

function figure(record: Recorded | undefined, [name, column]: [string, string]): string {
  const row: Row | undefined = record?.rows.find((each) => each.name === name);
  if (row?.[column] === undefined)
    throw new Error(`bench/record/${record?.name}.json has no "${column}" of "${name}"`);
  const value = Number(row[column]);
  return value >= 100 ? value.toFixed(0) : value.toFixed(1);
}
