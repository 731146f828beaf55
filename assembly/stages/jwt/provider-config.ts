// Reads one entry of `jwt.providers`: the fields of Envoy's JwtProvider by their names, in camelCase or snake_case, and those that
// Envoy lacks. A field of Envoy's that is not built here is an error, never passed over: it would protect nothing.
import { View } from "../../abi/view";
import { lowerAscii } from "../../base/ascii";
import { ConfigValue } from "../../config/value";
import { keyStatusName, KeyStatus } from "../../crypto/key/status";
import { isToken } from "../../http/header-name";
import { Algorithm, STANDARD_ALGORITHMS, algorithmName } from "../../jose/algorithm";
import { KeySet } from "../../jose/key-set";
import { KnownAnswers } from "../../jose/known-answers";
import { TextSet } from "../../jose/text-set";
import { DEFAULT_TOKEN_BYTES } from "../../jose/token";
import { CredentialKind, Location } from "./credential";
import { ClaimOutput } from "./claim-outputs";
import { JwtProvider } from "./provider";
import { readRemote } from "./remote-config";
import { MAX_SCOPES } from "./scope-rule";
import { refuseUnbuilt } from "./unbuilt-fields";

/** Most entries of any list of a provider. */
const MAX_LIST: i32 = 32;

/** Reads a provider; errors go to the document, and the provider is then of no use. */
export function readProvider(section: ConfigValue, index: i32, seed: u64): JwtProvider {
  const maxTokenBytes = section.get("maxTokenBytes").sizeBytes(DEFAULT_TOKEN_BYTES, 256, 32768);
  const algorithms = readAlgorithms(section.get("algorithms"));
  const provider = new JwtProvider(index, section.name, <u32>maxTokenBytes, algorithms, seed);
  readClaimRules(section, provider);
  readLocations(section, provider);
  provider.forward = section.get("forward").bool(false);
  provider.payloadHeader = outputHeader(section.get("forwardPayloadHeader"));
  const outputs = list(section.get("claimToHeaders"), 0, MAX_LIST);
  for (let i = 0; i < outputs.length; i++) readOutput(outputs[i], provider);
  provider.outputs.prepare(<u32>maxTokenBytes);
  const remote = section.get("remoteJwks");
  const discovery = section.get("oidcDiscovery");
  const local = section.get("localJwks");
  const kinds = i32(remote.isPresent) + i32(discovery.isPresent) + i32(local.isPresent);
  if (section.isObject && kinds != 1) {
    section.fail(
      "must have exactly one of localJwks, remoteJwks and oidcDiscovery",
      'write "localJwks": {"inlineString": "..."}',
    );
  }
  if (local.isPresent) readKeys(local, provider.localKeys);
  else if (remote.isPresent) provider.remote = readRemote(remote, section, false, seed);
  else if (discovery.isPresent) provider.remote = readRemote(discovery, section, true, seed);
  refuseUnbuilt(section);
  return provider;
}

function readClaimRules(section: ConfigValue, provider: JwtProvider): void {
  const rules = provider.rules;
  const issuer = section.get("issuer");
  if (issuer.isText(1, 2048)) rules.issuers.add(issuer.textPtr, issuer.textLength);
  addTexts(section.get("audiences"), rules.audiences, MAX_LIST);
  readSubjects(section.get("subjects"), rules.subjects);
  addTexts(section.get("requiredClaims"), rules.required, MAX_LIST);
  addTexts(section.get("scopes"), provider.scopes.wanted, MAX_SCOPES);
  const typ = section.get("typ");
  if (typ.isText(1, 127)) addType(rules.types, lowerAscii(typ.string("")));
  rules.skewMs = section.get("clockSkewSeconds").integer(60, 0, 3600) * 1000;
  rules.requireExpiration = section.get("requireExpiration").bool(true);
  rules.maxLifetimeMs = section.get("maxLifetime").durationMs(0, 1000, 366 * 86400000);
}

/** A list of subjects, or Envoy's matcher of one. */
function readSubjects(section: ConfigValue, subjects: TextSet): void {
  if (!section.isObject) return addTexts(section, subjects, MAX_LIST);
  const exact = section.get("exact");
  if (exact.isText(1, 2048)) subjects.add(exact.textPtr, exact.textLength);
  if (exact.isPresent) return;
  section.opaque();
  section.fail("is no exact subject", "list subjects, or match requestPrincipals in authz");
}

function addType(types: TextSet, typ: string): void {
  const bare = typ.startsWith("application/") ? typ.substring(12) : typ;
  const bytes = View.of(bare);
  types.add(bytes.ptr, bytes.length);
}

function readAlgorithms(section: ConfigValue): u32 {
  const entries = list(section, 1, 15);
  if (!section.isPresent) return STANDARD_ALGORITHMS;
  const names: string[] = [];
  for (let a = <i32>Algorithm.HS256; a <= <i32>Algorithm.ES256K; a++) {
    names.push(algorithmName(<Algorithm>a));
  }
  let algorithms: u32 = 0;
  for (let i = 0; i < entries.length; i++) algorithms |= 1 << (entries[i].choice(names, 0) + 1);
  return algorithms;
}

function readLocations(section: ConfigValue, provider: JwtProvider): void {
  const headers = list(section.get("fromHeaders"), 1, MAX_LIST);
  for (let i = 0; i < headers.length; i++) {
    const name = headerName(headers[i].get("name").required("name the header"));
    const prefix = View.of(headers[i].get("valuePrefix").string(""));
    if (name !== null) provider.locations.push(new Location(CredentialKind.Header, name, prefix));
  }
  addNamed(section.get("fromParams"), CredentialKind.Parameter, provider);
  addNamed(section.get("fromCookies"), CredentialKind.Cookie, provider);
  if (provider.locations.length > 0) return;
  const bearer = View.of("Bearer ");
  provider.locations.push(new Location(CredentialKind.Header, View.of("authorization"), bearer));
}

function addNamed(section: ConfigValue, kind: CredentialKind, provider: JwtProvider): void {
  const entries = list(section, 1, MAX_LIST);
  for (let i = 0; i < entries.length; i++) {
    if (!entries[i].isText(1, 255)) continue;
    const name = View.copy(entries[i].textPtr, entries[i].textLength);
    provider.locations.push(new Location(kind, name, new View()));
  }
}

function readOutput(section: ConfigValue, provider: JwtProvider): void {
  const header = outputHeader(section.get("headerName").required("name the header"));
  const name = section.get("claimName");
  const names = section.get("claimPath");
  const path: View[] = [];
  if (name.isText(1, 255)) {
    const parts = name.string("").split(".");
    for (let i = 0; i < parts.length; i++) path.push(View.of(parts[i]));
  }
  const parts = list(names, 1, 16);
  if (name.isPresent == names.isPresent) {
    section.fail("must have one of claimName and claimPath", 'write "claimName": "sub"');
  }
  for (let i = 0; i < parts.length; i++) {
    if (parts[i].isText(1, 255)) path.push(View.copy(parts[i].textPtr, parts[i].textLength));
  }
  if (header !== null && path.length > 0) provider.outputs.list.push(new ClaimOutput(header, path));
}

/** A header that this filter alone may set; null and an error otherwise, null when it is absent. */
function outputHeader(value: ConfigValue): View | null {
  const name = headerName(value);
  if (name === null) return null;
  // They say where the request goes, how it is framed, or who sent it.
  const reserved =
    " host content-length transfer-encoding connection upgrade te trailer authorization cookie ";
  if (!reserved.includes(` ${name.toText()} `)) return name;
  value.fail("must not be a header that Envoy acts on", 'write a name such as "x-jwt-sub"');
  return null;
}

function headerName(value: ConfigValue): View | null {
  if (!value.isText(1, 255)) return null;
  const name = View.of(lowerAscii(value.string("")));
  if (isToken(name.ptr, name.length)) return name;
  value.fail("is no header name", 'write a name such as "x-jwt"');
  return null;
}

function readKeys(local: ConfigValue, keys: KeySet): void {
  const inline = local.get("inlineString");
  if (local.isObject) inline.required("write the key set as JSON or PEM text");
  if (!inline.isText(1, 262144)) return;
  const status = keys.read(inline.textPtr, inline.textLength);
  if (status != KeyStatus.Ok) {
    const why = keyStatusName(status);
    inline.fail(`holds no usable key set: ${why}`, "write a JWKS of public keys, or PEM");
  } else if (!new KnownAnswers().hold(keys)) {
    inline.fail("the known-answer test of a key's algorithm failed", "replace this damaged module");
  }
}

function addTexts(section: ConfigValue, texts: TextSet, most: i32): void {
  const entries = list(section, 1, most);
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i];
    if (!entry.isText(1, 2048)) continue;
    // Twice the same would ask for a second place that nothing can fill.
    if (!texts.has(entry.textPtr, entry.textLength)) texts.add(entry.textPtr, entry.textLength);
  }
}

/** The elements of an array of `least` to `most`; none when it is absent or anything else. */
function list(value: ConfigValue, least: i32, most: i32): ConfigValue[] {
  return value.isArray ? value.sized(least, most).items() : value.elements();
}
