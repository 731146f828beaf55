// Turns findings into what the outside sees: a counter and an audit line for each, the header that
// names tagged ones, and the denial. The only file of the stages that writes to the host.
import { LogLevel, MapType } from "../abi/constants";
import { PairsWriter } from "../abi/pairs-writer";
import { View } from "../abi/view";
import { Block } from "../base/block";
import { HeaderMap } from "../http/header-map";
import { removeHeader, replaceHeader } from "../sdk/headers";
import { HttpStream } from "../sdk/http-stream";
import { logBytes, logs } from "../sdk/log";
import { AuditLine } from "./audit-line";
import { Exchange } from "./exchange";
import { Findings } from "./findings";
import { Judge } from "./judge";
import { Outcome } from "./outcome";
import { Stage } from "./stage";
import { StatusTable } from "./status-table";
import { Mode } from "./verdict";

/** Header to the upstream with the codes of tagged findings, joined by commas. */
const TAG_HEADER: string = "x-meshwarden-findings";
const TAG_BYTES: u32 = 2048;

@final
export class Reporter {
  /** By stage, then by status; null for a status that is off. */
  private outcomes: Array<Array<Outcome | null>> = [];
  private line: AuditLine = new AuditLine();
  private problemHeaders: PairsWriter = new PairsWriter(2, 256);
  private tagName: View = View.of(TAG_HEADER);
  private tagBlock: Block = new Block(TAG_BYTES);
  private tags: View = new View(this.tagBlock.ptr, 0);
  /** Some status is in tag mode: then a client's own tag header is taken out. */
  /** Some status is named to the upstream, in a header that clients must not write. */
  hasTags: bool = false;

  /** The headers of denials with a challenge, one writer for each of `challenges`. */
  private challengeHeaders: Array<PairsWriter> = [];
  private challenges: Array<string> = [];

  constructor() {
    addProblemHeaders(this.problemHeaders);
  }

  /**
   * Prepares the statuses of the next stage, in pipeline order. Defines metrics: configure time
   * only.
   */
  addStage(table: StatusTable, judge: Judge, stage: Stage | null = null): void {
    const prepared: Array<Outcome | null> = [];
    for (let status = 0; status < table.rows.length; status++) {
      const mode = judge.mode(status);
      if (mode == Mode.Off) prepared.push(null);
      else {
        const outcome = new Outcome(table.stage, table.rows[status], mode);
        if (stage !== null) outcome.headers = this.challenging(stage.challenge(status));
        prepared.push(outcome);
      }
      if (mode == Mode.Tag) this.hasTags = true;
    }
    this.outcomes.push(prepared);
  }

  /** The usual headers with a challenge; null when there is none. */
  private challenging(challenge: string): PairsWriter | null {
    if (challenge.length == 0) return null;
    const place = this.challenges.indexOf(challenge);
    if (place >= 0) return this.challengeHeaders[place];
    const headers = new PairsWriter(3, 1024);
    addProblemHeaders(headers);
    addText(headers, "www-authenticate", challenge);
    this.challenges.push(challenge);
    this.challengeHeaders.push(headers);
    return headers;
  }

  /** Counts and logs every finding of the phase that ends, then forgets them. */
  publish(exchange: Exchange): void {
    const findings = exchange.findings;
    for (let i: u32 = 0; i < findings.count; i++) {
      const outcome = this.outcomeOf(findings, i);
      if (outcome === null) continue;
      outcome.counter.increment();
      const level = findings.mode(i) == Mode.Enforce ? LogLevel.Warn : LogLevel.Info;
      if (logs(level)) this.writeLine(level, outcome, findings, i, exchange);
    }
    findings.clear();
  }

  /**
   * Names tagged findings to the upstream; to be called in the headers callback, before `publish`.
   */
  tag(exchange: Exchange, headers: HeaderMap): void {
    if (!this.hasTags) return;
    const findings = exchange.findings;
    this.tags.length = 0;
    for (let i: u32 = 0; i < findings.count; i++) {
      const outcome = this.outcomeOf(findings, i);
      if (outcome !== null && findings.mode(i) == Mode.Tag) this.addTag(outcome.code);
    }
    if (this.tags.length > 0) replaceHeader(MapType.RequestHeaders, this.tagName, this.tags);
    else if (headers.find(this.tagName.ptr, this.tagName.length) >= 0) {
      removeHeader(MapType.RequestHeaders, this.tagName);
    }
  }

  /**
   * Answers the request for the finding added last, which denies it. To be called before `publish`.
   */
  deny(stream: HttpStream, exchange: Exchange): void {
    const findings = exchange.findings;
    let outcome: Outcome | null = null;
    if (findings.count > 0) outcome = this.outcomeOf(findings, findings.count - 1);
    if (outcome === null) {
      // A stage denied without a finding: still denied.
      stream.reply(403);
    } else if (exchange.isGrpc) {
      const text = outcome.text;
      const status = outcome.grpcStatus;
      const headers = exchange.denialHeaders;
      stream.reply(outcome.httpStatus, text.ptr, text.length, headers, outcome.code, status);
    } else {
      const own = exchange.denialBody;
      const problem = own === null ? outcome.problem : own;
      let headers = exchange.denialHeaders;
      if (headers === null) headers = outcome.headers;
      if (headers === null) headers = this.problemHeaders;
      stream.reply(outcome.httpStatus, problem.ptr, problem.length, headers, outcome.code);
    }
  }

  private outcomeOf(findings: Findings, row: u32): Outcome | null {
    return this.outcomes[findings.stage(row)][findings.status(row)];
  }

  private addTag(code: View): void {
    const tags = this.tags;
    if (tags.length + code.length + 1 > TAG_BYTES) return;
    if (tags.length > 0) store<u8>(tags.ptr + tags.length++, 0x2c);
    memory.copy(tags.ptr + tags.length, code.ptr, code.length);
    tags.length += code.length;
  }

  private writeLine(
    level: LogLevel,
    outcome: Outcome,
    findings: Findings,
    row: u32,
    exchange: Exchange,
  ): void {
    const line = this.line;
    line.begin(outcome.audit);
    const observed = findings.observed(row);
    const limit = findings.limit(row);
    if (observed != 0) line.observed(observed);
    if (limit != 0) line.limit(limit);
    line.members(findings.notePtr(row), findings.noteLength(row));
    if (exchange.requestIdLength > 0) {
      line.requestId(exchange.requestId, exchange.requestIdLength);
    }
    line.end();
    logBytes(level, line.ptr, line.length);
  }
}

function addProblemHeaders(headers: PairsWriter): void {
  addText(headers, "content-type", "application/problem+json");
  addText(headers, "cache-control", "no-store");
}

function addText(headers: PairsWriter, name: string, value: string): void {
  const nameBytes = View.of(name);
  const valueBytes = View.of(value);
  headers.add(nameBytes.ptr, nameBytes.length, valueBytes.ptr, valueBytes.length);
}
