// Envoy's `local_ratelimit` as policies: the bucket for all requests, and those of its descriptors, whose keys the `rate_limits` actions of the
// filter or of the routes explain. Reads a bootstrap, a listener, a filter or an EnvoyFilter alike: whatever holds such filters.
import { Names, type Imported, type ImportedPolicy } from "./imported.ts";

type Map = Record<string, unknown>;

const isMap = (value: unknown): value is Map =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const listOf = (value: unknown): Map[] => (Array.isArray(value) ? value.filter(isMap) : []);
/** A field under its snake_case or its camelCase name. */
const field = (map: Map, name: string): unknown =>
  map[name] ?? map[name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())];

/** Every map of a document, outermost first. */
function* maps(value: unknown): Generator<Map> {
  if (Array.isArray(value)) for (const item of value) yield* maps(item);
  if (!isMap(value)) return;
  yield value;
  for (const item of Object.values(value)) yield* maps(item);
}

const isFilter = (map: Map): boolean =>
  String(map["@type"] ?? "").includes("local_ratelimit.v3.LocalRateLimit") ||
  (field(map, "token_bucket") !== undefined && field(map, "stat_prefix") !== undefined);

/** One entry of a descriptor as an action makes it. */
interface Action {
  key: string;
  /** Value that the action always gives. */
  value?: string;
  source?: Map;
}

export function importLocalRateLimit(documents: unknown[]): Imported | undefined {
  const all = documents.flatMap((document) => [...maps(document)]);
  const filters = all.filter(isFilter);
  if (filters.length === 0) return undefined;
  const notes: string[] = [];
  const names = new Names();
  const policies: ImportedPolicy[] = [];
  const routes = all
    .filter((map) => !isFilter(map))
    .flatMap((map) => listOf(field(map, "rate_limits")));
  for (const filter of filters) {
    const name = String(field(filter, "stat_prefix") ?? "local");
    const own = listOf(field(filter, "rate_limits"));
    const actions = (own.length > 0 ? own : routes).map((limit) =>
      listOf(limit["actions"]).map(actionOf),
    );
    const bucket = field(filter, "token_bucket");
    const mode = modeOf(filter, name, notes);
    if (isMap(bucket)) {
      const limit = limitOf(bucket);
      policies.push({ name: names.make([name]), identity: [], ...mode, limit });
    }
    for (const descriptor of listOf(field(filter, "descriptors"))) {
      const policy = policyOf(descriptor, actions, name, names, notes);
      if (policy !== undefined) policies.push({ ...policy, ...mode });
    }
  }
  return { document: { version: 1, rateLimit: { policies } }, notes };
}

/** Both fractions are 0 % unless they are set: such a filter does nothing, and says so nowhere. */
function modeOf(filter: Map, name: string, notes: string[]): { mode?: string } {
  const share = (which: string): number => {
    const fraction = field(filter, which);
    const value = isMap(fraction) ? field(fraction, "default_value") : undefined;
    return isMap(value) ? Number(value["numerator"] ?? 0) : 0;
  };
  if (share("filter_enabled") === 0)
    notes.push(`${name}: filter_enabled is 0 %: it was off; here it counts in shadow`);
  else if (share("filter_enforced") === 0)
    notes.push(`${name}: filter_enforced is 0 %: here it is in shadow`);
  else return {};
  return { mode: "shadow" };
}

function limitOf(bucket: Map): Map {
  const requests = Number(field(bucket, "tokens_per_fill") ?? 1);
  const burst = Number(field(bucket, "max_tokens") ?? requests);
  return { requests, per: String(field(bucket, "fill_interval") ?? "1s"), burst };
}

function policyOf(
  descriptor: Map,
  actions: Action[][],
  filter: string,
  names: Names,
  notes: string[],
): ImportedPolicy | undefined {
  const entries = listOf(descriptor["entries"]);
  const bucket = field(descriptor, "token_bucket");
  const keys = entries.map(({ key }) => String(key));
  const place = `${filter}, descriptor ${keys.join(", ")}`;
  if (!isMap(bucket)) return undefined;
  const made = actions.find(
    (list) =>
      list.length === keys.length &&
      list.every(({ key, value }, i) => {
        const wanted = entries[i]["value"];
        return (
          key === keys[i] &&
          (value === undefined || wanted === undefined || wanted === "" || value === wanted)
        );
      }),
  );
  if (made === undefined) {
    notes.push(`${place}: no rate_limits action makes these keys: left out`);
    return undefined;
  }
  const policy: ImportedPolicy = {
    name: names.make([filter, ...entries.map(({ key, value }) => String(value ?? key))]),
    identity: [],
    missing: "skip",
    limit: limitOf(bucket),
  };
  for (let i = 0; i < entries.length; i++) {
    const { source, value: fixed } = made[i];
    const value = entries[i]["value"];
    if (fixed !== undefined && source === undefined) {
      notes.push(
        `${place}: ${keys[i]} is set by a route: add the paths or hosts of that route to match`,
      );
    } else if (source === undefined) {
      notes.push(`${place}: its action cannot be carried over: left out`);
      return undefined;
    } else if (value === undefined || value === "") policy.identity.push(source);
    else if (source["header"] !== undefined)
      addTo(policy, "headers", { name: source["header"], in: [String(value)] });
    else if (source["path"] !== undefined)
      addTo(policy, "paths", { exact: String(value).split("?")[0] });
    else {
      notes.push(`${place}: one value of ${keys[i]} cannot be a condition: left out`);
      return undefined;
    }
  }
  return policy;
}

function addTo(policy: ImportedPolicy, name: string, item: unknown): void {
  const match = (policy.match ??= {});
  match[name] = [...((match[name] as unknown[] | undefined) ?? []), item];
}

function actionOf(action: Map): Action {
  const headers = field(action, "request_headers");
  const masked = field(action, "masked_remote_address");
  const generic = field(action, "generic_key");
  const query = field(action, "query_parameters");
  if (isMap(headers)) {
    const header = String(field(headers, "header_name")).toLowerCase();
    const source: Map =
      header === ":path"
        ? { path: {} }
        : header === ":method"
          ? { method: true }
          : header === ":authority"
            ? { host: true }
            : { header };
    return { key: String(field(headers, "descriptor_key")), source };
  }
  if (field(action, "remote_address") !== undefined) {
    return { key: "remote_address", source: { clientIp: { v4Prefix: 32, v6Prefix: 128 } } };
  }
  if (isMap(masked)) {
    const v4Prefix = Number(field(masked, "v4_prefix_mask_len") ?? 32);
    const v6Prefix = Number(field(masked, "v6_prefix_mask_len") ?? 128);
    return { key: "masked_remote_address", source: { clientIp: { v4Prefix, v6Prefix } } };
  }
  if (isMap(query)) {
    return {
      key: String(field(query, "descriptor_key")),
      source: { query: String(field(query, "query_parameter_name")) },
    };
  }
  if (isMap(generic)) {
    return {
      key: String(field(generic, "descriptor_key") ?? "generic_key"),
      value: String(field(generic, "descriptor_value")),
    };
  }
  return { key: Object.keys(action)[0] ?? "" };
}
