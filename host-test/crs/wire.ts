// What the upstream hears of attacks that are denied, in a real Envoy with the Core Rule Set at its defaults: nothing in holding
// mode; in the default mode nothing of those without a body, since phase 2 runs at the head. The upstream counts the heads it gets.
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { compile } from "../../cli/build/compile.ts";
import { ruleFiles } from "../../cli/waf/rule-files.ts";
import { freezeRules } from "../../cli/wasm/freeze-rules.ts";
import { findEnvoy } from "../envoy/find.ts";
import { EnvoyProcess } from "../envoy/process.ts";
import { bootstrap, exchange } from "./envoy-target.ts";
import { bodied, bodyless, innocent, type Shape } from "./wire-shapes.ts";

const lines = [
  "Include @recommended-conf",
  "SecRuleEngine On",
  "Include @crs-setup-conf",
  "Include @owasp_crs/*.conf",
];

interface Outcome {
  shape: Shape;
  status: number;
  reached: boolean;
}

/** Runs both modes and prints what came of them. @returns the exit code */
export async function runWire(root: string, version: string, verbose: boolean): Promise<number> {
  const { wasm } = await compile({ entry: "assembly/filters/waf.ts", target: "release" });
  const module = freezeRules(wasm, { files: ruleFiles(root), profiles: { default: lines } });
  let wrong = 0;
  for (const holds of [true, false]) {
    const outcomes = await play(module, version, holds);
    const of = (shapes: Shape[]): Outcome[] =>
      outcomes.filter(({ shape }) => shapes.includes(shape));
    const attacks = [...of(bodyless), ...of(bodied)];
    const passed = attacks.filter(({ status }) => status !== 403);
    const leaked = attacks.filter(({ reached }) => reached);
    const mustNot = leaked.filter(({ shape }) => holds || bodyless.includes(shape));
    const missing = of(innocent).filter(({ status, reached }) => status !== 200 || !reached);
    console.log(
      `${holds ? "holding" : "default"} mode: ${attacks.length - passed.length} of ${attacks.length} attacks denied; ` +
        `reached the upstream: ${of(bodyless).filter(({ reached }) => reached).length} of ${bodyless.length} without a body, ` +
        `${of(bodied).filter(({ reached }) => reached).length} of ${bodied.length} with one; ` +
        `${innocent.length - missing.length} of ${innocent.length} innocent requests passed`,
    );
    for (const { shape, status } of [...passed, ...mustNot, ...missing])
      console.log(`  WRONG ${shape.name}: ${status}`);
    if (verbose)
      for (const { shape, status, reached } of outcomes)
        console.log(`  ${status} ${reached ? "reached" : "-"} ${shape.name}`);
    wrong += passed.length + mustNot.length + missing.length;
  }
  return wrong === 0 ? 0 : 1;
}

async function play(module: Uint8Array, version: string, holds: boolean): Promise<Outcome[]> {
  const found = findEnvoy(version === "" ? undefined : version);
  const heard = new Set<string>();
  const upstream = http.createServer((request, response) => {
    heard.add(String(request.headers["x-wire"]));
    request
      .resume()
      .on("end", () => response.end("ok"))
      .on("error", () => undefined);
  });
  upstream.listen(0, "127.0.0.1");
  await once(upstream, "listening");
  const folder = EnvoyProcess.folder();
  const wasm = path.join(folder, "waf.wasm");
  writeFileSync(wasm, module);
  const document = { version: 1, holdHeaders: holds, waf: { directivesMap: { default: lines } } };
  const { port: upstreamPort } = upstream.address() as AddressInfo;
  const config = bootstrap(wasm, JSON.stringify(document), upstreamPort, holds);
  const envoy = await EnvoyProcess.start(found.binary, folder, config);
  try {
    const port = (await envoy.ports()).get("suite")!;
    const shapes = [...innocent, ...bodyless, ...bodied];
    const statuses: number[] = [];
    for (const [index, shape] of shapes.entries())
      statuses.push(await exchange(port, bytesOf(shape, index)));
    // One more that passes: what Envoy was to send before it has arrived by then.
    await exchange(port, bytesOf(innocent[0]!, shapes.length));
    return shapes.map((shape, index) => ({
      shape,
      status: statuses[index]!,
      reached: heard.has(String(index)),
    }));
  } finally {
    envoy.stop();
    upstream.closeAllConnections();
    upstream.close();
  }
}

function bytesOf({ method, path: target, headers, body }: Shape, index: number): Buffer {
  const all: Record<string, string> = {
    host: "shop.example.com",
    "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    accept: "text/html,*/*;q=0.8",
    ...headers,
    "x-wire": String(index),
    ...(body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) }),
  };
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`${method} ${target} HTTP/1.1\r\n${head.join("")}\r\n${body ?? ""}`);
}
