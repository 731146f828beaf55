// The whole Core Rule Set at paranoia level 1, blocking: what a request costs in Envoy with waf.wasm, and what the native
// Coraza takes for the same request with the same rules in the same run.
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { compile, packageRoot } from "../../cli/build/compile.ts";
import { ruleFiles, usualLines } from "../../cli/waf/rule-files.ts";
import { freezeRules } from "../../cli/wasm/freeze-rules.ts";
import { Coraza } from "../../host-test/crs/coraza.ts";
import { crsRoot } from "../../host-test/crs/suite.ts";
import { findEnvoy } from "../../host-test/envoy/find.ts";
import { hasProgram, type Bench } from "../record.ts";
import { inTurns, type Shape } from "./turns.ts";
import { noFilter, type Variant } from "./variants.ts";
import { largeArgumentShapes, proseForm, wafShapes } from "./waf-shapes.ts";

/** Body processors, as every recommended configuration selects them. */
export const processors = [
  'SecRule REQUEST_HEADERS:Content-Type "^application/json" "id:200001,phase:1,t:none,t:lowercase,pass,nolog,ctl:requestBodyProcessor=JSON"',
];

export async function wafBench(): Promise<Bench> {
  if (!hasProgram("wrk"))
    throw new Error("wrk is not on PATH; Debian and Ubuntu: apt-get install wrk");
  const root = crsRoot();
  if (root === undefined) throw new Error("no Core Rule Set: set MESHWARDEN_CRS to a release");
  const files = ruleFiles(root);
  const lines = [...processors, ...usualLines(files)];
  const variants = [noFilter, await frozenWaf(files, lines)];
  const coraza = new Coraza({ directives: lines.map(onDisk), files: flat(files) });
  const envoy = findEnvoy("1.40.0").binary;
  const rows: Bench["rows"] = [];
  for (const shape of wafShapes) {
    const [, ours] = await inTurns(envoy, variants, shape, { rounds: 5, seconds: 1 });
    const native = await corazaCpuUs(coraza, shape);
    rows.push({
      name: shape.name,
      "added µs": ours.addedUs.toFixed(0),
      quartiles: `${ours.addedLowUs.toFixed(0)} to ${ours.addedHighUs.toFixed(0)}`,
      "native Coraza 3.8 µs": native.toFixed(0),
      "times faster": (native / ours.addedUs).toFixed(1),
      "requests/s": Math.round(ours.requestsPerSecond),
    });
  }
  coraza.close();
  rows.push(...(await growth(envoy, variants)), ...(await largeArguments(envoy, files, lines)));
  return {
    name: "envoy-waf",
    title: "CPU that a request costs with the whole Core Rule Set 4, blocking",
    command: "npm run bench -- envoy-waf",
    about:
      "waf.wasm with its rules frozen in, in Envoy 1.40.0, one worker, 8 keep-alive connections, direct response: CPU of the " +
      "Envoy process per request, less that of an Envoy without a filter in the same round (median and quartiles over 5 rounds; 3 for " +
      "the rows on growth and large arguments). Paranoia level 1 where no other is named. " +
      "Native Coraza 3.8.1 (Go) with the same rules in the same run: CPU of its process for one transaction, no proxy around it.",
    rows,
  };
}

/** Bodies four times as large each: the exponent says how the cost grows. */
async function growth(envoy: string, variants: Variant[]): Promise<Bench["rows"]> {
  const rows: Bench["rows"] = [];
  let before: { bytes: number; us: number } | undefined;
  for (const bytes of [2_500, 10_000, 40_000]) {
    const shape = proseForm(bytes);
    const [, ours] = await inTurns(envoy, variants, shape, { rounds: 3, seconds: 1 });
    const us = ours.addedUs;
    const exponent =
      before === undefined
        ? ""
        : (Math.log(us / before.us) / Math.log(bytes / before.bytes)).toFixed(2);
    rows.push({ name: shape.name, "added µs": us.toFixed(0), "growth exponent": exponent });
    before = { bytes, us };
  }
  return rows;
}

/** One argument of 64 KB with every rule there is. */
async function largeArguments(
  envoy: string,
  files: Record<string, string>,
  lines: string[],
): Promise<Bench["rows"]> {
  const level =
    'SecAction "id:900990001,phase:1,nolog,pass,setvar:tx.blocking_paranoia_level=4,setvar:tx.detection_paranoia_level=4"';
  const setup = lines.findIndex((line) => line.includes("@crs-setup-conf"));
  const strict = [...lines.slice(0, setup + 1), level, ...lines.slice(setup + 1)];
  const variants = [noFilter, await frozenWaf(files, strict, "waf-crs-4.wasm")];
  const rows: Bench["rows"] = [];
  for (const shape of largeArgumentShapes) {
    const [, ours] = await inTurns(envoy, variants, shape, { rounds: 3, seconds: 1 });
    rows.push({ name: shape.name, "added µs": ours.addedUs.toFixed(0) });
  }
  return rows;
}

/** waf.wasm with the rules frozen in, and the configuration that takes them as they are. */
export async function frozenWaf(
  files: Record<string, string>,
  lines: string[],
  name = "waf-crs.wasm",
): Promise<Variant> {
  const { wasm } = await compile({ entry: "assembly/filters/waf.ts", target: "release" });
  const folder = path.join(packageRoot, ".cache", "bench");
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, name);
  writeFileSync(file, freezeRules(wasm, { files, profiles: { default: lines } }));
  // Held heads: the direct response would otherwise come before the body has been read.
  const document = { version: 1, holdHeaders: true, waf: { directivesMap: { default: lines } } };
  return {
    name: "meshwarden waf",
    filters: [
      {
        name: "wasm",
        typed_config: {
          "@type": "type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm",
          config: {
            name: "bench",
            allow_on_headers_stop_iteration: true,
            vm_config: { runtime: "envoy.wasm.runtime.v8", code: { local: { filename: file } } },
            configuration: {
              "@type": "type.googleapis.com/google.protobuf.StringValue",
              value: JSON.stringify(document),
            },
          },
        },
      },
    ],
  };
}

/** File names without the folders of Include names: Coraza reads them from one directory. Plugins are not included. */
function flat(files: Record<string, string>): Record<string, string> {
  const used = Object.entries(files).filter(([name]) => !name.startsWith("@crs-plugins/"));
  return Object.fromEntries(used.map(([name, text]) => [onDisk(name), text]));
}

function onDisk(name: string): string {
  return name
    .replace("@owasp_crs/", "")
    .replace("@crs-setup-conf", "crs-setup-conf")
    .replace("Include *.conf", "Include [RS]*.conf");
}

async function corazaCpuUs(coraza: Coraza, shape: Shape): Promise<number> {
  const body = shape.body ?? "";
  const headers = Object.entries({
    host: "127.0.0.1",
    ...shape.headers,
    ...(body === "" ? {} : { "content-length": String(Buffer.byteLength(body)) }),
  });
  const request = {
    method: shape.method ?? "GET",
    uri: shape.path,
    protocol: "HTTP/1.1",
    headers,
    body: Buffer.from(body).toString("base64"),
    response: {
      status: 200,
      headers: [["content-type", "text/plain"]] as [string, string][],
      body: "b2s=",
    },
  };
  // One run to warm it, then as many as take about a second.
  const once = await coraza.judge(request);
  const repeat = Math.max(3, Math.min(400, Math.round(1e6 / once.cpuUs)));
  return (await coraza.judge({ ...request, repeat })).cpuUs;
}
