// Reads `match` of a policy, and the conditions of tiers and exemptions: which requests are meant.
import { lowerAscii } from "../../base/ascii";
import { ConfigValue } from "../../config/value";
import { PathKind } from "../../identity/path-pattern";
import { entriesOf, hostPatterns, networks, tokens } from "../lists";
import { ClaimMatch } from "./claim-match";
import { Condition } from "./condition";
import { blockOf, bytesOf, needsClaims, readPattern } from "./identity-config";
import { HeaderMatch, Match } from "./match";
import { PathRegex, readPathRegex } from "./path-regex";

const maxList: i32 = 256;

export function readMatch(section: ConfigValue, match: Match): void {
  match.hosts = hostPatterns(section.get("hosts"));
  match.methods = tokens(section.get("methods"), false, 'write a method such as "GET"');
  const paths = section.get("paths");
  const entries = entriesOf(paths, 1, maxList);
  for (let i = 0; i < entries.length; i++) readPath(entries[i], match);
  const headers = entriesOf(section.get("headers"), 1, maxList);
  for (let i = 0; i < headers.length; i++) {
    const header = readHeader(headers[i]);
    if (header !== null) match.headers.push(header);
  }
}

/** `addresses`, `header` and `claim` of a tier's `when` or of `exempt`. */
export function readCondition(entry: ConfigValue, hasClaims: bool): Condition {
  const condition = new Condition();
  condition.networks = networks(entry.get("addresses"));
  const header = entry.get("header");
  if (header.isPresent) condition.header = readHeader(header);
  const claim = entry.get("claim");
  if (claim.isPresent) condition.claim = readClaim(claim, hasClaims);
  return condition;
}

function readClaim(entry: ConfigValue, hasClaims: bool): ClaimMatch | null {
  const name = entry.get("name").required('write a claim such as "plan"');
  const values = textsOf(entry.get("in"));
  if (!name.isText(1, 256) || !needsClaims(name, hasClaims)) return null;
  return new ClaimMatch(blockOf(name), name.textLength, values);
}

/** The texts of a list; null when it is absent. */
function textsOf(list: ConfigValue): Array<string> | null {
  const entries = entriesOf(list, 1, maxList);
  const values: string[] = [];
  for (let i = 0; i < entries.length; i++) values.push(entries[i].string(""));
  return list.isPresent ? values : null;
}

function readPath(entry: ConfigValue, match: Match): void {
  const exact = entry.get("exact");
  const prefix = entry.get("prefix");
  const template = entry.get("template");
  const regex = entry.get("regex");
  if (!entry.isObject) return;
  if (entry.length != 1) {
    const kinds = "must have exactly one of exact, prefix, template and regex";
    entry.fail(kinds, 'write {"exact": "/login"}');
    return;
  }
  if (regex.isPresent) {
    const pattern = readPathRegex(regex);
    if (pattern !== null) match.regexes.push(pattern);
    return;
  }
  const kind = exact.isPresent
    ? PathKind.Exact
    : prefix.isPresent
      ? PathKind.Prefix
      : PathKind.Template;
  const value = exact.isPresent ? exact : prefix.isPresent ? prefix : template;
  const pattern = readPattern(value, kind);
  if (pattern !== null) match.paths.push(pattern);
}

function readHeader(entry: ConfigValue): HeaderMatch | null {
  const name = entry.get("name").required('write a header name such as "x-plan"');
  const values = textsOf(entry.get("in"));
  if (!name.isText(1, 256)) return null;
  const lower = lowerAscii(name.string(""));
  return new HeaderMatch(bytesOf(lower), name.textLength, values);
}
