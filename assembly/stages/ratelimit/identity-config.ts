// Reads `identity`, `fallback` and the rules for faults of a policy: a list of parts, each an object with one key.
import { Block } from "../../base/block";
import { lowerAscii } from "../../base/ascii";
import { ConfigValue } from "../../config/value";
import { isToken } from "../../http/header-name";
import { AddressSource } from "../../identity/address-source";
import { CertificateSource } from "../../identity/certificate-source";
import { ClaimPart } from "../../identity/claim-source";
import { CookieSource } from "../../identity/cookie-source";
import { HeaderSource } from "../../identity/header-source";
import { FaultRule, Identity } from "../../identity/identity";
import { PathPattern, PathKind } from "../../identity/path-pattern";
import { PathSource, PathTemplateSource } from "../../identity/path-source";
import { QuerySource } from "../../identity/query-source";
import { Need } from "../../identity/request-facts";
import { HostSource, MethodSource } from "../../identity/request-line-source";
import { IdentitySource } from "../../identity/source";
import { maxParts } from "../../identity/tuple";
import { entriesOf } from "../lists";

/** @param hasClaims some stage before this one verifies tokens */
export function readIdentity(policy: ConfigValue, hasClaims: bool): Identity {
  const list = policy
    .get("identity")
    .required('write [{"clientIp": {}}], or [] for one shared count');
  const identity = new Identity(readSources(list, hasClaims));
  identity.missing = rule(policy.get("missing"), FaultRule.Shared);
  identity.repeated = rule(policy.get("repeated"), FaultRule.Deny);
  identity.oversized = rule(policy.get("oversized"), FaultRule.Deny);
  const fallback = policy.get("fallback");
  identity.fallback = readSources(fallback, hasClaims);
  const isUsed =
    identity.missing == FaultRule.Fallback ||
    identity.repeated == FaultRule.Fallback ||
    identity.oversized == FaultRule.Fallback;
  if (isUsed && identity.fallback.length == 0) {
    fallback.fail("is missing: a rule says fallback", 'write [{"clientIp": {}}]');
  }
  return identity;
}

function rule(value: ConfigValue, fallback: FaultRule): FaultRule {
  return <FaultRule>value.choice(["skip", "deny", "shared", "fallback"], <i32>fallback);
}

function readSources(list: ConfigValue, hasClaims: bool): Array<IdentitySource> {
  const entries = entriesOf(list, 0, maxParts);
  const sources: Array<IdentitySource> = [];
  for (let i = 0; i < entries.length && i < maxParts; i++) {
    const source = readSource(entries[i], hasClaims);
    if (source !== null) sources.push(source);
  }
  return sources;
}

/**
 * One part of an identity.
 * @param others members of the entry beside its one source
 */
export function readSource(
  entry: ConfigValue,
  hasClaims: bool,
  others: i32 = 0,
): IdentitySource | null {
  const address = entry.get("clientIp");
  const header = entry.get("header");
  const key = entry.get("apiKey");
  const cookie = entry.get("cookie");
  const query = entry.get("query");
  const method = entry.get("method");
  const host = entry.get("host");
  const path = entry.get("path");
  const certificate = entry.get("certificate");
  const claim = entry.get("jwtClaim");
  if (!entry.isObject) return null;
  if (entry.length != 1 + others) {
    const kinds =
      "clientIp, header, apiKey, cookie, query, method, host, path, certificate or jwtClaim";
    entry.fail("must name exactly one source", `write ${kinds}`);
    return null;
  }
  if (address.isPresent) {
    const v4 = <u32>address.get("v4Prefix").integer(32, 0, 32);
    return new AddressSource(v4, <u32>address.get("v6Prefix").integer(64, 0, 128));
  }
  if (header.isPresent) return headerSource(header, "");
  if (key.isPresent) {
    const scheme = lowerAscii(key.get("scheme").string(""));
    return headerSource(key.get("header").required('write a header such as "x-api-key"'), scheme);
  }
  if (cookie.isPresent && cookie.isText(1, 256)) {
    return new CookieSource(blockOf(cookie), cookie.textLength);
  }
  if (query.isPresent && query.isText(1, 256)) {
    return new QuerySource(blockOf(query), query.textLength);
  }
  if (method.isPresent) return isTrue(method) ? new MethodSource() : null;
  if (host.isPresent) return isTrue(host) ? new HostSource() : null;
  if (path.isPresent) return pathSource(path);
  if (certificate.isPresent) return certificateSource(certificate);
  return claim.isPresent ? claimSource(claim, hasClaims) : null;
}

function isTrue(value: ConfigValue): bool {
  if (!value.bool(true)) value.fail("must be true", "leave the part out");
  return true;
}

function headerSource(name: ConfigValue, scheme: string): IdentitySource | null {
  if (!name.isText(1, 256)) return null;
  if (!isToken(name.textPtr, name.textLength)) {
    name.fail("is no token", 'write a header name such as "x-api-key"');
    return null;
  }
  const lower = lowerAscii(name.string(""));
  const schemeBytes = bytesOf(scheme);
  return new HeaderSource(bytesOf(lower), <u32>lower.length, schemeBytes, <u32>scheme.length);
}

function pathSource(path: ConfigValue): IdentitySource {
  const templates = path.get("templates");
  const entries = entriesOf(templates, 1, 256);
  if (!templates.isPresent) return new PathSource();
  const patterns: Array<PathPattern> = [];
  for (let i = 0; i < entries.length; i++) {
    const pattern = readPattern(entries[i], PathKind.Template);
    if (pattern !== null) patterns.push(pattern);
  }
  return new PathTemplateSource(patterns);
}

/** A pattern that begins with a slash; null and reported when it does not. */
export function readPattern(value: ConfigValue, kind: PathKind): PathPattern | null {
  if (!value.isText(1, 1024)) return null;
  if (load<u8>(value.textPtr) == 0x2f)
    return new PathPattern(kind, value.textPtr, value.textLength);
  value.fail("must begin with /", 'write a path such as "/login"');
  return null;
}

function certificateSource(field: ConfigValue): IdentitySource {
  const choice = field.choice(["uriSan", "dnsSan", "subject"], 0);
  return new CertificateSource(
    choice == 0 ? Need.UriSan : choice == 1 ? Need.DnsSan : Need.Subject,
  );
}

function claimSource(claim: ConfigValue, hasClaims: bool): IdentitySource | null {
  if (!claim.isText(1, 256) || !needsClaims(claim, hasClaims)) return null;
  return new ClaimPart(blockOf(claim), claim.textLength);
}

/** Whether claims are verified here; reports it when they are not. */
export function needsClaims(claim: ConfigValue, hasClaims: bool): bool {
  if (hasClaims) return true;
  claim.fail("needs a stage that verifies tokens, which this filter does not have", "use apiKey");
  return false;
}

/** The bytes of a text. */
export function blockOf(text: ConfigValue): Block {
  const block = new Block(text.textLength);
  memory.copy(block.ptr, text.textPtr, text.textLength);
  return block;
}

/** The bytes of an ASCII text. */
export function bytesOf(text: string): Block {
  const block = new Block(<u32>text.length + 1);
  String.UTF8.encodeUnsafe(changetype<usize>(text), text.length, block.ptr);
  return block;
}
