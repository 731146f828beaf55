// NoSQL injection: operators of MongoDB where a key stands, and the JavaScript that $where, mapReduce and
// the like run. Source: the MongoDB manual, query operators.
import { isAlpha, isDigit } from "../base/ascii";
import { equalsLiteralFolded } from "../http/literal";
import { holds, startsFolded } from "./folded-text";
import { Reason, at } from "./verdict";

/** MongoDB operators as keys ($ne, [$gt]), and JavaScript that its $where and others run. */
export function detectNoSql(ptr: usize, end: usize): Reason {
  for (let p = ptr; p < end; p++) {
    const byte = load<u8>(p);
    if (byte == 0x24) {
      const close = operatorEnd(ptr, p + 1, end);
      if (close != 0) return at(p, close, Reason.NoSqlOperator);
    } else if (byte == 0x28) {
      if (scriptCall(ptr, p, end)) return at(p, p + 1, Reason.NoSqlScript);
    } else if (byte == 0x7c || byte == 0x26) {
      if (p + 1 < end && load<u8>(p, 1) == byte && scriptCondition(ptr, p, end))
        return at(p, p + 2, Reason.NoSqlScript);
    } else if (byte == 0x7d) {
      // ' } ], field: leaves a query document.
      if (leavesDocument(ptr, p, end)) return at(p, p + 1, Reason.NoSqlScript);
    }
  }
  return Reason.None;
}

/** An operator's name with what a key has around it: 0 when it is none. */
function operatorEnd(ptr: usize, name: usize, end: usize): usize {
  let q = name;
  while (q < end && q < name + 16 && isAlpha(load<u8>(q))) q++;
  const length = <u32>(q - name);
  if (length < 2 || q >= end) return 0;
  if (!isOperator(name, length)) return 0;
  const before: u8 = name - 1 > ptr ? load<u8>(name - 2) : 0;
  let r = q;
  if (load<u8>(r) == 0x22 || load<u8>(r) == 0x27) r++;
  while (r < end && load<u8>(r) <= 0x20) r++;
  if (r >= end) return 0;
  const mark = load<u8>(r);
  if (mark == 0x5d && before == 0x5b) return r + 1;
  return mark == 0x3a || (mark == 0x3d && before == 0x5b) ? r + 1 : 0;
}

/** Whether a name without its `$` is an operator of MongoDB. */
export function isOperator(name: usize, length: u32): bool {
  return (
    equalsLiteralFolded(name, length, "ne") ||
    equalsLiteralFolded(name, length, "gt") ||
    equalsLiteralFolded(name, length, "gte") ||
    equalsLiteralFolded(name, length, "lt") ||
    equalsLiteralFolded(name, length, "lte") ||
    equalsLiteralFolded(name, length, "eq") ||
    equalsLiteralFolded(name, length, "in") ||
    equalsLiteralFolded(name, length, "nin") ||
    equalsLiteralFolded(name, length, "or") ||
    equalsLiteralFolded(name, length, "and") ||
    equalsLiteralFolded(name, length, "nor") ||
    equalsLiteralFolded(name, length, "not") ||
    equalsLiteralFolded(name, length, "regex") ||
    equalsLiteralFolded(name, length, "where") ||
    equalsLiteralFolded(name, length, "exists") ||
    equalsLiteralFolded(name, length, "expr") ||
    equalsLiteralFolded(name, length, "elemmatch") ||
    equalsLiteralFolded(name, length, "function") ||
    equalsLiteralFolded(name, length, "size") ||
    equalsLiteralFolded(name, length, "type") ||
    equalsLiteralFolded(name, length, "comment")
  );
}

/** this.password.match(, db.x.insert(, ';sleep(5000), tojson(...) */
function scriptCall(ptr: usize, bracket: usize, end: usize): bool {
  let start = bracket;
  while (
    start > ptr &&
    start > bracket - 64 &&
    (isAlpha(load<u8>(start - 1)) ||
      isDigit(load<u8>(start - 1)) ||
      load<u8>(start - 1) == 0x2e ||
      load<u8>(start - 1) == 0x5f)
  )
    start--;
  const length = <u32>(bracket - start);
  if (startsFolded(start, bracket, "this.") && length > 6)
    return (
      holds(start, bracket, ".match") ||
      holds(start, bracket, ".charat") ||
      holds(start, bracket, ".substr")
    );
  if (startsFolded(start, bracket, "db.") && length > 4) {
    return (
      holds(start, bracket, ".insert") ||
      holds(start, bracket, ".find") ||
      holds(start, bracket, ".drop") ||
      holds(start, bracket, ".remove") ||
      holds(start, bracket, ".update") ||
      holds(start, bracket, ".getcollection") ||
      holds(start, bracket, ".mapreduce") ||
      holds(start, bracket, ".delete") ||
      holds(start, bracket, ".version") ||
      holds(start, bracket, ".adduser")
    );
  }
  if (equalsLiteralFolded(start, length, "sleep")) {
    // Behind a closed string and `;`: JavaScript, where SQL's sleep takes seconds.
    const before: u8 = start > ptr ? load<u8>(start - 1) : 0;
    return (
      before == 0x3b &&
      bracket + 4 < end &&
      isDigit(load<u8>(bracket, 1)) &&
      isDigit(load<u8>(bracket, 3))
    );
  }
  return (
    equalsLiteralFolded(start, length, "emit") ||
    equalsLiteralFolded(start, length, "tojsononeline")
  );
}

/** `' || '1'=='1`, `|| 1==1`, `&& this.x`: conditions of JavaScript. */
function scriptCondition(ptr: usize, p: usize, end: usize): bool {
  let q = p + 2;
  while (q < end && (load<u8>(q) <= 0x20 || load<u8>(q) == 0x2b)) q++;
  if (startsFolded(q, end, "this.")) return true;
  const start = q;
  while (
    q < end &&
    q < start + 24 &&
    (isAlpha(load<u8>(q)) ||
      isDigit(load<u8>(q)) ||
      load<u8>(q) == 0x27 ||
      load<u8>(q) == 0x22 ||
      load<u8>(q) == 0x20)
  )
    q++;
  if (q + 2 >= end || q == start || load<u8>(q) != 0x3d || load<u8>(q, 1) != 0x3d) return false;
  const first = load<u8>(start);
  return isDigit(first) || first == 0x27 || first == 0x22;
}

function leavesDocument(ptr: usize, p: usize, end: usize): bool {
  if (p - ptr > 6) return false;
  let q = p + 1;
  while (q < end && load<u8>(q) <= 0x20) q++;
  if (q >= end || (load<u8>(q) != 0x5d && load<u8>(q) != 0x2c)) return false;
  return holds(q, min(end, q + 60), "$");
}
