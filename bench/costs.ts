// The README's table of what a request costs in Envoy, out of the newest records of `npm run bench`: a figure and its rival's, from the
// same run.
import { withTables } from "../cli/gen/filter-docs.ts";
import type { Recorded, Row } from "./record.ts";

const added = "added µs";

/** Where both figures stand. */
interface Cost {
  what: string;
  rival: string;
  bench: string;
  /** The row of ours. */
  ours: string;
  /** The rival's row and column, where they are others. */
  theirs: string;
  theirColumn?: string;
}

const jwt = "`jwt_authn`";
const coraza = { rival: "native Coraza", theirColumn: "native Coraza 3.8 µs", bench: "envoy-waf" };

const costs: Cost[] = [
  { what: "Core Rule Set, browser GET", ours: "browser GET", theirs: "browser GET", ...coraza },
  { what: "Core Rule Set, 1 KB of JSON", ours: "JSON 1 KB", theirs: "JSON 1 KB", ...coraza },
  { what: "Core Rule Set, form of 10 KB", ours: "form 10 KB", theirs: "form 10 KB", ...coraza },
  ...["RS256", "ES256"].map((algorithm) => ({
    what: `token, ${algorithm}, verified anew`,
    rival: jwt,
    bench: "envoy-jwt",
    ours: `${algorithm}: jwt.wasm, no cache, crypto: auto`,
    theirs: `${algorithm}: native jwt_authn`,
  })),
  {
    what: "token, remembered",
    rival: `${jwt} with its cache`,
    bench: "envoy-jwt-cache",
    ours: "RS256: jwt.wasm, remembered token",
    theirs: "RS256: native jwt_authn, its cache",
  },
  {
    what: "100 authorization policies",
    rival: "RBAC",
    bench: "envoy-authz",
    ours: "meshwarden authz, 100 policies",
    theirs: "Envoy's RBAC, 100 policies",
  },
  {
    what: "limit of one identity, admitted",
    rival: "`local_ratelimit`, dynamic descriptors",
    bench: "envoy-ratelimit",
    ours: "meshwarden, one policy, admitted",
    theirs: "native local_ratelimit, dynamic descriptors",
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
  const figure = (bench: string, name: string, column = added): string => {
    const row: Row | undefined = records.get(bench)?.rows.find((each) => each.name === name);
    if (row?.[column] === undefined)
      throw new Error(`bench/record/${bench}.json has no "${column}" of "${name}"`);
    const value = Number(row[column]);
    return value >= 100 ? value.toFixed(0) : value.toFixed(1);
  };
  return [
    "CPU of Envoy for a request\tmeshwarden, µs\trival, µs\tthe rival",
    ...costs.map(({ what, rival, bench, ours, theirs, theirColumn }) =>
      [what, figure(bench, ours), figure(bench, theirs, theirColumn), rival].join("\t"),
    ),
  ];
}
