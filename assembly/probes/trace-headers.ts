// Header map and buffer operations of the probe filter.
import {
  proxy_add_header_map_value,
  proxy_get_buffer_bytes,
  proxy_get_buffer_status,
  proxy_get_header_map_pairs,
  proxy_get_header_map_size,
  proxy_get_header_map_value,
  proxy_remove_header_map_value,
  proxy_replace_header_map_value,
  proxy_set_buffer_bytes,
  proxy_set_header_map_pairs,
} from "../abi/env";
import { argumentAt, argumentCount, argumentSize, isWord, numberAt } from "./trace-script";
import { bytes, integer, nest, unnest } from "./trace-log";
import { MARK, OUT, outBytes, outNumber32, pairsFromWords } from "./trace-values";

const BLOCK_BYTES: u32 = 4194304;
let block: usize = 0;

/** Scratch for header blocks; one operation uses it at a time. */
export function scratch(): usize {
  if (block == 0) block = heap.alloc(BLOCK_BYTES);
  return block;
}

/** get add rep del size pairs setpairs setmany setraw */
export function headerOperation(): bool {
  const map = <i32>numberAt(1);
  const key = argumentAt(2);
  const keySize = argumentSize(2);
  const value = argumentAt(3);
  const valueSize = argumentSize(3);
  if (isWord(0, "get")) {
    integer(proxy_get_header_map_value(map, key, keySize, OUT, OUT + 4));
    outBytes();
  } else if (isWord(0, "add")) {
    integer(proxy_add_header_map_value(map, key, keySize, value, valueSize));
  } else if (isWord(0, "rep")) {
    integer(proxy_replace_header_map_value(map, key, keySize, value, valueSize));
  } else if (isWord(0, "del")) {
    integer(proxy_remove_header_map_value(map, key, keySize));
  } else if (isWord(0, "size")) {
    integer(proxy_get_header_map_size(map, OUT + 8));
    outNumber32();
  } else if (isWord(0, "pairs")) {
    integer(proxy_get_header_map_pairs(map, OUT, OUT + 4));
    outPairs();
  } else return setOperation(map);
  return true;
}

function setOperation(map: i32): bool {
  const into = scratch();
  if (isWord(0, "setpairs")) {
    const size = pairsFromWords(2, into);
    integer(proxy_set_header_map_pairs(map, into, size));
  } else if (isWord(0, "setmany")) {
    // `setmany map n k v ...`: the given pairs and then numbered ones, n in all.
    integer(proxy_set_header_map_pairs(map, into, manyPairs(<u32>numberAt(2), into)));
  } else if (isWord(0, "setraw")) {
    integer(proxy_set_header_map_pairs(map, argumentAt(2), argumentSize(2)));
  } else return false;
  return true;
}

/** The pairs the host returned, as `[[name, value], ...]`; an empty list for size 0. */
function outPairs(): void {
  const ptr = load<u32>(OUT);
  if (ptr == MARK) return;
  nest();
  if (load<u32>(OUT, 4) >= 4) {
    const count = load<u32>(ptr);
    let at: u32 = ptr + 4 + count * 8;
    for (let i: u32 = 0; i < count; i++) {
      const nameSize = load<u32>(ptr + 4 + i * 8);
      const valueSize = load<u32>(ptr + 8 + i * 8);
      nest();
      bytes(at, nameSize);
      at += nameSize + 1;
      bytes(at, valueSize);
      at += valueSize + 1;
      unnest();
    }
  }
  unnest();
}

function manyPairs(total: u32, into: usize): u32 {
  const given: u32 = (argumentCount() - 3) >> 1;
  store<u32>(into, total);
  let at: u32 = 4 + total * 8;
  for (let i: u32 = 0; i < total; i++) {
    for (let part: u32 = 0; part < 2; part++) {
      let size: u32 = 4;
      if (i < given) {
        size = argumentSize(3 + i * 2 + part);
        memory.copy(into + at, argumentAt(3 + i * 2 + part), size);
      } else {
        // Names n000, n001 ... in base 36 would do as well: four bytes that differ.
        store<u8>(into + at, part == 0 ? 0x6e : 0x76);
        store<u8>(into + at + 1, <u8>(0x61 + ((i >> 8) & 15)));
        store<u8>(into + at + 2, <u8>(0x61 + ((i >> 4) & 15)));
        store<u8>(into + at + 3, <u8>(0x61 + (i & 15)));
      }
      store<u32>(into + 4 + i * 8 + part * 4, size);
      at += size;
      store<u8>(into + at++, 0);
    }
  }
  return at;
}

/** buf setbuf bufst */
export function bufferOperation(): bool {
  const type = <i32>numberAt(1);
  const start = <i32>numberAt(2);
  const length = <i32>numberAt(3);
  if (isWord(0, "buf")) {
    integer(proxy_get_buffer_bytes(type, start, length, OUT, OUT + 4));
    outBytes();
  } else if (isWord(0, "setbuf")) {
    integer(proxy_set_buffer_bytes(type, start, length, argumentAt(4), argumentSize(4)));
  } else if (isWord(0, "bufst")) {
    integer(proxy_get_buffer_status(type, OUT + 8, OUT + 12));
    outNumber32();
  } else return false;
  return true;
}
