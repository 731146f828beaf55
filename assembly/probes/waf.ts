// Door to the WAF engine for tests: rule text and a request in, ids of the rules that matched out.
import { Text, TextPool } from "../seclang/text";
import { prepareVariableTexts } from "../seclang/variable-table";
import { Engine } from "../waf/engine";
import { Loader } from "../waf/load/loader";
import { OperatorStore } from "../waf/load/operator-store";
import { RuleFiles } from "../waf/load/files";
import { Rule } from "../waf/model/rule";
import { RuleSet } from "../waf/model/rule-set";
import { MatchSink } from "../waf/run/match-sink";
import { Transaction } from "../waf/run/transaction";
import { Variable } from "../seclang/variable-table";

export function reserve(bytes: u32): usize {
  return heap.alloc(bytes);
}

let store: OperatorStore | null = null;
let files: RuleFiles | null = null;
let pool: TextPool | null = null;
let rules: RuleSet | null = null;
let engine: Engine | null = null;
let tx: Transaction | null = null;
let messages: string = "";
let ids: u32[] = [];

class Sink extends MatchSink {
  matched(rule: Rule, tx: Transaction): void {
    ids.push(rule.id);
  }

  audited(rule: Rule, tx: Transaction): void {}
}

function begin(): void {
  if (files !== null) return;
  prepareVariableTexts();
  files = new RuleFiles();
  pool = new TextPool();
  store = new OperatorStore();
}

/** Adds a file of `length` bytes whose name lies behind the bytes. */
export function addFile(bytes: usize, length: u32, nameLength: u32): void {
  begin();
  const texts = pool!;
  const name = String.UTF8.decodeUnsafe(bytes + length, nameLength);
  files!.add(name, texts.copy(bytes, length));
}

/** Loads rule text; 0 when it was refused (message). */
export function loadRules(bytes: usize, length: u32): u32 {
  begin();
  const loader = new Loader(store!, files!, pool!);
  loader.read(pool!.copy(bytes, length), "rules");
  const fine = loader.finish();
  messages = loader.faults.lines.join("\n");
  rules = fine ? loader.set : null;
  engine = new Engine(new Sink());
  if (fine) {
    loader.ready();
    engine!.reserve(loader.set);
  }
  tx = engine!.createTransaction();
  return fine ? loader.set.ruleCount : 0;
}

export function message(): string {
  return messages;
}

export function gates(): i32 {
  return store!.gates;
}

export function collect(): void {
  __collect();
}

export function open(
  method: usize,
  methodLength: u32,
  target: usize,
  targetLength: u32,
  protocol: usize,
  protocolLength: u32,
  address: usize,
  addressLength: u32,
): void {
  ids.length = 0;
  const t = tx!;
  const e = engine!;
  t.reset();
  e.begin();
  e.open(t, rules!);
  e.reader.single(t, Variable.RemoteAddr, address, addressLength);
  e.reader.requestLine(t, method, methodLength, target, targetLength, protocol, protocolLength);
}

export function header(name: usize, nameLength: u32, value: usize, length: u32): void {
  engine!.header(tx!, name, nameLength, value, length);
}

export function request(body: usize, length: u32): u32 {
  engine!.requestHeaders(tx!);
  engine!.requestBody(tx!, body, length);
  return tx!.status;
}

export function responseHeader(name: usize, nameLength: u32, value: usize, length: u32): void {
  engine!.responseHeader(tx!, name, nameLength, value, length);
}

export function response(status: u32, body: usize, length: u32): u32 {
  engine!.responseHeaders(tx!, status);
  engine!.responseBody(tx!, body, length);
  engine!.logging(tx!);
  return tx!.status;
}

export function matchCount(): u32 {
  return <u32>ids.length;
}

export function matchAt(index: u32): u32 {
  return ids[index];
}
