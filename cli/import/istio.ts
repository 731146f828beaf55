// Istio's RequestAuthentication and AuthorizationPolicy, as they are applied to a cluster, several documents in a file. Policies go over
// as they are; token rules become providers, any of which may be met, or none: in Istio a missing token passes until a policy asks for
// it.
import { UserError } from "../exit.ts";
import type { Losses } from "./loss.ts";
import { compact, Fields, isObject, type Json } from "./loss.ts";

/**
 * The sections `jwt` and `authz` of all resources.
 * @throws UserError when there is nothing to carry over
 */
export function importIstio(documents: unknown[], losses: Losses): Json {
  const resources = documents.flatMap(itemsOf).filter(isObject);
  const providers: Json = {};
  const policies: Json[] = [];
  for (const resource of resources) {
    const at = nameOf(resource);
    if (resource["kind"] === "RequestAuthentication") {
      readAuthentication(new Fields(resource, at, losses), providers, losses);
    } else if (resource["kind"] === "AuthorizationPolicy") {
      const policy = readPolicy(resource, at, losses);
      if (policy !== undefined) policies.push(policy);
    } else {
      losses.lost(
        at,
        "is neither RequestAuthentication nor AuthorizationPolicy",
        "leave it where it is",
      );
    }
  }
  if (Object.keys(providers).length + policies.length === 0) {
    throw new UserError(
      "nothing in this file can be carried over",
      "give RequestAuthentication and AuthorizationPolicy resources as YAML",
    );
  }
  return compact({ version: 1, ...jwtSection(providers), authz: authzSection(policies) });
}

function itemsOf(document: unknown): unknown[] {
  if (isObject(document) && Array.isArray(document["items"])) return document["items"];
  return document === null || document === undefined ? [] : [document];
}

function nameOf(resource: Json): string {
  const metadata = isObject(resource["metadata"]) ? resource["metadata"] : {};
  const name = [metadata["namespace"], metadata["name"]].filter((part) => part !== undefined);
  return [String(resource["kind"] ?? "(no kind)"), ...name].join("/");
}

function jwtSection(providers: Json): Json {
  const names = Object.keys(providers);
  if (names.length === 0) return {};
  const requirements = [...names.map((providerName) => ({ providerName })), { allowMissing: {} }];
  const rule = { match: { prefix: "/" }, requires: { requiresAny: { requirements } } };
  return { jwt: { providers, rules: [rule] } };
}

/** Without policies Istio allows everything, and so does a filter without the section. */
function authzSection(policies: Json[]): Json | undefined {
  return policies.length === 0 ? undefined : { policies };
}

function readAuthentication(resource: Fields, providers: Json, losses: Losses): void {
  resource.take("apiVersion");
  resource.take("kind");
  resource.take("metadata");
  resource.take("status");
  const spec = resource.object("spec");
  if (spec === undefined) return;
  loseSelectors(spec, losses);
  for (const rule of spec.objects("jwtRules")) {
    const issuer = rule.text("issuer");
    const name = freeName(issuer ?? "issuer", providers);
    providers[name] = readRule(rule, issuer, losses);
    rule.end();
  }
  spec.end();
  resource.end();
}

/** A provider's name: the issuer without what names cannot hold, and a number when it is taken. */
function freeName(issuer: string, providers: Json): string {
  const base = issuer
    .replace(/^https?:\/\//, "")
    .replace(/[^A-Za-z0-9.-]+/g, "-")
    .replace(/-+$/, "");
  let name = base;
  for (let i = 2; name in providers; i++) name = `${base}-${i}`;
  return name;
}

function readRule(rule: Fields, issuer: string | undefined, losses: Losses): Json {
  const headers = rule
    .objects("fromHeaders")
    .map((header) => compact({ name: header.text("name"), valuePrefix: header.text("prefix") }));
  const params = rule.list("fromParams");
  const cookies = rule.list("fromCookies");
  const isDefault = headers.length + params.length + cookies.length === 0;
  const words = rule
    .list("spaceDelimitedClaims")
    .filter((name) => name !== "scope" && name !== "permission");
  if (words.length > 0) {
    const mend = "write its values as an array into the token, or match the whole text";
    losses.lost(rule.path("spaceDelimitedClaims"), "only scope and permission are words", mend);
  }
  losses.note(
    rule.at,
    "tokens without exp pass, as in Istio",
    "take requireExpiration out when your issuer always writes one",
  );
  return compact({
    issuer,
    audiences: rule.list("audiences"),
    requireExpiration: false,
    fromHeaders: isDefault ? [{ name: "authorization", valuePrefix: "Bearer " }] : headers,
    fromParams: isDefault ? ["access_token"] : params,
    fromCookies: cookies,
    forward: rule.take("forwardOriginalToken") === true ? true : undefined,
    forwardPayloadHeader: rule.text("outputPayloadToHeader"),
    claimToHeaders: rule
      .objects("outputClaimToHeaders")
      .map((output) =>
        compact({ headerName: output.text("header"), claimName: output.text("claim") }),
      ),
    ...readKeys(rule, losses),
  });
}

function readKeys(rule: Fields, losses: Losses): Json {
  const jwks = rule.text("jwks");
  const uri = rule.text("jwksUri");
  const timeout = rule.text("timeout");
  if (jwks !== undefined) return { localJwks: { inlineString: jwks } };
  if (uri === undefined) {
    losses.lost(rule.at, "finds its keys by discovery", "add oidcDiscovery with a cluster");
    return {};
  }
  const { hostname, port, protocol } = new URL(uri);
  const number = port !== "" ? port : protocol === "http:" ? "80" : "443";
  const cluster = `outbound|${number}||${hostname}`;
  losses.note(
    rule.path("jwksUri"),
    `is fetched through the cluster ${cluster}, by the proxy itself and not by istiod`,
    "add a ServiceEntry for the host, and a DestinationRule that speaks TLS to it",
  );
  return { remoteJwks: { httpUri: compact({ uri, cluster, timeout }) } };
}

function readPolicy(resource: Json, at: string, losses: Losses): Json | undefined {
  const spec = isObject(resource["spec"]) ? { ...resource["spec"] } : {};
  if (spec["action"] === "CUSTOM") {
    losses.lost(at, "asks another service", "keep it in Istio, or use Envoy's ext_authz filter");
    return undefined;
  }
  const fields = new Fields(spec, `${at}.spec`, losses);
  loseSelectors(fields, losses);
  delete spec["selector"];
  delete spec["targetRef"];
  delete spec["targetRefs"];
  if (/"experimental\.envoy\.filters/.test(JSON.stringify(spec))) {
    const mend = "take the condition out: the filter refuses to load with it";
    losses.lost(at, "asks for Envoy's dynamic metadata", mend);
  }
  if (JSON.stringify(spec).includes('"ipBlocks"') || JSON.stringify(spec).includes('"source.ip"')) {
    losses.note(
      at,
      "compares the connection's address, which here is source.address",
      "set use_remote_address on the listener, or a client names it in x-forwarded-for",
    );
  }
  const metadata = isObject(resource["metadata"]) ? resource["metadata"] : {};
  const annotations = isObject(metadata["annotations"]) ? metadata["annotations"] : {};
  const isDryRun = annotations["istio.io/dry-run"] === "true";
  return compact({
    name: metadata["name"],
    namespace: metadata["namespace"],
    mode: isDryRun ? "shadow" : undefined,
    ...spec,
    // An empty list is not the same as none: nothing is allowed.
    ...(Array.isArray(spec["rules"]) && spec["rules"].length === 0 ? { rules: undefined } : {}),
  });
}

/** Where the filter is loaded is where it speaks: a selector has no meaning here. */
function loseSelectors(spec: Fields, losses: Losses): void {
  for (const name of ["selector", "targetRef", "targetRefs"]) {
    if (spec.take(name) === undefined) continue;
    losses.lost(
      spec.path(name),
      "names workloads, and the filter speaks for the one it is loaded into",
      "load it by the same selector, in the WasmPlugin",
    );
  }
}
