// Envoy's jwt_authn, wherever it stands in a file: the filter's configuration alone, an HTTP filter, a listener, a whole bootstrap. Its
// fields have the same names here; what is built differently, or not at all, is said.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { UserError } from "../exit.ts";
import type { Losses } from "./loss.ts";
import { compact, Fields, isObject, type Json } from "./loss.ts";

const typeName = /envoy\.extensions\.filters\.http\.jwt_authn\.v3\.JwtAuthentication$/;

/**
 * The section `jwt` of the first jwt_authn filter in a document.
 * @param folder where file names in it begin
 * @throws UserError when there is none
 */
export function importEnvoy(documents: unknown[], folder: string, losses: Losses): Json {
  const found = documents.flatMap((document) => findFilters(document, ""));
  if (found.length === 0) {
    throw new UserError(
      "no jwt_authn filter stands in this file",
      "give an Envoy configuration, an HTTP filter, or a JwtAuthentication with providers",
    );
  }
  for (const { at } of found.slice(1)) {
    losses.lost(at, "is a second jwt_authn filter", "import it from a file of its own");
  }
  const { value, at } = found[0]!;
  const section = readFilter(new Fields(value, at, losses), folder, losses);
  return { version: 1, jwt: section };
}

function findFilters(value: unknown, at: string): { value: Json; at: string }[] {
  if (Array.isArray(value)) return value.flatMap((item, i) => findFilters(item, `${at}[${i}]`));
  if (!isObject(value)) return [];
  const isTyped = typeof value["@type"] === "string" && typeName.test(value["@type"]);
  if (isTyped || (at === "" && isObject(value["providers"])))
    return [{ value, at: at || "(file)" }];
  return Object.entries(value).flatMap(([name, item]) =>
    findFilters(item, at === "" ? name : `${at}.${name}`),
  );
}

function readFilter(filter: Fields, folder: string, losses: Losses): Json {
  const providers: Json = {};
  const list = filter.object("providers");
  const names = Object.keys((filter.take("providers") ?? {}) as Json);
  const cacheSizes: number[] = [];
  for (const name of names) {
    const provider = list?.object(name);
    if (provider === undefined) continue;
    providers[name] = readProvider(provider, folder, losses);
    const size = provider.object("jwtCacheConfig")?.take("jwtCacheSize");
    if (typeof size === "number") cacheSizes.push(size);
    provider.end();
  }
  const map = filter.object("requirementMap");
  const rules = filter.objects("rules").flatMap((rule) => readRule(rule, map, losses));
  filter.lose("filterStateRules", "rules by filter state cannot be had", "match the path instead");
  filter.lose("stripFailureResponse", "answers always say what is wrong", "set modes instead");
  filter.take("statPrefix");
  const bypass = filter.take("bypassCorsPreflight");
  filter.end();
  // Envoy lets pass what no rule matches; here it would need a token.
  return compact({
    providers,
    rules: [...rules, { match: { prefix: "/" } }],
    bypassCorsPreflight: bypass === true ? true : undefined,
    cache: cacheSizes.length > 0 ? { entries: Math.max(...cacheSizes) } : undefined,
  });
}

function readProvider(provider: Fields, folder: string, losses: Losses): Json {
  const result = compact({
    issuer: provider.text("issuer"),
    audiences: provider.list("audiences"),
    subjects: readSubjects(provider, losses),
    // Here a token without an expiry is refused unless this is false.
    requireExpiration: provider.take("requireExpiration") === true,
    maxLifetime: provider.text("maxLifetime"),
    clockSkewSeconds: provider.take("clockSkewSeconds"),
    forward: provider.take("forward"),
    forwardPayloadHeader: provider.text("forwardPayloadHeader"),
    fromHeaders: provider
      .objects("fromHeaders")
      .map((header) =>
        compact({ name: header.text("name"), valuePrefix: header.text("valuePrefix") }),
      ),
    fromParams: provider.list("fromParams"),
    fromCookies: provider.list("fromCookies"),
    claimToHeaders: provider.objects("claimToHeaders").map((claim) => {
      const result = compact({
        headerName: claim.text("headerName"),
        claimName: claim.text("claimName"),
        claimPath: claim.list("claimPath"),
      });
      claim.end();
      return result;
    }),
    ...readKeys(provider, folder, losses),
  });
  addDefaultPlaces(result);
  const lose = (name: string, message: string, mend: string): void =>
    provider.lose(name, message, mend);
  lose("padForwardPayloadHeader", "the payload has no padding", "read base64url without it");
  const metadata = "nothing is written into Envoy's dynamic metadata";
  lose("payloadInMetadata", metadata, "use the section authz, or claimToHeaders");
  lose("headerInMetadata", metadata, "use claimToHeaders");
  lose("failedStatusInMetadata", metadata, "read the response code details");
  lose("normalizePayloadInMetadata", metadata, "authz reads scopes as words");
  lose("clearRouteCache", "Envoy looks its route up again by itself", "take it out");
  return result;
}

/** Without places of its own Envoy looks at the header and at the parameter `access_token`. */
function addDefaultPlaces(provider: Json): void {
  if ("fromHeaders" in provider || "fromParams" in provider || "fromCookies" in provider) return;
  provider["fromHeaders"] = [{ name: "authorization", valuePrefix: "Bearer " }];
  provider["fromParams"] = ["access_token"];
}

function readSubjects(provider: Fields, losses: Losses): string[] {
  const subjects = provider.object("subjects");
  if (subjects === undefined) return [];
  const exact = subjects.text("exact");
  if (exact !== undefined) return [exact];
  const mend = "list the subjects, or match them in authz by requestPrincipals";
  losses.lost(subjects.at, "is no exact subject", mend);
  return [];
}

function readKeys(provider: Fields, folder: string, losses: Losses): Json {
  const local = provider.object("localJwks");
  const remote = provider.object("remoteJwks");
  if (local !== undefined)
    return { localJwks: { inlineString: inlineKeys(local, folder, losses) } };
  if (remote === undefined) {
    losses.lost(provider.at, "names no keys", "add localJwks or remoteJwks");
    return {};
  }
  const uri = remote.object("httpUri");
  const asynchronous = remote.object("asyncFetch");
  const retry = remote.object("retryPolicy");
  const result = compact({
    httpUri: compact({
      uri: uri?.text("uri"),
      cluster: uri?.text("cluster"),
      timeout: uri?.text("timeout"),
    }),
    cacheDuration: remote.text("cacheDuration"),
    asyncFetch:
      asynchronous &&
      compact({
        fastListener: asynchronous.take("fastListener"),
        failedRefetchDuration: asynchronous.text("failedRefetchDuration"),
      }),
    retryPolicy: retry === undefined ? undefined : readRetries(retry),
  });
  retry?.end();
  remote.end();
  return { remoteJwks: result };
}

function readRetries(retry: Fields): Json {
  const backOff = retry.object("retryBackOff");
  const times = backOff && {
    baseInterval: backOff.text("baseInterval"),
    maxInterval: backOff.text("maxInterval"),
  };
  return compact({
    numRetries: retry.take("numRetries"),
    retryBackOff: times && compact(times),
  });
}

function inlineKeys(local: Fields, folder: string, losses: Losses): string {
  const inline = local.text("inlineString");
  const bytes = local.text("inlineBytes");
  const file = local.text("filename");
  if (inline !== undefined) return inline;
  if (bytes !== undefined) return Buffer.from(bytes, "base64").toString("utf8");
  if (file !== undefined && existsSync(path.resolve(folder, file))) {
    losses.note(local.at, "was read from its file", "import again when the keys change");
    return readFileSync(path.resolve(folder, file), "utf8");
  }
  losses.lost(local.at, "names keys that are not here", "write the key set into inlineString");
  return "";
}

function readRule(rule: Fields, map: Fields | undefined, losses: Losses): Json[] {
  const matches = readMatch(rule, losses);
  const named = rule.text("requirementName");
  const requires = named === undefined ? rule.object("requires") : map?.object(named);
  const requirement = requires === undefined ? undefined : readRequirement(requires, losses);
  rule.end();
  return matches.map((match) => compact({ match, requires: requirement }));
}

/** The paths of a rule; none when they cannot be had, which was said. */
function readMatch(rule: Fields, losses: Losses): Json[] {
  const match = rule.object("match");
  if (match === undefined) return [{ prefix: "/" }];
  const prefix = match.text("prefix");
  const exact = match.text("path");
  const separated = match.text("pathSeparatedPrefix");
  const before = losses.findings.length;
  const mend = "requests of this rule now fall under the next that fits: order rules by path";
  for (const name of [
    "safeRegex",
    "pathMatchPolicy",
    "connectMatcher",
    "headers",
    "queryParameters",
    "grpc",
    "tlsContext",
    "runtimeFraction",
    "dynamicMetadata",
  ]) {
    match.lose(name, "rules are told apart by path alone", mend);
  }
  if (match.take("caseSensitive") === false) {
    losses.lost(match.path("caseSensitive"), "paths are compared case-sensitively", mend);
  }
  match.end();
  if (losses.findings.length > before) return [];
  if (separated !== undefined) return [{ path: separated }, { prefix: `${separated}/` }];
  return exact !== undefined ? [{ path: exact }] : [{ prefix: prefix ?? "/" }];
}

function readRequirement(requires: Fields, losses: Losses): Json | undefined {
  const audiences = requires.object("providerAndAudiences");
  const unverified = requires.object("extractOnlyWithoutValidation");
  const any = requires.object("requiresAny");
  const all = requires.object("requiresAll");
  const isMissing = requires.take("allowMissing") !== undefined;
  const isFailed = requires.take("allowMissingOrFailed") !== undefined;
  const name = requires.text("providerName");
  if (audiences !== undefined) {
    const mend = "make a provider with these audiences";
    losses.lost(audiences.path("audiences"), "audiences belong to a provider", mend);
    return { providerName: audiences.text("providerName") };
  }
  if (unverified !== undefined) {
    losses.lost(unverified.at, "claims are never taken without verifying them", "verify the token");
    return undefined;
  }
  if (name !== undefined) return { providerName: name };
  if (isMissing) return { allowMissing: {} };
  if (isFailed) return { allowMissingOrFailed: {} };
  const list = (any ?? all)?.objects("requirements") ?? [];
  const requirements = list.map((one) => readRequirement(one, losses));
  if (any !== undefined) return { requiresAny: { requirements } };
  return all === undefined ? undefined : { requiresAll: { requirements } };
}
