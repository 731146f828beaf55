// Reads `validate.limits` of the configuration document. Every field has a default that a browser
// and an ordinary API pass; what a default is stands in the rule it belongs to. All mistakes are
// reported at once, each at its place.
import { ConfigValue } from "../../../config/value";
import { Judge } from "../../judge";
import { hostPatterns, networks, tokens } from "../../lists";
import { readModes } from "../../modes";
import { StatusTable } from "../../status-table";
import { globs, mediaPatterns } from "../patterns";
import { AddressRules } from "./address-rules";
import { AgentRules } from "./agent-rules";
import { BodyRules } from "./body-rules";
import { CookieRules } from "./cookie-rules";
import { HeaderRules } from "./header-rules";
import { JsonRules } from "./json-rules";
import { PathRules } from "./path-rules";
import { QueryRules } from "./query-rules";
import { RequestLineRules } from "./request-line-rules";

const MIB: i64 = 1048576;

@final
export class LimitsConfig {
  readonly addresses: AddressRules = new AddressRules();
  readonly requestLine: RequestLineRules = new RequestLineRules();
  readonly paths: PathRules = new PathRules();
  readonly queries: QueryRules = new QueryRules();
  readonly headers: HeaderRules = new HeaderRules();
  readonly cookies: CookieRules = new CookieRules();
  readonly agents: AgentRules = new AgentRules();
  readonly bodies: BodyRules = new BodyRules();
  /** Null: bodies are not read. */
  json: JsonRules | null = null;
}

/**
 * Fills `rules` and the modes of `judge` from the document.
 * @param seed keys the hash of JSON member names
 * @returns false when there is no such section
 */
export function readLimits(
  root: ConfigValue,
  rules: LimitsConfig,
  judge: Judge,
  table: StatusTable,
  seed: u64,
): bool {
  const limits = root.get("validate").get("limits");
  readModes(limits, judge, table);
  readAddresses(limits.get("addresses"), rules.addresses);
  readRequestLine(limits, rules.requestLine);
  rules.paths.maxBytes = bytes(limits.get("path").get("maxBytes"), rules.paths.maxBytes);
  readQuery(limits.get("query"), rules.queries);
  readHeaders(limits.get("headers"), rules.headers);
  readCookies(limits.get("cookies"), rules.cookies);
  readAgents(limits.get("userAgents"), rules.agents);
  readBody(limits.get("body"), rules.bodies);
  const json = limits.get("json");
  // Its fields are asked for in any case, so that "did you mean" knows them.
  const jsonRules = new JsonRules();
  readJson(json, jsonRules);
  if (json.isPresent) {
    jsonRules.seal(seed);
    rules.json = jsonRules;
  }
  return limits.isPresent;
}

function readAddresses(section: ConfigValue, rules: AddressRules): void {
  rules.allowed = networks(section.get("allow"));
  rules.denied = networks(section.get("deny"));
}

function readRequestLine(limits: ConfigValue, rules: RequestLineRules): void {
  rules.urlMaxBytes = bytes(limits.get("url").get("maxBytes"), rules.urlMaxBytes);
  const methods = limits.get("methods").get("allow");
  const names = tokens(methods, false, 'write a method such as "GET"');
  if (methods.isPresent) rules.methods = names;
  rules.hosts = hostPatterns(limits.get("hosts").get("allow"));
}

function readQuery(section: ConfigValue, rules: QueryRules): void {
  rules.maxBytes = bytes(section.get("maxBytes"), rules.maxBytes);
  rules.maxArguments = count(section.get("maxArguments"), rules.maxArguments, 65536);
  rules.maxArgumentBytes = bytes(section.get("maxArgumentBytes"), rules.maxArgumentBytes);
}

function readHeaders(section: ConfigValue, rules: HeaderRules): void {
  rules.maxCount = count(section.get("maxCount"), rules.maxCount, 1024);
  rules.maxTotalBytes = bytes(section.get("maxTotalBytes"), rules.maxTotalBytes);
  rules.maxValueBytes = bytes(section.get("maxValueBytes"), rules.maxValueBytes);
  rules.required = tokens(section.get("required"), true, 'write a header name such as "x-api-key"');
}

function readCookies(section: ConfigValue, rules: CookieRules): void {
  rules.maxCount = count(section.get("maxCount"), rules.maxCount, 1024);
  rules.maxCookieBytes = bytes(section.get("maxCookieBytes"), rules.maxCookieBytes);
  rules.maxTotalBytes = bytes(section.get("maxTotalBytes"), rules.maxTotalBytes);
}

function readAgents(section: ConfigValue, rules: AgentRules): void {
  rules.allowed = globs(section.get("allow"));
  rules.denied = globs(section.get("deny"));
}

function readBody(section: ConfigValue, rules: BodyRules): void {
  rules.maxBytes = <u64>(
    section.get("maxBytes").sizeBytes(<i64>rules.maxBytes, 0, 1024 * 1024 * MIB)
  );
  const patterns = mediaPatterns(section.get("contentTypes"));
  if (patterns !== null) rules.contentTypes = patterns;
}

function readJson(section: ConfigValue, rules: JsonRules): void {
  const limits = rules.limits;
  rules.anyContentType = section.get("anyContentType").bool(false);
  limits.maxBytes = <u32>section.get("maxBytes").sizeBytes(limits.maxBytes, 1, 64 * MIB);
  limits.maxDepth = count(section.get("maxDepth"), limits.maxDepth, 1024);
  limits.maxKeys = count(section.get("maxKeys"), limits.maxKeys, 1000000);
  limits.maxMembers = count(section.get("maxMembers"), limits.maxMembers, 1000000);
  limits.maxElements = count(section.get("maxElements"), limits.maxElements, 10000000);
  limits.maxStringBytes = <u32>(
    section.get("maxStringBytes").sizeBytes(limits.maxStringBytes, 1, 64 * MIB)
  );
  limits.maxNumberBytes = count(section.get("maxNumberBytes"), limits.maxNumberBytes, 4096);
}

/** A size of at most 1 MiB: no header or URL that Envoy takes is larger. */
function bytes(value: ConfigValue, fallback: u32): u32 {
  return <u32>value.sizeBytes(fallback, 1, MIB);
}

function count(value: ConfigValue, fallback: u32, most: i64): u32 {
  return <u32>value.integer(fallback, 0, most);
}
