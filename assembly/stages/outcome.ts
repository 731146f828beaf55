// What one status of one stage does to the outside, prepared at configure time so that a request
// costs neither formatting nor allocation: its counter, the fixed part of its audit line, and its
// denial as RFC 9457 problem details and as plain text (what a gRPC client shows as grpc-message).
import { MetricType } from "../abi/constants";
import { PairsWriter } from "../abi/pairs-writer";
import { View } from "../abi/view";
import { Metric, defineMetric } from "../sdk/metric";
import { reasonPhrase } from "./reason-phrase";
import { StatusRow } from "./status-table";
import { Mode, modeName } from "./verdict";

@final
export class Outcome {
  readonly httpStatus: u32;
  readonly grpcStatus: i32;
  /** The stable code, `limits.too_many_headers`: response code details and the tag header. */
  readonly code: View;
  /** problem+json body. */
  readonly problem: View;
  /** One sentence. */
  readonly text: View;
  /** The audit line up to where the request's own parts begin. */
  readonly audit: View;
  readonly counter: Metric;
  /** Headers of the denial when they are not the usual ones: with a challenge. */
  headers: PairsWriter | null = null;

  constructor(stage: string, row: StatusRow, mode: Mode) {
    const code = stage + "." + row.name;
    this.httpStatus = row.httpStatus;
    this.grpcStatus = <i32>row.grpcStatus;
    this.code = View.of(code);
    this.text = View.of(row.text);
    this.problem = View.of(problemOf(code, row));
    this.audit = View.of(auditOf(stage, code, row, mode));
    this.counter = defineMetric(MetricType.Counter, counterName(stage, row.name, mode));
  }
}

/**
 * Labels first, so that taking the pieces out leaves the bare name: Istio does so with
 * `(label=\.=(.*?);\.;)`, and a plain Envoy with the same in `stats_tags`.
 */
function counterName(stage: string, status: string, mode: Mode): string {
  return `stage=.=${stage};.;status=.=${status};.;mode=.=${modeName(mode)};.;meshwarden_findings`;
}

/** Codes, texts and phrases are our own ASCII without quotes: nothing to escape. */
function problemOf(code: string, row: StatusRow): string {
  const title = reasonPhrase(row.httpStatus);
  const numbers = `"status":${row.httpStatus},"code":"${code}"`;
  return `{"type":"about:blank","title":"${title}",${numbers},"detail":"${row.text}"}`;
}

function auditOf(stage: string, code: string, row: StatusRow, mode: Mode): string {
  const policy = row.policy.length == 0 ? "" : `,"policy":"${row.policy}"`;
  const number = row.rule < 0 ? "" : `,"rule":${row.rule}`;
  const rule = `"stage":"${stage}","code":"${code}"${policy}${number},"mode":"${modeName(mode)}"`;
  const action =
    mode == Mode.Enforce ? `"denied":true,"status":${row.httpStatus}` : `"denied":false`;
  return `{"event":"meshwarden.finding",${rule},${action}`;
}
