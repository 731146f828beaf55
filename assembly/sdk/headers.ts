// Header maps of the current callback. `HeaderMap` reads a whole map with one host call (about as dear
// as two single reads, so it pays from three headers on) and is the only way to see repeated headers:
// a single read gives the first value. Envoy gives lower-case names, and joins repeated
// `authorization`, `host` and `content-type` by comma. Writes are checked: Envoy checks nothing.
import { MapType, Status } from "../abi/constants";
import {
  proxy_add_header_map_value,
  proxy_get_header_map_pairs,
  proxy_get_header_map_value,
  proxy_remove_header_map_value,
  proxy_replace_header_map_value,
} from "../abi/env";
import { isFieldName, isFieldValue, isPseudo } from "../abi/field";
import { PairsReader, PairsStatus } from "../abi/pairs";
import { View } from "../abi/view";
import { Refusal, refuse } from "./refusal";

/** One map, read whole. Reusable; what it points at lives until the outermost callback returns. */
@final
export class HeaderMap {
  readonly pairs: PairsReader = new PairsReader();
  private block: View = new View();

  /** Reads the map. An unavailable map reads as empty with Ok (that is Envoy's answer); a block that is
   * too large or malformed gives SerializationFailure and an empty map: treat it as a denial. */
  read(map: MapType): Status {
    this.pairs.clear();
    this.block.clear();
    const slot = this.block.slot();
    const status = <Status>proxy_get_header_map_pairs(map, slot, slot + 4);
    if (status != Status.Ok) return status;
    const opened = this.pairs.open(this.block.ptr, this.block.length);
    return opened == PairsStatus.Ok ? Status.Ok : Status.SerializationFailure;
  }

  /** Number of headers, repeated ones counted each time. */
  get count(): u32 {
    return this.pairs.count;
  }

  /** Points `value` at header `index`; past the end at nothing. */
  valueAt(index: u32, value: View): void {
    value.set(this.pairs.valuePtr(index), this.pairs.valueLength(index));
  }

  /** Points `name` at the name of header `index`; past the end at nothing. */
  nameAt(index: u32, name: View): void {
    name.set(this.pairs.namePtr(index), this.pairs.nameLength(index));
  }

  /** Index of the first header named `name` (lower case) from `from` on, or -1. */
  indexOf(name: View, from: u32 = 0): i32 {
    return this.pairs.indexOf(name.ptr, name.length, from);
  }

  /** The first value of `name`. False: absent. */
  first(name: View, value: View): bool {
    const index = this.indexOf(name);
    this.valueAt(<u32>index, value);
    return index >= 0;
  }
}

/** The whole map as the block of the wire (abi/pairs.ts), for a reader of its own; empty when there is no
 * such map now. Nothing of it is checked here. Lives until the outermost callback returns. */
export function getHeaderBlock(map: MapType, block: View): Status {
  block.clear();
  const slot = block.slot();
  return <Status>proxy_get_header_map_pairs(map, slot, slot + 4);
}

/** First value of one header. NotFound: absent (`value` is empty); BadArgument: no such map now. */
export function getHeader(map: MapType, name: View, value: View): Status {
  value.clear();
  const slot = value.slot();
  return <Status>proxy_get_header_map_value(map, name.ptr, name.length, slot, slot + 4);
}

/** Sets a header to one value. A pseudo-header may be replaced, but not by nothing. */
export function replaceHeader(map: MapType, name: View, value: View): Status {
  if (!isFieldName(name.ptr, name.length) || !isFieldValue(value.ptr, value.length)) {
    return malformed();
  }
  if (isPseudo(name.ptr, name.length) && !isPseudoValue(value)) return pseudo();
  return <Status>(
    proxy_replace_header_map_value(map, name.ptr, name.length, value.ptr, value.length)
  );
}

/** Appends a header beside those of the same name. Pseudo-headers would be joined by comma: refused. */
export function addHeader(map: MapType, name: View, value: View): Status {
  if (!isFieldName(name.ptr, name.length) || !isFieldValue(value.ptr, value.length)) {
    return malformed();
  }
  if (isPseudo(name.ptr, name.length)) return pseudo();
  return <Status>proxy_add_header_map_value(map, name.ptr, name.length, value.ptr, value.length);
}

/** Takes out every value of a header; Ok when there was none. Pseudo-headers stay. */
export function removeHeader(map: MapType, name: View): Status {
  if (isPseudo(name.ptr, name.length)) return pseudo();
  return <Status>proxy_remove_header_map_value(map, name.ptr, name.length);
}

/** Not empty and without blanks, which would break the start line of HTTP/1.1. */
function isPseudoValue(value: View): bool {
  for (let i: u32 = 0; i < value.length; i++) {
    const byte = load<u8>(value.ptr + i);
    if (byte == 0x20 || byte == 0x09) return false;
  }
  return value.length > 0;
}

function malformed(): Status {
  return refuse(Refusal.HeaderMalformed, "refused: malformed header name or value");
}

function pseudo(): Status {
  return refuse(Refusal.PseudoHeader, "refused: pseudo headers can only be replaced");
}
