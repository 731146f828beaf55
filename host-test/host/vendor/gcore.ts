// Gcore FastEdge's additions: secrets, dictionary and key-value store. Absent keys answer 1 (NotFound), as its SDK
// expects. Lists go back as FastEdge writes them: count, sizes, then items with a NUL after each.
import { concat, utf8 } from "../bytes.ts";
import type { VendorFunction, VendorGuest, VendorPack } from "../vendor-guest.ts";

export interface GcoreOptions {
  secrets?: Record<string, string>;
  dictionary?: Record<string, string>;
  /** Stores by name; a sorted set is a list of [member, score]. */
  stores?: Record<string, Record<string, string | [member: string, score: number][]>>;
}

const notFound = 1;
const invalidMemory = 6;

/** "foo*" as FastEdge matches it: a prefix and a star. */
function matches(text: string, pattern: string): boolean {
  return pattern.endsWith("*") ? text.startsWith(pattern.slice(0, -1)) : text === pattern;
}

function list(items: Uint8Array[]): Uint8Array {
  const head = new Uint8Array(4 + 4 * items.length);
  const view = new DataView(head.buffer);
  view.setUint32(0, items.length, true);
  items.forEach((item, index) => view.setUint32(4 + 4 * index, item.length, true));
  const parts = [head, ...items.flatMap((item) => [item, Uint8Array.of(0)])];
  return concat(
    parts,
    parts.reduce((sum, part) => sum + part.length, 0),
  );
}

/** The member, then its score (f64, little endian). */
function scored(member: string, score: number): Uint8Array {
  const text = utf8(member);
  const bytes = new Uint8Array(text.length + 8);
  bytes.set(text);
  new DataView(bytes.buffer).setFloat64(text.length, score, true);
  return bytes;
}

export function gcore(options: GcoreOptions = {}): VendorPack {
  const names = Object.keys(options.stores ?? {});
  const store = (handle: number): Record<string, string | [string, number][]> =>
    options.stores?.[names[handle - 1] ?? ""] ?? {};

  const give = (guest: VendorGuest, value: Uint8Array | undefined, at: number, size: number) => {
    if (value === undefined) return notFound;
    return guest.give(value, at, size) ? 0 : invalidMemory;
  };
  const lookUp =
    (table: Record<string, string> | undefined): VendorFunction =>
    (guest, key: number, keySize: number, at: number, size: number) => {
      const name = guest.text(key, keySize);
      if (name === undefined) return invalidMemory;
      const value = table?.[name];
      return give(guest, value === undefined ? undefined : utf8(value), at, size);
    };
  const secret = lookUp(options.secrets);
  const members = (handle: number, key: string | undefined): [string, number][] => {
    const value = key === undefined ? undefined : store(handle)[key];
    return Array.isArray(value) ? value : [];
  };

  return {
    name: "gcore",
    functions: {
      "env.proxy_dictionary_get": lookUp(options.dictionary),
      "env.proxy_get_secret": secret,
      "env.proxy_get_effective_at_secret": (guest, key, keySize, _slot, at, size) =>
        secret(guest, key, keySize, at, size),
      "env.proxy_kv_store_open": (guest, name: number, nameSize: number, handleAt: number) => {
        const text = guest.text(name, nameSize);
        if (text === undefined) return invalidMemory;
        const handle = names.indexOf(text) + 1;
        if (handle === 0) return notFound;
        return guest.setU32(handleAt, handle) ? 0 : invalidMemory;
      },
      "env.proxy_kv_store_get": (guest, handle: number, key: number, keySize: number, at, size) => {
        const value = store(handle)[guest.text(key, keySize) ?? ""];
        return give(guest, typeof value === "string" ? utf8(value) : undefined, at, size);
      },
      "env.proxy_kv_store_scan": (guest, handle: number, pattern: number, length, at, size) => {
        const text = guest.text(pattern, length) ?? "";
        const keys = Object.keys(store(handle)).filter((key) => matches(key, text));
        return give(guest, list(keys.map((key) => utf8(key))), at, size);
      },
      "env.proxy_kv_store_zrange_by_score": (guest, handle, key, keySize, min, max, at, size) => {
        const found = members(handle, guest.text(key, keySize)).filter(
          ([, score]) => score >= min && score <= max,
        );
        return give(guest, list(found.map(([member, score]) => scored(member, score))), at, size);
      },
      "env.proxy_kv_store_zscan": (guest, handle, key, keySize, pattern, length, at, size) => {
        const text = guest.text(pattern, length) ?? "";
        const found = members(handle, guest.text(key, keySize)).filter(([m]) => matches(m, text));
        return give(guest, list(found.map(([member, score]) => scored(member, score))), at, size);
      },
      "env.proxy_kv_store_bf_exists": (
        guest,
        handle,
        key,
        keySize,
        item,
        itemSize,
        out: number,
      ) => {
        const text = guest.text(item, itemSize);
        const there = members(handle, guest.text(key, keySize)).some(([m]) => m === text);
        return guest.setU32(out, there ? 1 : 0) ? 0 : invalidMemory;
      },
    },
  };
}
