// FULL_REQUEST and its length: headers and body as one text, put together as ModSecurity does (`name: value` lines, two line
// ends, the body), since the bytes on the wire are the proxy's own. Only for rule sets that read them.
import { Variable } from "../../seclang/variable-table";
import { RequestReader } from "./request-reader";
import { Transaction } from "./transaction";
import { nextValue, valueBytes, valueLength, valueName, valueNameLength } from "./value";

export function readFullRequest(
  reader: RequestReader,
  tx: Transaction,
  body: usize,
  length: u32,
): void {
  const rules = tx.rules;
  if (rules === null) return;
  if (!rules.reads[Variable.FullRequest] && !rules.reads[Variable.FullRequestLength]) return;
  let size: u32 = 2 + length;
  const first = tx.values.first(Variable.RequestHeaders);
  for (let value = first; value != 0; value = nextValue(value)) {
    size += valueNameLength(value) + valueLength(value) + 3;
  }
  const text = tx.arena.take(size);
  if (text == 0) return;
  let at = text;
  for (let value = first; value != 0; value = nextValue(value)) {
    memory.copy(at, valueName(value), valueNameLength(value));
    at += valueNameLength(value);
    store<u16>(at, 0x203a); // colon, blank
    memory.copy(at + 2, valueBytes(value), valueLength(value));
    at += 2 + valueLength(value);
    store<u8>(at++, 0x0a);
  }
  store<u16>(at, 0x0a0a);
  memory.copy(at + 2, body, length);
  reader.single(tx, Variable.FullRequest, text, size);
  reader.number(tx, Variable.FullRequestLength, size);
}
