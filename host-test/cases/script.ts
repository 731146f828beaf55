// Turns a probe script of a case into the probe's text form, with words in place of the ABI's numbers.
// The words and the text form are described in README.md; the probe reads them in assembly/probes/trace-script.ts.
import { BufferType, MapType, StreamType } from "../../assembly/abi/constants.ts";
import type { Script } from "./format.ts";

const maps: Record<string, number> = {
  requestHeaders: MapType.RequestHeaders,
  requestTrailers: MapType.RequestTrailers,
  responseHeaders: MapType.ResponseHeaders,
  responseTrailers: MapType.ResponseTrailers,
  callHeaders: MapType.HttpCallResponseHeaders,
  callTrailers: MapType.HttpCallResponseTrailers,
  grpcInitial: MapType.GrpcReceiveInitialMetadata,
  grpcTrailing: MapType.GrpcReceiveTrailingMetadata,
};
const buffers: Record<string, number> = {
  requestBody: BufferType.RequestBody,
  responseBody: BufferType.ResponseBody,
  callBody: BufferType.HttpCallResponseBody,
  grpcMessage: BufferType.GrpcReceiveBuffer,
  vmConfig: BufferType.VmConfiguration,
  pluginConfig: BufferType.PluginConfiguration,
};
const streams: Record<string, number> = {
  request: StreamType.Request,
  response: StreamType.Response,
  downstream: StreamType.Downstream,
  upstream: StreamType.Upstream,
};
const metrics: Record<string, number> = { counter: 0, gauge: 1, histogram: 2 };

/** Which words an operation's first argument may use. */
const wordsOf: Record<string, Record<string, number>> = {
  ...table(["get", "add", "rep", "del", "size", "pairs", "setpairs", "setmany", "setraw"], maps),
  ...table(["buf", "setbuf", "bufst"], buffers),
  ...table(["cont", "close"], streams),
  mdef: metrics,
};

function table<T>(names: string[], value: T): Record<string, T> {
  return Object.fromEntries(names.map((name) => [name, value]));
}

/** Every operation a script may name. */
export const operations: ReadonlySet<string> = new Set([
  ...Object.keys(wordsOf),
  ...[
    "reply",
    "replyraw",
    "call",
    "grpc",
    "gstream",
    "gsend",
    "gclose",
    "cancel",
    "eff",
    "done",
    "tick",
    "sget",
    "sset",
  ],
  ...["qreg", "qres", "qpush", "qpop", "minc", "mrec", "mget", "prop", "has", "setprop", "log"],
  ...["logat", "level", "time", "status", "foreign", "grow", "return", "trap"],
]);

/** The probe's text form. @throws Error when an operation is unknown. */
export function encodeScript(script: Script): string {
  return Object.entries(script)
    .map(([section, list]) => `${section}:${list.map(encodeOperation).join(";")}`)
    .join("\n");
}

function encodeOperation(line: string): string {
  const [name, first, ...rest] = line.split(" ");
  if (!operations.has(name)) throw new Error(`unknown probe operation "${name}" in "${line}"`);
  const words = wordsOf[name];
  const number = words !== undefined && first !== undefined ? words[first] : undefined;
  const parts = first === undefined ? [name] : [name, String(number ?? first), ...rest];
  return parts.join(" ");
}
