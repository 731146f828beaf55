// The firewall under requests and rules made from grammars: no trap, no pause without end, memory within its bounds; a rule text is
// taken or refused with file, line and reason, and what ran before goes on. MESHWARDEN_FUZZ_SECONDS sets how long each of the two
// runs (30 minutes: 900), MESHWARDEN_FUZZ_SEED where it begins. What broke something is kept in waf-corpus and tried first.
import { writeFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, expect, test } from "vitest";
import { packageRoot } from "../../cli/build/compile.ts";
import { ruleFiles } from "../../cli/waf/rule-files.ts";
import { freezeRules } from "../../cli/wasm/freeze-rules.ts";
import { filterModule } from "../filters/guarded.ts";
import { createHost, type Exchange, type Host, type RequestInit } from "../host/index.ts";
import { compile } from "../../cli/build/compile.ts";
import { dataFolder } from "../vectors/data.ts";
import { Grammar } from "./waf-grammar.ts";
import { corpus, ruleSeeds } from "./waf-seeds.ts";

const seconds = Number(process.env["MESHWARDEN_FUZZ_SECONDS"] ?? 4);
const seed = Number(process.env["MESHWARDEN_FUZZ_SEED"] ?? 20261127);
const folder = path.join(packageRoot, "host-test", "fuzz", "waf-corpus");
const own = ["Include @recommended-conf", "SecRuleEngine On", "Include @meshwarden/*.conf"];
const crs = dataFolder("crs");
/** 8 MiB a request, 32 MiB a callback, the rules, and what V8 rounds up. */
const pagesMax = (8 + 32 + 64) * 16;

let wasm: Uint8Array | WebAssembly.Module;
let lines = own;
beforeAll(async () => {
  wasm = await filterModule("waf");
  if (crs === undefined) return;
  lines = [
    'SecAction "id:1,phase:1,pass,nolog,setvar:tx.blocking_paranoia_level=4"',
    ...["Include @recommended-conf", "SecRuleEngine On", "SecResponseBodyAccess On"],
    ...["Include @crs-setup-conf", "Include @owasp_crs/*.conf", "Include @meshwarden/*.conf"],
  ];
  const plain = (await compile({ entry: "assembly/filters/waf.ts", target: "release" })).wasm;
  wasm = freezeRules(plain, { files: ruleFiles(crs), profiles: { default: lines } });
}, 120_000);

function openHost(section: object, logLevel: "critical" | "error" = "critical"): Promise<Host> {
  const config = JSON.stringify({ version: 1, holdHeaders: true, waf: section });
  return createHost({
    filters: [{ name: "waf", wasm, config, allowOnHeadersStopIteration: true }],
    workers: 1,
    lean: true,
    logLevel,
    seed,
  });
}

/** What a request must not do, whatever it is. */
function checkExchange(exchange: Exchange, request: RequestInit): void {
  if (exchange.trap !== undefined || exchange.paused !== "")
    expect.fail(`${exchange.trap?.message ?? exchange.paused}: ${JSON.stringify(request)}`);
}

test(
  `requests of a grammar for ${seconds} s (seed ${seed})`,
  { timeout: (2 * seconds + 60) * 1000 },
  async () => {
    const host = await openHost({
      directivesMap: { default: lines },
      auditLog: "coraza",
      countRules: true,
    });
    const statuses = new Map<number, number>();
    const end = performance.now() + seconds * 1000;
    let count = 0;
    for (; performance.now() < end; count++) {
      const request = new Grammar(seed + count).request();
      const exchange = await host.request(request);
      if (exchange.trap !== undefined) keep({ seed: seed + count });
      checkExchange(exchange, request);
      statuses.set(exchange.status, (statuses.get(exchange.status) ?? 0) + 1);
    }
    expect(host.traps).toEqual([]);
    expect(host.pages).toBeLessThan(pagesMax);
    // Both sides of the firewall were seen.
    expect(statuses.get(200) ?? 0, JSON.stringify([...statuses])).toBeGreaterThan(count / 100);
    expect(statuses.get(403) ?? 0).toBeGreaterThan(count / 20);
    if (process.env["MESHWARDEN_FUZZ_SECONDS"] !== undefined)
      console.log(`${count} requests, ${JSON.stringify([...statuses])}, ${host.pages} pages`);
    host.close();
  },
);

test(
  `mutated rules for ${seconds} s (seed ${seed})`,
  { timeout: (2 * seconds + 60) * 1000 },
  async () => {
    const host = await openHost({ rules: own }, "error");
    const seeds = ruleSeeds();
    const grammar = new Grammar(seed);
    let taken = 0;
    let refused = 0;
    const tryRules = async (rules: string): Promise<void> => {
      const document = {
        version: 1,
        waf: { rules, files: { "@own/a.conf": "SecRuleEngine On\n" } },
      };
      const { ok, logs } = host.updateConfig("waf", JSON.stringify(document));
      host.drain();
      if (host.traps.length > 0) {
        keep({ rules });
        expect.fail(`${host.traps[0]!.message}: ${JSON.stringify(rules)}`);
      }
      if (ok) taken++;
      else {
        refused++;
        const said = logs.map(({ message }) => message).join("\n");
        expect(said, JSON.stringify(rules)).toMatch(/\/waf\S*: \S+:\d+: \S|errors:/);
      }
      for (let i = 0; i < 2; i++) {
        const request = grammar.request();
        checkExchange(await host.request(request), request);
      }
      if (ok)
        expect(
          host.updateConfig("waf", JSON.stringify({ version: 1, waf: { rules: own } })).ok,
        ).toBe(true);
      expect((await host.request({ path: "/?q=%3Cscript%3Ealert(1)%3C/script%3E" })).status).toBe(
        403,
      );
    };
    for (const { rules } of corpus(folder)) if (rules !== undefined) await tryRules(rules);
    for (const end = performance.now() + seconds * 1000; performance.now() < end;)
      await tryRules(grammar.rules(seeds));
    expect(taken).toBeGreaterThan(0);
    expect(refused).toBeGreaterThan(taken / 100);
    expect(host.pages).toBeLessThan(pagesMax);
    if (process.env["MESHWARDEN_FUZZ_SECONDS"] !== undefined)
      console.log(`${taken} rule texts taken, ${refused} refused, ${host.pages} pages`);
    host.close();
  },
);

test("requests that once broke something", async () => {
  const host = await openHost({ directivesMap: { default: lines } });
  for (const { seed: kept } of corpus(folder)) {
    if (kept === undefined) continue;
    const request = new Grammar(kept).request();
    checkExchange(await host.request(request), request);
  }
  expect(host.traps).toEqual([]);
  host.close();
});

function keep(input: object): void {
  writeFileSync(path.join(folder, `found-${Date.now()}.json`), `${JSON.stringify(input)}\n`);
}
