// The table of host functions and callbacks (assembly/abi/functions.json, shared with the guest's generated imports) in
// the shape the loader needs: signatures as letters ("ii>i": two i32 parameters, one i32 result).
import functions from "../../assembly/abi/functions.json" with { type: "json" };

export type AbiVersion = "0.1.0" | "0.2.0" | "0.2.1";
export const abiVersions: readonly AbiVersion[] = ["0.1.0", "0.2.0", "0.2.1"];

interface Parameter {
  name: string;
  type: string;
}
interface TableFunction {
  name: string;
  params: (Parameter | string)[];
  result?: string;
  since?: string;
  until?: string;
}

function signatureOf(entry: TableFunction): string {
  let letters = "";
  for (const param of entry.params) {
    const type = typeof param === "string" ? param : param.type;
    letters += type === "i64" || type === "u64" ? "I" : "i";
  }
  return `${letters}>${entry.result === undefined ? "" : "i"}`;
}

const hostFunctions = functions.hostFunctions as TableFunction[];
const callbacks = functions.callbacks as TableFunction[];

/** Host functions that a module of this ABI version may import from `env`, by name, with their signature. */
export function hostFunctionsOf(version: AbiVersion): Map<string, string> {
  const known = new Map<string, string>();
  for (const entry of hostFunctions) {
    if (entry.since !== undefined && entry.since > version) continue;
    if (entry.until !== undefined && entry.until < version) continue;
    known.set(entry.name, signatureOf(entry));
  }
  return known;
}

const pointers = new Map(
  hostFunctions.map((entry) => [
    entry.name,
    entry.params.map((param) => (typeof param === "string" ? param : param.type) === "ptr"),
  ]),
);

/** Which parameters of a host function are addresses in the guest's memory; undefined for other names. */
export function pointerParameters(name: string): boolean[] | undefined {
  return pointers.get(name);
}

/** Callbacks Envoy looks up, with the signature it insists on. */
export function callbacksOf(version: AbiVersion): Map<string, string> {
  const known = new Map<string, string>();
  for (const entry of callbacks) {
    if (entry.since !== undefined && entry.since > version) continue;
    let signature = signatureOf(entry);
    // ABI 0.1.0 has no end_of_stream in the headers callbacks.
    if (version === "0.1.0" && /^proxy_on_(request|response)_headers$/.test(entry.name))
      signature = "ii>i";
    known.set(entry.name, signature);
  }
  return known;
}

/** "ii>i" as Envoy's messages write it: "i32 i32 -> i32". */
export function signatureText(signature: string): string {
  const word: Record<string, string> = { i: "i32", I: "i64", f: "f32", F: "f64" };
  const [params, results] = signature.split(">");
  const words = (letters: string): string =>
    letters === "" ? "void" : [...letters].map((letter) => word[letter] ?? "?").join(" ");
  return `${words(params)} -> ${words(results)}`;
}
