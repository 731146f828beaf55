// The three shapes of an audit line, one rule a line: ModSecurity's JSON, Coraza's JSON, and an HTTP Activity of the Open
// Cybersecurity Schema Framework with its security_control profile. Field names are theirs; what a filter cannot know
// (ports of the server, stopwatches) is left out.
// Sources: ModSecurity v3 audit log JSON, Coraza v3 auditlog, OCSF 1.9 http_activity (class 4002).
import { equalsLiteral } from "../../http/literal";
import { AuditEntry } from "./audit-trail";
import { AuditFacts } from "./audit-facts";
import { AuditWriter } from "./audit-writer";
import { putDate } from "./audit-date";

export const enum AuditFormat {
  None = 0,
  ModSecurity,
  Coraza,
  Ocsf,
}

/** Writes one rule's line; without a rule, one that says that there was none. */
export function writeAudit(
  format: AuditFormat,
  out: AuditWriter,
  facts: AuditFacts,
  entry: AuditEntry | null,
): void {
  out.begin();
  if (entry !== null) {
    out.put('[id "');
    out.number(idOf(entry));
    out.put('"] ');
  }
  if (format == AuditFormat.ModSecurity) modSecurity(out, facts, entry);
  else if (format == AuditFormat.Coraza) coraza(out, facts, entry);
  else ocsf(out, facts, entry);
}

function modSecurity(out: AuditWriter, facts: AuditFacts, entry: AuditEntry | null): void {
  out.put('{"transaction":{"client_ip":');
  out.text(facts.address.ptr, facts.address.length, 40);
  out.put(',"time_stamp":"');
  putDate(out, facts.timeNs, true);
  out.put('","unique_id":');
  out.text(facts.id.ptr, facts.id.length, 40);
  out.put(',"request":{"method":');
  out.text(facts.method.ptr, facts.method.length, 8);
  out.put(',"uri":');
  out.text(facts.path.ptr, facts.path.length, 48);
  out.put('},"response":{"http_code":');
  out.number(facts.status);
  out.put('},"messages":[');
  if (entry !== null) {
    out.put('{"message":');
    out.text(entry.message, entry.messageLength, 56);
    out.put(',"details":{"ruleId":"');
    out.number(idOf(entry));
    out.put('","match":');
    out.text(entry.target, entry.targetLength, 40);
    out.put(',"data":');
    out.text(entry.data, entry.dataLength, 56);
    out.put(',"severity":"');
    out.number(max(0, severityOf(entry)));
    out.put('"}}');
  }
  out.put("]}}");
}

function coraza(out: AuditWriter, facts: AuditFacts, entry: AuditEntry | null): void {
  out.put('{"transaction":{"timestamp":"');
  putDate(out, facts.timeNs, false);
  out.put('","unix_timestamp":');
  out.number(facts.timeNs);
  out.put(',"id":');
  out.text(facts.id.ptr, facts.id.length, 40);
  out.put(',"client_ip":');
  out.text(facts.address.ptr, facts.address.length, 40);
  out.put(',"request":{"method":');
  out.text(facts.method.ptr, facts.method.length, 8);
  out.put(',"uri":');
  out.text(facts.path.ptr, facts.path.length, 40);
  out.put('},"response":{"status":');
  out.number(facts.status);
  out.put('},"is_interrupted":');
  out.put(facts.isDenied ? "true" : "false");
  out.put('},"messages":[');
  if (entry !== null) {
    out.put('{"message":');
    out.text(entry.message, entry.messageLength, 48);
    out.put(',"data":{"id":');
    out.number(idOf(entry));
    out.put(',"severity":');
    out.number(severityOf(entry));
    out.put(',"data":');
    if (entry.dataLength > 0) out.text(entry.data, entry.dataLength, 64);
    else out.text(entry.target, entry.targetLength, 40);
    out.put("}}");
  }
  out.put("]}");
}

function ocsf(out: AuditWriter, facts: AuditFacts, entry: AuditEntry | null): void {
  const activity = activityOf(facts);
  out.put('{"category_uid":4,"class_uid":4002,"activity_id":');
  out.number(activity);
  out.put(',"type_uid":');
  out.number(400200 + activity);
  out.put(',"severity_id":');
  out.number(entry === null ? 1 : ocsfSeverity(severityOf(entry)));
  out.put(',"time":');
  out.number(facts.timeNs / 1000000);
  out.put(
    ',"metadata":{"version":"1.9.0","product":{"name":"meshwarden"},"profiles":["security_control"],"uid":',
  );
  out.text(facts.id.ptr, facts.id.length, 36);
  out.put('},"src_endpoint":{"ip":');
  out.text(facts.address.ptr, facts.address.length, 40);
  out.put('},"http_request":{"url":{"path":');
  out.text(facts.path.ptr, facts.path.length, 20);
  out.put('}},"http_response":{"code":');
  out.number(facts.status);
  // Denied, or Allowed.
  out.put(facts.isDenied ? '},"action_id":2' : '},"action_id":1');
  if (entry !== null) {
    out.put(',"firewall_rule":{"uid":"');
    out.number(idOf(entry));
    out.put('","match_location":');
    out.text(entry.target, entry.targetLength, 24);
    out.put(',"name":');
    // What room is left: its two quotes and two braces must fit behind it.
    out.text(entry.message, entry.messageLength, out.room(4));
    out.put("}");
  }
  out.put("}");
}

function idOf(entry: AuditEntry): u32 {
  const rule = entry.rule;
  return rule === null ? 0 : rule.id;
}

function severityOf(entry: AuditEntry): i32 {
  const rule = entry.rule;
  return rule === null ? -1 : rule.severity;
}

/** Emergency and alert are Fatal, critical is Critical, then High, Medium, Low, Informational; none is Unknown. */
function ocsfSeverity(severity: i32): i32 {
  if (severity < 0) return 0;
  if (severity <= 1) return 6;
  return severity >= 6 ? 1 : 7 - severity;
}

/** Number of a method in OCSF; 99 for one that it does not name. */
function activityOf(facts: AuditFacts): i32 {
  const bytes = facts.method.ptr;
  const length = facts.method.length;
  if (equalsLiteral(bytes, length, "GET")) return 3;
  if (equalsLiteral(bytes, length, "POST")) return 6;
  if (equalsLiteral(bytes, length, "PUT")) return 7;
  if (equalsLiteral(bytes, length, "DELETE")) return 2;
  if (equalsLiteral(bytes, length, "HEAD")) return 4;
  if (equalsLiteral(bytes, length, "OPTIONS")) return 5;
  if (equalsLiteral(bytes, length, "PATCH")) return 9;
  if (equalsLiteral(bytes, length, "TRACE")) return 8;
  return equalsLiteral(bytes, length, "CONNECT") ? 1 : 99;
}
