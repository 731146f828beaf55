// What asc links when nothing is said against it: env.abort, env.seed, env.trace, env.console.log, env.Date.now. No
// Envoy has them; this pack lets a module run here before its author has learnt that.
import type { VendorGuest, VendorPack } from "../vendor-guest.ts";

const warn = 3;
const error = 4;
const info = 2;

/** An AssemblyScript string: UTF-16 with its byte length in the word before it. */
function stringAt(guest: VendorGuest, pointer: number): string {
  if (pointer === 0) return "";
  const size = guest.bytes(pointer - 4, 4);
  if (size === undefined) return "";
  const length = new DataView(size.buffer).getUint32(0, true);
  const bytes = guest.bytes(pointer, length);
  return bytes === undefined ? "" : new TextDecoder("utf-16le").decode(bytes);
}

export function assemblyscript(options: { seed?: number; nowMs?: () => number } = {}): VendorPack {
  return {
    name: "assemblyscript",
    functions: {
      "env.abort": (guest, message: number, file: number, line: number, column: number) => {
        const where = `${stringAt(guest, file)}:${line}:${column}`;
        const text = `abort: ${stringAt(guest, message)} in ${where}`;
        guest.log(error, text);
        guest.trap(text);
      },
      "env.seed": () => options.seed ?? 1,
      "env.trace": (guest, message: number) => guest.log(info, stringAt(guest, message)),
      "env.console.log": (guest, message: number) => guest.log(info, stringAt(guest, message)),
      "env.console.info": (guest, message: number) => guest.log(info, stringAt(guest, message)),
      "env.console.warn": (guest, message: number) => guest.log(warn, stringAt(guest, message)),
      "env.console.error": (guest, message: number) => guest.log(error, stringAt(guest, message)),
      "env.Date.now": () => options.nowMs?.() ?? 0,
    },
  };
}
