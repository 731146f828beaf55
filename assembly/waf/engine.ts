// The door of the room: what a stage calls as a request and its response go by. One engine for a rule set store; one
// transaction for each request in flight. An engine knows no host: it is given bytes and answers in the transaction.
import { equalsLiteral } from "../http/literal";
import { Variable } from "../seclang/variable-table";
import { prepareTriggers } from "../transform/triggers";
import { slotCount } from "./model/tx-names";
import { RuleSet } from "./model/rule-set";
import { BodyReader } from "./run/body-reader";
import { Evaluator } from "./run/evaluator";
import { readFullRequest } from "./run/full-request";
import { keepBody } from "./run/kept-body";
import { MatchSink } from "./run/match-sink";
import { RequestReader } from "./run/request-reader";
import { Interruption, Processor, Transaction } from "./run/transaction";
import { makeValue } from "./run/value";

/** Memory that one callback may use for transformed values. */
const SCRATCH_BYTES: usize = 33554432;

@final
export class Engine {
  readonly evaluator: Evaluator;
  readonly reader: RequestReader = new RequestReader();
  readonly bodies: BodyReader = new BodyReader(this.reader);

  constructor(sink: MatchSink) {
    this.evaluator = new Evaluator(SCRATCH_BYTES, sink);
  }

  /** A transaction for the pool of a stream. Configure time, or when a stream object is made. */
  createTransaction(): Transaction {
    return new Transaction(slotCount());
  }

  /** Makes room for a rule set that requests will be opened with. Configure time only. */
  reserve(rules: RuleSet): void {
    prepareTriggers();
    this.evaluator.board.reserve(rules);
  }

  /** Starts a callback: forms of earlier ones are forgotten. */
  begin(): void {
    this.evaluator.forms.reset();
    this.evaluator.board.clear();
  }

  /** Begins a request; then come requestLine, header for each, requestHeaders. */
  open(tx: Transaction, rules: RuleSet): void {
    tx.begin(rules);
    this.bodies.empty(tx);
  }

  header(tx: Transaction, name: usize, nameLength: u32, value: usize, length: u32): void {
    this.reader.header(tx, name, nameLength, value, length);
    if (!equalsLiteral(name, nameLength, "content-type")) return;
    tx.typePtr = value;
    tx.typeLength = length;
    if (startsWithFolded(value, length, "application/x-www-form-urlencoded")) {
      tx.processor = Processor.Urlencoded;
    } else if (startsWithFolded(value, length, "multipart/form-data"))
      tx.processor = Processor.Multipart;
  }

  /** All headers have come: phase 1. */
  requestHeaders(tx: Transaction): void {
    this.reader.combinedSize(tx);
    this.evaluator.run(1, tx);
  }

  /** The request is complete: phase 2. `body` stays in place during the call; 0 when there is none. */
  requestBody(tx: Transaction, body: usize, size: u32): void {
    const rules = tx.rules;
    const limit: u32 = rules === null ? 0 : rules.settings.requestBodyLimitBytes;
    const length = min<u32>(size, limit);
    if (size > limit) this.bodies.cut(tx, Variable.InboundDataError);
    if (length > 0 && tx.readsRequestBody) {
      this.bodies.read(tx, body, length, tx.typePtr, tx.typeLength);
      this.reader.combinedSize(tx);
      this.evaluator.board.clear();
    }
    readFullRequest(this.reader, tx, body, tx.readsRequestBody ? length : 0);
    if (tx.interruption == Interruption.None) this.evaluator.run(2, tx);
    if (rules !== null && rules.readsBodyLate) keepBody(tx, body, length);
    else this.forgetBody(tx);
    tx.values.drop(Variable.MatchedVars);
    tx.values.drop(Variable.MatchedVarsNames);
    tx.matchedLength = 0;
    tx.captures = 0;
  }

  /** The body is gone after the call: nothing may point into it. */
  private forgetBody(tx: Transaction): void {
    tx.values.drop(Variable.RequestBody);
    tx.values.drop(Variable.ArgsPost);
    tx.values.drop(Variable.ArgsPostNames);
    tx.values.drop(Variable.Xml);
    tx.values.drop(Variable.Files);
    tx.values.drop(Variable.FilesNames);
    tx.values.drop(Variable.FilesTmpContent);
    tx.values.drop(Variable.MultipartFilename);
    tx.values.drop(Variable.MultipartName);
    tx.values.drop(Variable.MultipartPartHeaders);
  }

  responseHeader(tx: Transaction, name: usize, nameLength: u32, value: usize, length: u32): void {
    tx.values.add(makeValue(tx.arena, Variable.ResponseHeaders, name, nameLength, value, length));
    tx.values.add(
      makeValue(tx.arena, Variable.ResponseHeadersNames, name, nameLength, name, nameLength),
    );
    if (equalsLiteral(name, nameLength, "content-type")) {
      this.reader.single(tx, Variable.ResponseContentType, value, length);
    }
  }

  /** All response headers have come: phase 3. */
  responseHeaders(tx: Transaction, status: u32): void {
    this.reader.number(tx, Variable.ResponseStatus, status);
    this.reader.responseProtocol(tx);
    this.evaluator.board.clear();
    this.evaluator.run(3, tx);
  }

  /** The response is complete: phase 4. */
  responseBody(tx: Transaction, body: usize, size: u32): void {
    const rules = tx.rules;
    const limit: u32 = rules === null ? 0 : rules.settings.responseBodyLimitBytes;
    const length = min<u32>(size, limit);
    if (size > limit) this.bodies.cut(tx, Variable.OutboundDataError);
    if (length > 0 && tx.readsResponseBody) {
      tx.values.add(makeValue(tx.arena, Variable.ResponseBody, 0, 0, body, length));
      this.evaluator.board.clear();
    }
    this.reader.number(tx, Variable.ResponseContentLength, length);
    if (tx.interruption == Interruption.None) this.evaluator.run(4, tx);
    tx.values.drop(Variable.ResponseBody);
  }

  /** The stream is over: phase 5. */
  logging(tx: Transaction): void {
    tx.allowedUntil = 0;
    // The answer was the firewall's own.
    if (tx.interruption != Interruption.None) {
      tx.values.drop(Variable.ResponseStatus);
      this.reader.number(tx, Variable.ResponseStatus, tx.status);
    }
    this.evaluator.run(5, tx);
  }
}

/** Begins with an ASCII text in lower case, whatever its own case. */
function startsWithFolded(bytes: usize, length: u32, text: string): bool {
  if (length < <u32>text.length) return false;
  for (let i = 0; i < text.length; i++) {
    if ((load<u8>(bytes + i) | 0x20) != ((<u8>text.charCodeAt(i)) | 0x20)) return false;
  }
  return true;
}
