// The thinnest host that can run a filter: it answers each host call with constants, so that what is timed is the guest.
// Our filters and those of the other SDKs run on this same driver; the faithful host is measured elsewhere.
const latin1 = new TextEncoder();

/** BufferType of the ABI. */
const requestBody = 0;
const pluginConfiguration = 7;

type Exports = Record<string, (...args: number[]) => number>;

export interface GuestFilter {
  /** One whole request life: create, request headers, done, log, delete. */
  request(): void;
  memoryPages(): number;
  hostCalls(): number;
  /** The header block that every request is given, to be changed in place between two of them. */
  pairs: Uint8Array;
  /** Values in shared data, and the bytes of all of them. */
  sharedValues(): { count: number; bytes: number };
}

/**
 * Instantiates a module of any SDK; `plugin_root_id` is answered with an empty string, other properties are absent.
 * @param config text of the plugin configuration
 * @param body of every request, given in one piece
 */
export function loadGuest(
  wasm: BufferSource,
  headers: [string, string][],
  config = "",
  body?: Uint8Array,
): GuestFilter {
  const module = new WebAssembly.Module(wasm);
  let calls = 0;
  let memory!: WebAssembly.Memory;
  let guest!: Exports;
  const known = headers.map(([name, value]) => ({
    name: latin1.encode(name),
    value: latin1.encode(value),
  }));
  const pairs = encodePairs(headers);
  const configBytes = latin1.encode(config);
  const nothing = new Uint8Array(0);
  const shared = new Map<number, { bytes: Uint8Array; cas: number }>();
  // Time passes, a microsecond with each look at the clock.
  const startNs = BigInt(Date.now()) * 1_000_000n;
  let nowLow = Number(startNs & 0xffffffffn);
  let nowHigh = Number(startNs >> 32n);

  // Views are kept until the memory grows: making one costs more than the host call it serves.
  let u8 = new Uint8Array(0);
  let u32 = new Uint32Array(0);
  const refresh = (): void => {
    // A grown memory detaches the old buffer, which empties its views; asking the memory itself is slow.
    if (u8.length > 0) return;
    u8 = new Uint8Array(memory.buffer);
    u32 = new Uint32Array(memory.buffer);
  };

  const give = (data: Uint8Array, returnData: number, returnSize: number): number => {
    const pointer = data.length === 0 ? 0 : allocate(data.length);
    refresh();
    // For a few bytes the loop is faster than the built-in.
    if (data.length > 64) u8.set(data, pointer);
    else for (let i = 0; i < data.length; i++) u8[pointer + i] = data[i];
    u32[returnData >> 2] = pointer;
    u32[returnSize >> 2] = data.length;
    return 0;
  };
  const bufferOf = (type: number): Uint8Array => {
    if (type === pluginConfiguration) return configBytes;
    return type === requestBody && body !== undefined ? body : nothing;
  };
  const allocate = (size: number): number =>
    (guest["proxy_on_memory_allocate"] ?? guest["malloc"])(size);
  const text = (pointer: number, size: number): string =>
    String.fromCharCode(...new Uint8Array(memory.buffer, pointer, size));

  // A hash stands for the key: a string for each look-up would cost more than the look-up.
  const keyOf = (key: number, keySize: number): number => {
    refresh();
    let hash = 0;
    for (let i = key; i < key + keySize; i++) hash = (Math.imul(hash, 31) + u8[i]) | 0;
    return hash;
  };

  // Cheap on purpose: a string for each look-up would cost more than the guest that is timed.
  const find = (key: number, keySize: number): Uint8Array | undefined => {
    refresh();
    for (const { name, value } of known) {
      if (name.length !== keySize) continue;
      let same = 0;
      while (same < keySize && name[same] === u8[key + same]) same++;
      if (same === keySize) return value;
    }
    return undefined;
  };

  const answers: Exports = {
    proxy_get_header_map_value: (_type, key, keySize, returnData, returnSize) => {
      const value = find(key, keySize);
      return value === undefined ? 1 : give(value, returnData, returnSize);
    },
    proxy_get_header_map_pairs: (_type, returnData, returnSize) =>
      give(pairs, returnData, returnSize),
    proxy_get_property: (path, pathSize, returnData, returnSize) =>
      text(path, pathSize) === "plugin_root_id"
        ? give(new Uint8Array(0), returnData, returnSize)
        : 1,
    proxy_get_buffer_bytes: (type, _s, _m, returnData, returnSize) =>
      give(bufferOf(type), returnData, returnSize),
    proxy_get_shared_data: (key, keySize, returnData, returnSize, returnCas) => {
      const value = shared.get(keyOf(key, keySize));
      if (value === undefined) return 1;
      give(value.bytes, returnData, returnSize);
      u32[returnCas >> 2] = value.cas;
      return 0;
    },
    proxy_set_shared_data: (key, keySize, data, size, cas) => {
      const name = keyOf(key, keySize);
      const value = shared.get(name);
      if (value === undefined) {
        shared.set(name, { bytes: u8.slice(data, data + size), cas: 1 });
        return 0;
      }
      if (cas !== 0 && cas >>> 0 !== value.cas) return 8;
      if (value.bytes.length !== size) value.bytes = new Uint8Array(size);
      value.bytes.set(u8.subarray(data, data + size));
      value.cas++;
      return 0;
    },
    proxy_get_current_time_nanoseconds: (target) => {
      refresh();
      nowLow += 1000;
      if (nowLow > 0xffffffff) {
        nowLow -= 0x100000000;
        nowHigh++;
      }
      u32[target >> 2] = nowLow;
      u32[(target >> 2) + 1] = nowHigh;
      return 0;
    },
    proxy_get_log_level: (returnLevel) => {
      refresh();
      u32[returnLevel >> 2] = 2;
      return 0;
    },
    fd_write: (_fd, iovs, count, written) => {
      const view = new DataView(memory.buffer);
      let total = 0;
      for (let i = 0; i < count; i++) total += view.getUint32(iovs + i * 8 + 4, true);
      view.setUint32(written, total, true);
      return 0;
    },
  };
  const imports: Record<string, Exports> = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    const call = answers[name] ?? (() => 0);
    (imports[from] ??= {})[name] = (...args) => {
      calls++;
      return call(...args);
    };
  }
  const instance = new WebAssembly.Instance(module, imports as WebAssembly.Imports);
  guest = instance.exports as unknown as Exports;
  memory = instance.exports["memory"] as WebAssembly.Memory;
  (guest["_initialize"] ?? guest["_start"])?.();
  guest["proxy_on_context_create"](1, 0);
  guest["proxy_on_vm_start"]?.(1, 0);
  if (guest["proxy_on_configure"]?.(1, configBytes.length) === 0)
    throw new Error("configuration refused");

  let id = 1;
  const { proxy_on_context_create: create, proxy_on_request_headers: onHeaders } = guest;
  const { proxy_on_request_body: onBody } = guest;
  const { proxy_on_done: done, proxy_on_log: log, proxy_on_delete: remove } = guest;
  return {
    request(): void {
      id++;
      create(id, 1);
      onHeaders?.(id, headers.length, body === undefined ? 1 : 0);
      if (body !== undefined) onBody?.(id, body.length, 1);
      done?.(id);
      log?.(id);
      remove?.(id);
    },
    memoryPages: () => memory.buffer.byteLength / 65536,
    hostCalls: () => calls,
    pairs,
    sharedValues(): { count: number; bytes: number } {
      let bytes = 0;
      for (const value of shared.values()) bytes += value.bytes.length;
      return { count: shared.size, bytes };
    },
  };
}

function encodePairs(headers: [string, string][]): Uint8Array {
  const parts = headers.map(
    ([name, value]) => [latin1.encode(name), latin1.encode(value)] as const,
  );
  const size =
    4 + parts.reduce((sum, [name, value]) => sum + 8 + name.length + value.length + 2, 0);
  const out = new Uint8Array(size);
  const view = new DataView(out.buffer);
  view.setUint32(0, parts.length, true);
  let at = 4 + parts.length * 8;
  parts.forEach(([name, value], i) => {
    view.setUint32(4 + i * 8, name.length, true);
    view.setUint32(8 + i * 8, value.length, true);
    out.set(name, at);
    out.set(value, at + name.length + 1);
    at += name.length + value.length + 2;
  });
  return out;
}
