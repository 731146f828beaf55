// Reads `revocation`: ids, subjects and sessions whose tokens are refused, and moments before which tokens must not be issued. An entry
// is a text, or an object that also names the issuer.
import { DenyKind, MAX_DENIED, MAX_DENIED_BYTES } from "../../authz/deny-list";
import { Text } from "../../authz/text";
import { ConfigValue } from "../../config/value";
import { entriesOf } from "../lists";
import { AuthzConfig } from "./model";

/** 9999-12-31, the last day that dates of tokens can name. */
const LAST_SECOND: i64 = 253402300799;

export function readRevocation(section: ConfigValue, config: AuthzConfig): void {
  readKind(section.get("tokens"), "jti", DenyKind.TokenId, config);
  readKind(section.get("subjects"), "sub", DenyKind.Subject, config);
  readKind(section.get("sessions"), "sid", DenyKind.Session, config);
  const moments = entriesOf(section.get("notBefore"), 1, MAX_DENIED);
  for (let i = 0; i < moments.length; i++) {
    const entry = moments[i];
    const subject = entry.get("sub");
    const seconds = entry
      .get("issuedAfter")
      .required("write seconds since 1970")
      .integer(0, 0, LAST_SECOND);
    const text = subject.isText(1, MAX_DENIED_BYTES) ? textOf(subject) : Text.of("");
    add(entry, DenyKind.NotBefore, text, issuerOf(entry), seconds, config);
  }
  if (config.denied.size > 0) config.denied.seal();
}

function readKind(list: ConfigValue, member: string, kind: DenyKind, config: AuthzConfig): void {
  const entries = entriesOf(list, 1, MAX_DENIED);
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i];
    if (!entry.isObject) {
      if (entry.isText(1, MAX_DENIED_BYTES)) add(entry, kind, textOf(entry), null, 0, config);
      continue;
    }
    const text = entry.get(member).required(`write {"${member}": "...", "issuer": "..."}`);
    if (!text.isText(1, MAX_DENIED_BYTES)) continue;
    add(entry, kind, textOf(text), issuerOf(entry), 0, config);
  }
}

function add(
  entry: ConfigValue,
  kind: DenyKind,
  text: Text,
  issuer: Text | null,
  seconds: i64,
  config: AuthzConfig,
): void {
  if (config.denied.add(kind, text, issuer, seconds)) return;
  entry.fail(`is one more than ${MAX_DENIED} entries`, "take out what has expired");
}

function issuerOf(entry: ConfigValue): Text | null {
  const issuer = entry.get("issuer");
  return issuer.isText(1, 2048) ? textOf(issuer) : null;
}

function textOf(value: ConfigValue): Text {
  return Text.copy(value.textPtr, value.textLength);
}
