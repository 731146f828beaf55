// Turns a probe script of a case into the probe's text form, with words in place of the ABI's numbers.
// The words and the text form are described in README.md; the probe reads them in assembly/probes/trace-script.ts.
import { BufferType, MapType, StreamType } from "../../assembly/abi/constants.js";
const maps = {
  requestHeaders: MapType.RequestHeaders,
  requestTrailers: MapType.RequestTrailers,
  responseHeaders: MapType.ResponseHeaders,
  responseTrailers: MapType.ResponseTrailers,
  callHeaders: MapType.HttpCallResponseHeaders,
  callTrailers: MapType.HttpCallResponseTrailers,
};
const buffers = {
  requestBody: BufferType.RequestBody,
  responseBody: BufferType.ResponseBody,
  callBody: BufferType.HttpCallResponseBody,
  vmConfig: BufferType.VmConfiguration,
  pluginConfig: BufferType.PluginConfiguration,
};
const streams = {
  request: StreamType.Request,
  response: StreamType.Response,
  downstream: StreamType.Downstream,
  upstream: StreamType.Upstream,
};
const metrics = { counter: 0, gauge: 1, histogram: 2 };
/** Which words an operation's first argument may use. */
const wordsOf = {
  ...table(["get", "add", "rep", "del", "size", "pairs", "setpairs", "setmany", "setraw"], maps),
  ...table(["buf", "setbuf", "bufst"], buffers),
  ...table(["cont", "close"], streams),
  mdef: metrics,
};
function table(names, value) {
  return Object.fromEntries(names.map((name) => [name, value]));
}
/** Every operation a script may name. */
export const operations = new Set([
  ...Object.keys(wordsOf),
  ...["reply", "replyraw", "call", "grpc", "cancel", "eff", "done", "tick", "sget", "sset"],
  ...["qreg", "qres", "qpush", "qpop", "minc", "mrec", "mget", "prop", "has", "setprop", "log"],
  ...["logat", "level", "time", "status", "foreign", "grow", "return", "trap"],
]);
/** The probe's text form. @throws Error when an operation is unknown. */
export function encodeScript(script) {
  return Object.entries(script)
    .map(([section, list]) => `${section}:${list.map(encodeOperation).join(";")}`)
    .join("\n");
}
function encodeOperation(line) {
  const [name, first, ...rest] = line.split(" ");
  if (!operations.has(name)) throw new Error(`unknown probe operation "${name}" in "${line}"`);
  const words = wordsOf[name];
  const number = words !== undefined && first !== undefined ? words[first] : undefined;
  const parts = first === undefined ? [name] : [name, String(number ?? first), ...rest];
  return parts.join(" ");
}
//# sourceMappingURL=script.js.map
