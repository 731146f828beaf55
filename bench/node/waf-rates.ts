// What the Core Rule Set at paranoia level 1 blocks of the public lists, in waf.wasm and in the native Coraza: each line as
// `GET /search?q=…`, at most 250 lines of each list, chosen by the order of their SHA-256.
import { createHash } from "node:crypto";
import { Coraza } from "../../host-test/crs/coraza.ts";
import { wafFilter } from "../../host-test/crs/filter.ts";
import { nodeTarget } from "../../host-test/crs/node-target.ts";
import { crsRules } from "../../host-test/crs/rules.ts";
import { filterModule } from "../../host-test/filters/guarded.ts";
import { createHost } from "../../host-test/host/index.ts";
import { crsRoot } from "../../host-test/crs/suite.ts";
import { attackLists, benignLists, type ValueList } from "../../host-test/vectors/detect-corpus.ts";
import type { Bench } from "../record.ts";

export async function wafRates(): Promise<Bench> {
  const root = crsRoot();
  const attacks = attackLists();
  const benign = benignLists();
  if (root === undefined || attacks === undefined || benign === undefined) {
    throw new Error(
      "needs the Core Rule Set and the payload lists: MESHWARDEN_CRS, MESHWARDEN_DATA",
    );
  }
  const rules = crsRules(root, []);
  rules.directives.unshift("SecRuleEngine On", "SecRequestBodyAccess On");
  const ours = nodeTarget(await wafFilter(rules));
  const coraza = new Coraza(rules);
  const validate = await createHost({
    filters: [
      {
        name: "validate",
        wasm: await filterModule("validate"),
        config: JSON.stringify({ version: 1, validate: { content: {} } }),
      },
    ],
    workers: 1,
    lean: true,
  });
  const rows: Bench["rows"] = [];
  const lists: [ValueList, number, string][] = [
    ...attacks.map((list): [ValueList, number, string] => [list, 250, "attack"]),
    ...benign.map((list): [ValueList, number, string] => [list, 250, "benign"]),
  ];
  for (const [list, most, kind] of lists) {
    if (list.values.length === 0) continue;
    let here = 0;
    let there = 0;
    let detected = 0;
    const lines = chosen(list.values, most);
    for (const line of lines) {
      const uri = `/search?q=${escaped(line)}`;
      const bytes = Buffer.from(
        `GET ${uri} HTTP/1.1\r\nHost: shop.example.com\r\nUser-Agent: ${agent}\r\nAccept: */*\r\n\r\n`,
      );
      const [mine, their] = await Promise.all([
        ours.send(bytes, false),
        coraza.judge({ method: "GET", uri, protocol: "HTTP/1.1", headers }),
      ]);
      if (mine.status === 403) here++;
      if (their.status === 403) there++;
      const looked = await validate.request({ path: uri, headers: headers.slice(1) });
      if (looked.status !== 200) detected++;
    }
    const share = (count: number): string =>
      `${count} (${((count * 100) / lines.length).toFixed(1)} %)`;
    rows.push({
      name: list.name,
      kind,
      lines: lines.length,
      "blocked by waf.wasm": share(here),
      "by native Coraza": share(there),
      "denied by validate.wasm": share(detected),
    });
  }
  await ours.close();
  coraza.close();
  return {
    name: "waf-rates",
    title: "What the Core Rule Set blocks of public lists at paranoia level 1",
    command: "npm run bench -- waf-rates",
    about:
      "At most 250 lines a list, each as GET /search?q=…, default settings, engine On; waf.wasm in the Node host, native Coraza 3.8.1 with the same " +
      "rules; validate.wasm with every default. The lists hold fragments that no grammar can condemn, so 100 % is not the aim; benign lines should all pass.",
    rows,
  };
}

const agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const headers: [string, string][] = [
  ["Host", "shop.example.com"],
  ["User-Agent", agent],
  ["Accept", "*/*"],
];

function chosen(values: Buffer[], most: number): Buffer[] {
  const key = (value: Buffer): string => createHash("sha256").update(value).digest("hex");
  const keyed = values.map((value) => [key(value), value] as const);
  return keyed
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .slice(0, most)
    .map(([, value]) => value);
}

function escaped(bytes: Buffer): string {
  return [...bytes]
    .map((byte) =>
      /[A-Za-z0-9._~-]/.test(String.fromCharCode(byte))
        ? String.fromCharCode(byte)
        : `%${byte.toString(16).padStart(2, "0")}`,
    )
    .join("");
}
