// Host calls in words: the ABI table says which arguments are pointers with a size and which are written by the host, so one
// reading serves every call. Credentials are shown by their length alone, long values by their beginning.
import functions from "../../assembly/abi/functions.json" with { type: "json" };
import { decodePairs, type GuestMemory } from "../../host-test/host/index.ts";

interface Parameter {
  name: string;
  type: string;
}

/** One host call as a person reads it. */
export interface CallText {
  /** Without `proxy_`. */
  name: string;
  /** `request headers`, `"x-a"` and so on, in the order of the arguments. */
  args: string[];
  /** "" for Ok, else the status by name. */
  status: string;
  /** What the host handed back, "" when nothing. */
  answer: string;
}

const tables: Record<string, string[]> = {
  mapType: [
    "request headers",
    "request trailers",
    "response headers",
    "response trailers",
    "gRPC initial metadata",
    "gRPC trailing metadata",
    "call headers",
    "call trailers",
  ],
  bufferType: [
    "request body",
    "response body",
    "downstream data",
    "upstream data",
    "call body",
    "gRPC message",
    "VM configuration",
    "plugin configuration",
    "call data",
  ],
  streamType: ["request", "response", "downstream", "upstream"],
  metricType: ["counter", "gauge", "histogram"],
  level: ["trace", "debug", "info", "warn", "error", "critical"],
};

const statuses = [
  "",
  "NotFound",
  "BadArgument",
  "SerializationFailure",
  "ParseFailure",
  "BadExpression",
  "InvalidMemoryAccess",
  "Empty",
  "CasMismatch",
  "ResultMismatch",
  "InternalFailure",
  "BrokenConnection",
  "Unimplemented",
];

const parametersOf = new Map(
  (functions.hostFunctions as { name: string; params: Parameter[] }[]).map(({ name, params }) => [
    name,
    params,
  ]),
);

/** Names whose values are credentials. */
const secret = /^(?:authorization|proxy-authorization|cookie|set-cookie|x-api-key|.*token.*)$/i;
const shownChars = 100;

/** A header value or text as shown; `name` decides whether it may be. */
export function shown(value: string, name = ""): string {
  if (secret.test(name)) return `(${value.length} bytes, not shown)`;
  // What a terminal must not act on.
  const clean = value.replace(/[\0-\x1f\x7f-\xff]/g, (char) =>
    char === "\n" ? "\\n" : `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
  return clean.length <= shownChars
    ? `"${clean}"`
    : `"${clean.slice(0, shownChars)}..." (${value.length} bytes)`;
}

/** Reads a call right after it was made. */
export function callText(
  name: string,
  args: (number | bigint)[],
  status: number,
  memory: GuestMemory,
): CallText {
  const parameters = parametersOf.get(name) ?? args.map((_, i) => ({ name: `${i}`, type: "i32" }));
  const words: string[] = [];
  const answers: string[] = [];
  let key = "";
  for (let i = 0; i < parameters.length; i++) {
    const { name: parameter, type } = parameters[i]!;
    const value = Number(args[i] ?? 0);
    if (parameter.startsWith("return")) {
      if (status === 0) answers.push(handedBack(name, parameters, args, i, memory, key));
      continue;
    }
    if (type === "ptr") {
      const text = memory.string(value, Number(args[++i] ?? 0)) ?? "";
      if (parameter === "key" || parameter === "path") key = text.split("\0").at(-1) || text;
      words.push(argumentText(parameter, text, name, key));
      continue;
    }
    const named = tables[parameter]?.[value];
    words.push(named ?? (parameter === "statusCode" ? `${value}` : `${parameter} ${value}`));
  }
  return {
    name: name.replace(/^proxy_/, ""),
    args: words.filter((word) => word !== ""),
    status: statuses[status] ?? `status ${status}`,
    answer: answers.filter((answer) => answer !== "").join(" "),
  };
}

function argumentText(parameter: string, text: string, name: string, key: string): string {
  const isPairs =
    /^(?:headers|trailers|metadata)$/.test(parameter) || name === "proxy_set_header_map_pairs";
  if (isPairs) return text === "" ? "" : `${parameter} ${pairsText(text)}`;
  if (parameter === "path") return shown(text.replaceAll("\0", "."));
  if (/^(?:key|name|cluster|details|method|serviceName|message)$/.test(parameter)) {
    return text === "" && parameter === "details" ? "" : shown(text);
  }
  if (text === "" && parameter !== "value") return "";
  return parameter === "value" ? shown(text, key) : `${parameter} ${shown(text)}`;
}

/** One of the words that the host wrote, as far as it stands for itself. */
function handedBack(
  name: string,
  parameters: Parameter[],
  args: (number | bigint)[],
  index: number,
  memory: GuestMemory,
  key: string,
): string {
  const parameter = parameters[index]!.name;
  const word = (i: number): number => {
    const at = Number(args[i] ?? 0) >>> 0;
    return memory.contains(at, 4) ? memory.view.getUint32(at, true) : 0;
  };
  if (parameter === "returnSize" && parameters[index - 1]?.name === "returnData") return "";
  if (parameter !== "returnData") {
    return `${parameter.slice("return".length).replace(/^./, (c) => c.toLowerCase())} ${word(index)}`;
  }
  const text = memory.string(word(index), word(index + 1)) ?? "";
  return name === "proxy_get_header_map_pairs" ? pairsText(text) : shown(text, key);
}

/** Names alone: a list of all headers is long, and some of them are secrets. */
function pairsText(block: string): string {
  const pairs = decodePairs(new Uint8Array(Buffer.from(block, "latin1")));
  const names = pairs.map(([name]) => name).join(", ");
  return pairs.length === 0
    ? "(none)"
    : `(${pairs.length}: ${names.length > 160 ? `${names.slice(0, 160)}...` : names})`;
}
