// Reads `revocation`: ids, subjects and sessions whose tokens are refused, and moments before which tokens must not be issued. An entry
// is a text, or an object that also names the issuer. `remote` names where more of them are fetched.
import {
  DenyKind,
  MAX_DENIED,
  MAX_DENIED_BYTES,
  MAX_DENIED_ISSUER_BYTES,
} from "../../authz/deny-list";
import { LAST_SECOND } from "../../authz/deny-list-reader";
import { RemoteDenyList } from "../../adapters/remote-deny-list";
import { RemoteAddress } from "../../adapters/source-fetch";
import { ConfigValue } from "../../config/value";
import { FetchPolicy } from "../../jwks/policy";
import { readHttpUri, readRetries, readTarget, readTimes } from "../fetch-config";
import { entriesOf } from "../lists";
import { AuthzConfig } from "./model";

export function readRevocation(section: ConfigValue, config: AuthzConfig): void {
  const remote = section.get("remote");
  if (remote.isPresent) readRemote(remote, config);
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
    if (subject.isPresent && !subject.isText(1, MAX_DENIED_BYTES)) continue;
    add(entry, DenyKind.NotBefore, subject, entry.get("issuer"), seconds, config);
  }
  if (config.denied.size > 0) config.denied.seal();
}

function readRemote(section: ConfigValue, config: AuthzConfig): void {
  const address = new RemoteAddress();
  const policy = new FetchPolicy();
  const uri = readHttpUri(section, address, "list is");
  if (section.get("httpUri").isObject) uri.required('write its address, such as "https://..."');
  if (uri.isText(1, 2048)) readTarget(uri.string(""), address, uri);
  policy.timeoutMs = <u64>address.timeoutMs;
  readTimes(section, policy, 60000, 3600000);
  readRetries(section, address, policy);
  config.remoteDenied = RemoteDenyList.of(address, policy, config.seed);
}

function readKind(list: ConfigValue, member: string, kind: DenyKind, config: AuthzConfig): void {
  const entries = entriesOf(list, 1, MAX_DENIED);
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i];
    if (!entry.isObject) {
      if (entry.isText(1, MAX_DENIED_BYTES)) add(entry, kind, entry, null, 0, config);
      continue;
    }
    const text = entry.get(member).required(`write {"${member}": "...", "issuer": "..."}`);
    if (text.isText(1, MAX_DENIED_BYTES)) add(entry, kind, text, entry.get("issuer"), 0, config);
  }
}

/** @param text what is denied; absent: everybody's. @param issuer null or absent: every issuer's */
function add(
  entry: ConfigValue,
  kind: DenyKind,
  text: ConfigValue,
  issuer: ConfigValue | null,
  seconds: i64,
  config: AuthzConfig,
): void {
  const isNamed = issuer !== null && issuer.isText(1, MAX_DENIED_ISSUER_BYTES);
  const issuerPtr = isNamed ? issuer!.textPtr : 0;
  const issuerLength = isNamed ? issuer!.textLength : 0;
  const ptr = text.isPresent ? text.textPtr : 0;
  const length = text.isPresent ? text.textLength : 0;
  if (config.denied.add(kind, ptr, length, issuerPtr, issuerLength, seconds)) return;
  entry.fail(`is one more than ${MAX_DENIED} entries`, "take out what has expired");
}
