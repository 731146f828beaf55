// What istiod makes of a list of AuthorizationPolicies: Envoy's RBAC filters, by the rules of Istio's builder
// (pilot/pkg/security/authz/builder and model), written anew for the comparison. Only what an HTTP filter chain needs.
type Json = Record<string, unknown>;

interface Rule {
  from?: { source: Json }[];
  to?: { operation: Json }[];
  when?: { key: string; values?: string[]; notValues?: string[] }[];
}

export interface Policy {
  metadata?: { name?: string; namespace?: string; annotations?: Record<string, string> };
  spec?: { action?: string; rules?: Rule[] };
  action?: string;
  rules?: Rule[];
}

const typed = (type: string, value: Json): Json => ({
  "@type": `type.googleapis.com/envoy.extensions.filters.http.${type}`,
  ...value,
});

/** AUDIT, DENY and ALLOW filters, in the order in which Istio places them. */
export function rbacFilters(policies: Policy[], trustDomains: string[] = []): Json[] {
  return (["AUDIT", "DENY", "ALLOW"] as const).flatMap((action) => {
    const own = policies.filter((policy) => (specOf(policy).action ?? "ALLOW") === action);
    if (own.length === 0) return [];
    const enforced = own.filter((policy) => !isDryRun(policy));
    const shadow = own.filter(isDryRun);
    return [
      {
        name: `rbac-${action}`,
        typed_config: typed("rbac.v3.RBAC", {
          ...(enforced.length > 0 ? { rules: engine(action, enforced, trustDomains) } : {}),
          ...(shadow.length > 0 ? { shadow_rules: engine(action, shadow, trustDomains) } : {}),
        }),
      },
    ];
  });
}

const specOf = (policy: Policy): { action?: string; rules?: Rule[] } => policy.spec ?? policy;
const isDryRun = (policy: Policy): boolean =>
  policy.metadata?.annotations?.["istio.io/dry-run"] === "true";

function engine(action: string, policies: Policy[], trustDomains: string[]): Json {
  const entries: [string, Json][] = [];
  policies.forEach((policy, place) => {
    const rules = specOf(policy).rules ?? [];
    const namespace = policy.metadata?.namespace ?? "";
    rules.forEach((rule, i) => {
      entries.push([`p${place}-rule${i}`, policyOf(rule, namespace, trustDomains)]);
    });
    if (rules.length === 0) {
      entries.push([
        `p${place}`,
        {
          permissions: [{ not_rule: { any: true } }],
          principals: [{ not_id: { any: true } }],
        },
      ]);
    }
  });
  return {
    action: action === "AUDIT" ? "LOG" : action,
    policies: Object.fromEntries(entries),
  };
}

/** Conditions as [attribute, values, notValues]. */
type Attribute = [key: string, values: string[], notValues: string[]];

const principalKeys: Record<string, string> = {
  principals: "source.principal",
  requestPrincipals: "request.auth.principal",
  namespaces: "source.namespace",
  serviceAccounts: "source.serviceAccount",
  trustDomains: "source.trustDomain",
  ipBlocks: "source.ip",
  remoteIpBlocks: "remote.ip",
};
const permissionKeys: Record<string, string> = {
  hosts: ":authority",
  methods: ":method",
  paths: "path",
  ports: "destination.port",
};
const isPermission = (key: string): boolean => /^(destination\.|connection\.)/.test(key);

function policyOf(rule: Rule, namespace: string, trustDomains: string[]): Json {
  const when = (rule.when ?? []).map(({ key, values = [], notValues = [] }): Attribute => [
    key,
    values,
    notValues,
  ]);
  const basePrincipal = when.filter(([key]) => !isPermission(key));
  const basePermission = when.filter(([key]) => isPermission(key));
  const sources = (rule.from ?? [{ source: {} }]).map(({ source }) =>
    attributes(source, principalKeys),
  );
  const operations = (rule.to ?? [{ operation: {} }]).map(({ operation }) =>
    attributes(operation, permissionKeys),
  );
  return {
    principals: sources.map((own) =>
      all("ids", [...own, ...basePrincipal], (key, value) =>
        principal(key, value, namespace, trustDomains),
      ),
    ),
    permissions: operations.map((own) => all("rules", [...own, ...basePermission], permission)),
  };
}

function attributes(section: Json, keys: Record<string, string>): Attribute[] {
  return Object.entries(keys).flatMap(([field, key]): Attribute[] => {
    const not = `not${field[0]!.toUpperCase()}${field.slice(1)}`;
    const values = (section[field] ?? []) as string[];
    const notValues = (section[not] ?? []) as string[];
    return values.length + notValues.length === 0 ? [] : [[key, values, notValues]];
  });
}

/** All attributes hold: one of their values, and none of their notValues. */
function all(
  kind: "ids" | "rules",
  list: Attribute[],
  one: (key: string, value: string) => Json,
): Json {
  const [and, or, not] =
    kind === "ids" ? ["and_ids", "or_ids", "not_id"] : ["and_rules", "or_rules", "not_rule"];
  const any = (key: string, values: string[]): Json => ({
    [or!]: { [kind]: values.map((value) => one(key, value)) },
  });
  const parts = list.flatMap(([key, values, notValues]) => [
    ...(values.length > 0 ? [any(key, values)] : []),
    ...(notValues.length > 0 ? [{ [not!]: any(key, notValues) }] : []),
  ]);
  return { [and!]: { [kind]: parts.length > 0 ? parts : [{ any: true }] } };
}

function permission(key: string, value: string): Json {
  switch (key) {
    case ":authority":
    case ":method":
      return { header: headerMatch(key, value, key === ":authority") };
    case "path":
      return /\{\*\*?\}/.test(value)
        ? {
            uri_template: {
              name: "uri-template",
              typed_config: {
                "@type":
                  "type.googleapis.com/envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig",
                path_template: value.replaceAll("{**}", "**").replaceAll("{*}", "*"),
              },
            },
          }
        : { url_path: { path: text(value) } };
    case "destination.port":
      return { destination_port: Number(value) };
    case "destination.ip":
      return { destination_ip: cidr(value) };
    case "connection.sni":
      return { requested_server_name: text(value) };
    default:
      throw new Error(`no permission ${key}`);
  }
}

const quote = (value: string): string => value.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
const regex = (value: string): Json => ({
  safe_regex: { regex: value.replaceAll("\\/", "/").replaceAll("\\-", "-") },
});
const authenticated = (name: Json): Json => ({ authenticated: { principal_name: name } });
const anyText = regex(".+");

/** Exact, prefix, suffix, or any text. */
function text(value: string, before = ""): Json {
  if (value === "*") return anyText;
  if (value.startsWith("*")) {
    return before === ""
      ? { suffix: value.slice(1) }
      : regex(`${before}.*${quote(value.slice(1))}`);
  }
  if (value.endsWith("*")) return { prefix: before + value.slice(0, -1) };
  return { exact: before + value };
}

function headerMatch(name: string, value: string, ignore_case = false): Json {
  if (value === "*") return { name, present_match: true };
  const match = value.startsWith("*")
    ? { suffix: value.slice(1) }
    : value.endsWith("*")
      ? { prefix: value.slice(0, -1) }
      : { exact: value };
  return { name, string_match: { ...match, ignore_case } };
}

function cidr(value: string): Json {
  const [address_prefix, length] = value.split("/");
  const whole = address_prefix!.includes(":") ? 128 : 32;
  return { address_prefix, prefix_len: length === undefined ? whole : Number(length) };
}

function principal(key: string, value: string, namespace: string, domains: string[]): Json {
  switch (key) {
    case "source.principal": {
      const names = aliases(value, domains).map((name) => authenticated(text(name, "spiffe://")));
      return names.length === 1 ? names[0]! : { or_ids: { ids: names } };
    }
    case "source.namespace": {
      const parts = value.split("*").map(quote).join(".*");
      return authenticated(regex(`.*/ns/${parts}/.*`));
    }
    case "source.serviceAccount": {
      const [ns, account] = value.includes("/") ? value.split("/") : [namespace, value];
      return authenticated(regex(`spiffe://.+/ns/${quote(ns!)}/(.+/|)sa/${quote(account!)}(/.+)?`));
    }
    case "source.trustDomain": {
      if (value === "*") return authenticated({ prefix: "spiffe://" });
      if (!value.includes("*")) return authenticated({ prefix: `spiffe://${value}/` });
      const [left, right] = value.split("*");
      return authenticated(regex(`spiffe://${quote(left!)}[^/]*${quote(right!)}/.*`));
    }
    case "source.ip":
      return { direct_remote_ip: cidr(value) };
    case "remote.ip":
      return { remote_ip: cidr(value) };
    case "request.auth.principal":
      return requestPrincipal(value);
    case "request.auth.audiences":
      return claim(["aud"], value);
    case "request.auth.presenter":
      return claim(["azp"], value);
    default:
  }
  const header = /^request\.headers\[(.+)\]$/.exec(key);
  if (header !== null) return { header: headerMatch(header[1]!, value) };
  const claims = /^request\.auth\.claims(\[.+\])$/.exec(key);
  if (claims === null) throw new Error(`no principal ${key}`);
  return claim(
    [...claims[1]!.matchAll(/\[([^[\]]+)\]/g)].map((match) => match[1]!),
    value,
  );
}

function aliases(value: string, domains: string[]): string[] {
  const [domain, ...rest] = value.split("/");
  if (rest.length !== 4 || domain === "*" || !domains.includes(domain!)) return [value];
  return domains.map((name) => [name, ...rest].join("/"));
}

function metadata(keys: string[], value: Json): Json {
  return {
    metadata: {
      filter: "envoy.filters.http.jwt_authn",
      path: ["payload", ...keys].map((key) => ({ key })),
      value,
    },
  };
}

function claim(keys: string[], value: string): Json {
  const one = { string_match: text(value) };
  return metadata(keys, { or_match: { value_matchers: [{ list_match: { one_of: one } }, one] } });
}

function requestPrincipal(value: string): Json {
  const slash = value.lastIndexOf("/");
  const issuer = slash < 0 ? value : value.slice(0, slash);
  const subject = slash < 0 ? "" : value.slice(slash + 1);
  const both = (iss: Json, sub: Json): Json => ({
    and_ids: {
      ids: [metadata(["iss"], { string_match: iss }), metadata(["sub"], { string_match: sub })],
    },
  });
  if (value === "*") return both(anyText, anyText);
  if (value.startsWith("*")) {
    if (slash < 0) return both(anyText, { suffix: value.slice(1) });
    return both(issuer === "*" ? anyText : { suffix: issuer.slice(1) }, { exact: subject });
  }
  if (value.endsWith("*")) {
    if (slash < 0) return both({ prefix: value.slice(0, -1) }, anyText);
    return both({ exact: issuer }, subject === "*" ? anyText : { prefix: subject.slice(0, -1) });
  }
  return both({ exact: issuer }, { exact: subject });
}
