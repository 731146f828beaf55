// The rule set in waf.wasm, as it runs when a section names no rules: each rule on requests of our own, then the lists of
// attacks and of innocent text, with floors. `score-filter.ts --filter waf` prints the whole table.
import { readFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { packageRoot } from "../../cli/build/compile.ts";
import { createHost, type Header, type Host, type RequestInit } from "../host/index.ts";
import { dataFolder, suiteTitle } from "../vectors/data.ts";
import { attackLists, benignBodies, benignLists, hardLines } from "../vectors/detect-corpus.ts";
import { placeNames, requestWith } from "../vectors/filter-places.ts";
import { filterModule } from "./guarded.ts";

interface RuleRequest {
  method?: string;
  path?: string;
  headers?: Header[];
  form?: string;
  json?: string;
  xml?: string;
  file?: string;
}

interface RuleRow {
  rule: number;
  bad: RuleRequest[];
  good: RuleRequest[];
}

let host: Host;
beforeAll(async () => {
  host = await createHost({
    filters: [{ name: "waf", wasm: await filterModule("waf"), config: '{"version":1,"waf":{}}' }],
    workers: 1,
  });
}, 60_000);

const bodies = {
  form: "application/x-www-form-urlencoded",
  json: "application/json",
  xml: "text/xml",
} as const;

function requestOf({
  method,
  path: target = "/",
  headers = [],
  file,
  ...one
}: RuleRequest): RequestInit {
  const own = new Set(headers.map(([name]) => name));
  const usual: Header[] = [["user-agent", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"]];
  const all = [...usual.filter(([name]) => !own.has(name)), ...headers];
  const request = { path: target, headers: all, ...(method === undefined ? {} : { method }) };
  const typed = (type: string): Header[] =>
    own.has("content-type") ? all : [...all, ["content-type", type]];
  for (const kind of ["form", "json", "xml"] as const) {
    const body = one[kind];
    if (body !== undefined)
      return { method: "POST", ...request, headers: typed(bodies[kind]), body };
  }
  if (file === undefined) return request;
  const body = `--b\r\ncontent-disposition: form-data; name="f"; filename="${file}"\r\ncontent-type: image/png\r\n\r\nx\r\n--b--\r\n`;
  return { method: "POST", ...request, headers: typed("multipart/form-data; boundary=b"), body };
}

async function play(request: RequestInit): Promise<{ status: number; ids: number[] }> {
  const { status, logs } = await host.request(request);
  const ids = logs.flatMap(({ message }) => {
    const id = /^\[id "(\d+)"\]/.exec(message)?.[1];
    return id === undefined ? [] : [Number(id)];
  });
  return { status, ids };
}

const rows = parse(
  readFileSync(path.join(packageRoot, "host-test/filters/waf-ruleset.yaml"), "utf8"),
) as RuleRow[];

describe("each rule", () => {
  test.each(rows)("$rule", async ({ rule, bad, good }) => {
    for (const one of bad) {
      const { status, ids } = await play(requestOf(one));
      expect([status, ids], JSON.stringify(one)).toEqual([403, expect.arrayContaining([rule])]);
    }
    for (const one of good)
      expect(await play(requestOf(one)), JSON.stringify(one)).toEqual({ status: 200, ids: [] });
  });

  test("weak signs count, and deny only together", async () => {
    const weak: Header[] = [["x-original-url", "/admin"]];
    expect(await play({ path: "/", headers: weak })).toEqual({ status: 200, ids: [1101030] });
    expect(await play({ path: "/?u=http://8.8.8.8/", headers: weak })).toEqual({
      status: 403,
      ids: [1101030, 1103030, 1109001],
    });
  });

  test("no rule is without requests", () => {
    const text = [
      "10-protocol",
      "20-scanners",
      "30-files",
      "40-commands",
      "50-sql",
      "60-script",
      "70-code",
      "80-uploads",
    ]
      .map((name) =>
        readFileSync(path.join(packageRoot, "assembly", "ruleset", `${name}.conf`), "utf8"),
      )
      .join("");
    const ids = [...text.matchAll(/"id:(\d+)/g)].map(([, id]) => Number(id));
    const tested = new Set([...rows.map(({ rule }) => rule), 1101030, 1103030, 1101060]);
    expect(ids.filter((id) => !tested.has(id))).toEqual([]);
  });

  test("a body that cannot be parsed is refused with 400", async () => {
    expect((await play(requestOf({ json: '{"a":' }))).status).toBe(400);
  });
});

/** Share of the lines that are denied as a query value, in per cent; what the lists hold besides attacks is left in. */
const floors: Record<string, number> = {
  sqli: 90,
  xss: 93,
  "command-injection": 77,
  "path-traversal-lfi": 90,
  ssrf: 77,
  ssti: 98,
  ssi: 98,
  nosql: 87,
  xxe: 77,
  crlf: 32,
  ldap: 30,
  "open-redirect": 28,
};
/** At most so many lines of a list, evenly taken. */
const most = Number(process.env["MESHWARDEN_WAF_LINES"] ?? 1500);

async function denied(
  requests: (RequestInit | undefined)[],
): Promise<[hits: number, sent: number]> {
  let hits = 0;
  const sent = requests.filter((request) => request !== undefined);
  for (const request of sent) if ((await host.request(request)).status !== 200) hits++;
  return [hits, sent.length];
}

function sample(values: Buffer[]): Buffer[] {
  const step = Math.max(1, Math.ceil(values.length / most));
  return values.filter((_, i) => i % step === 0);
}

const attacks = attackLists();
describe.skipIf(attacks === undefined)(suiteTitle("attacks", dataFolder("payloads")), () => {
  test.each(Object.entries(floors))(
    "%s: at least %d %%",
    async (name, floor) => {
      const values = sample(attacks!.find((list) => list.name === name)!.values);
      const [hits, sent] = await denied(values.map((value) => requestWith("query", value)));
      expect((hits * 100) / sent).toBeGreaterThanOrEqual(floor);
    },
    60_000,
  );
});

const benign = benignLists();
describe.skipIf(benign === undefined)(suiteTitle("innocent text", dataFolder("payloads")), () => {
  test.each(placeNames)(
    "at most 0.1 %% as %s, and 10 of libinjection's hard lines",
    async (place) => {
      const lists = benign!.filter(({ name }) => !name.startsWith("markdown"));
      const values = lists.flatMap((list) => sample(list.values).filter((_, i) => i % 2 === 0));
      const [hits, sent] = await denied(values.map((value) => requestWith(place, value)));
      expect((hits * 100) / sent).toBeLessThanOrEqual(0.1);
      const hard = (hardLines()?.values ?? []).map((value) => requestWith(place, value));
      expect((await denied(hard))[0]).toBeLessThanOrEqual(10);
    },
    60_000,
  );

  test("bodies of real services", async () => {
    const folder = path.join(dataFolder("payloads/benign/dev/json-bodies")!);
    const names = benignBodies()!.map(({ name }) => name);
    const requests = names.map((name) =>
      requestOf({ json: readFileSync(path.join(folder, name), "utf8") }),
    );
    const [hits] = await denied(requests);
    expect(hits).toBeLessThanOrEqual(3);
  });
});
