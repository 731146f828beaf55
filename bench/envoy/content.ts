// What looking at requests costs in a real Envoy: every detector on at the default level, holding bodies with their heads, against
// no filter and against Envoy's own buffer filter, which holds bodies and looks at nothing.
import { findEnvoy } from "../../host-test/envoy/find.ts";
import { requests } from "../node/validate.ts";
import { hasProgram, type Bench, type Row } from "../record.ts";
import { filterFile } from "./limits.ts";
import { inTurns, type Shape } from "./turns.ts";
import { nativeBuffer, noFilter, wasm } from "./variants.ts";

const content = { version: 1, holdHeaders: true, validate: { limits: {}, content: {} } };
const limits = { version: 1, validate: { limits: {} } };

export async function contentBench(rounds = 8): Promise<Bench> {
  if (!hasProgram("wrk"))
    throw new Error("wrk is not on PATH; Debian and Ubuntu: apt-get install wrk");
  const file = await filterFile("assembly/filters/validate.ts", "validate");
  const variants = [
    noFilter,
    nativeBuffer,
    wasm("validate, limits alone", file, limits, true),
    wasm("validate, limits and content", file, content, true),
  ];
  const rows: Row[] = [];
  for (const { name, headers, body } of requests) {
    const results = await inTurns(
      findEnvoy("1.40.0").binary,
      variants,
      shapeOf(name, headers, body),
      {
        rounds,
        seconds: 2,
      },
    );
    const buffered = results.find((result) => result.variant === nativeBuffer.name)!;
    for (const result of results) {
      rows.push({
        name: `${name}: ${result.variant}`,
        "CPU µs": result.cpuUs.toFixed(1),
        "added µs": result.addedUs.toFixed(1),
        "over buffer, µs": (result.cpuUs - buffered.cpuUs).toFixed(1),
        quartiles: `${result.addedLowUs.toFixed(1)} to ${result.addedHighUs.toFixed(1)}`,
        "ready s": result.readySeconds.toFixed(2),
        "RSS MB": Math.round(result.residentMb),
      });
    }
  }
  return {
    name: "envoy-content",
    title: "CPU that looking at requests costs in Envoy 1.40.0",
    command: "npm run bench -- envoy-content",
    about:
      "One worker, 8 keep-alive connections, direct response. CPU of the Envoy process per request; “added” is against no " +
      "filter in the same round, median and quartiles. The buffer filter holds bodies as the content stage does, and looks at nothing. " +
      "Without it the direct response leaves before a body has come, which costs Envoy more than to wait: for bodies the buffer " +
      "filter is what to compare with.",
    rows,
  };
}

function shapeOf(name: string, headers: [string, string][], body?: Uint8Array): Shape {
  const own = headers.filter(([header]) => !header.startsWith(":") && header !== "content-length");
  const value = (header: string): string => headers.find(([known]) => known === header)![1];
  return {
    name,
    method: value(":method"),
    path: value(":path"),
    headers: Object.fromEntries(own),
    ...(body === undefined ? {} : { body: Buffer.from(body).toString("utf8") }),
  };
}
