// The YAML of github.com/envoyproxy/ratelimit as that service reads it: unknown keys, unknown units, empty keys and duplicates are errors,
// each with the place where it stands. Several files may describe one domain only when that is asked for (its MERGE_DOMAIN_CONFIG).
import { parseDocument } from "yaml";
import { UserError } from "../exit.ts";

export interface RateLimitRule {
  requests: number;
  unit: string;
  unlimited: boolean;
  name: string;
  replaces: string[];
}

export interface DescriptorNode {
  key: string;
  /** Undefined: any value. */
  value: string | undefined;
  limit: RateLimitRule | undefined;
  shadow: boolean;
  sharesThreshold: boolean;
  children: DescriptorNode[];
}

export interface ServiceRules {
  domain: string;
  descriptors: DescriptorNode[];
}

/** Seconds of each unit, as the service counts them. */
export const unitSeconds: Record<string, number> = {
  second: 1,
  minute: 60,
  hour: 3600,
  day: 86_400,
  week: 604_800,
  month: 2_592_000,
  year: 31_536_000,
};

const nodeKeys = new Set([
  ...["key", "value", "descriptors", "rate_limit", "shadow_mode", "quota_mode", "detailed_metric"],
  ...["value_to_metric", "share_threshold", "metadata"],
]);
const limitKeys = new Set(["requests_per_unit", "unit", "unlimited", "name", "replaces"]);

type Map = Record<string, unknown>;

class Reader {
  constructor(private readonly file: string) {}

  fail(place: string, message: string, mend: string): never {
    throw new UserError(`${this.file}: ${place}: ${message}`, mend);
  }

  map(value: unknown, place: string): Map {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      this.fail(place, "is no map", "write key: value");
    return value as Map;
  }

  keys(map: Map, known: Set<string>, place: string): void {
    const unknown = Object.keys(map).find((key) => !known.has(key));
    if (unknown !== undefined)
      this.fail(place, `unknown key "${unknown}"`, `known are ${[...known].join(", ")}`);
  }

  text(value: unknown): string {
    return value === undefined || value === null ? "" : String(value as string | number | boolean);
  }
}

/**
 * Reads one file.
 * @throws UserError as the service would refuse it
 */
export function readServiceRules(text: string, file: string): ServiceRules {
  const reader = new Reader(file);
  const parsed = parseDocument(text);
  if (parsed.errors.length > 0)
    throw new UserError(`${file}: ${parsed.errors[0].message}`, "mend its YAML");
  const root = reader.map(parsed.toJS(), "the file");
  reader.keys(root, new Set(["domain", "descriptors"]), "the file");
  const domain = reader.text(root["domain"]);
  if (domain === "") reader.fail("domain", "is empty", "name the domain");
  return { domain, descriptors: readNodes(reader, root["descriptors"], domain) };
}

function readNodes(reader: Reader, list: unknown, place: string): DescriptorNode[] {
  if (list === undefined || list === null) return [];
  if (!Array.isArray(list)) return reader.fail(place, "descriptors are no list", "write - key: …");
  const seen = new Set<string>();
  return list.map((item: unknown) => {
    const map = reader.map(item, place);
    reader.keys(map, nodeKeys, place);
    const key = reader.text(map["key"]);
    if (key === "") reader.fail(place, "a descriptor has no key", "add its key");
    const value =
      map["value"] === undefined || map["value"] === null ? undefined : reader.text(map["value"]);
    const name = value === undefined ? key : `${key}_${value}`;
    if (seen.has(name)) reader.fail(`${place}.${name}`, "stands there twice", "keep one of them");
    seen.add(name);
    const here = `${place}.${name}`;
    return {
      key,
      value: value === "" ? undefined : value,
      limit:
        map["rate_limit"] === undefined ? undefined : readLimit(reader, map["rate_limit"], here),
      shadow: map["shadow_mode"] === true,
      sharesThreshold: map["share_threshold"] === true,
      children: readNodes(reader, map["descriptors"], here),
    };
  });
}

function readLimit(reader: Reader, value: unknown, place: string): RateLimitRule {
  const map = reader.map(value, place);
  reader.keys(map, limitKeys, place);
  const unlimited = map["unlimited"] === true;
  const unit = reader.text(map["unit"]).toLowerCase();
  const name = reader.text(map["name"]);
  if (unlimited && unit !== "")
    reader.fail(place, "is unlimited and has a unit", "keep one of them");
  if (!unlimited && !(unit in unitSeconds))
    reader.fail(place, `"${unit}" is no unit`, `use ${Object.keys(unitSeconds).join(", ")}`);
  const replaces = Array.isArray(map["replaces"])
    ? map["replaces"].map((item: unknown) => reader.text(reader.map(item, place)["name"]))
    : [];
  if (replaces.includes("")) reader.fail(place, "replaces something without a name", "name it");
  if (name !== "" && replaces.includes(name)) reader.fail(place, "replaces itself", "take it out");
  return { requests: Number(map["requests_per_unit"] ?? 0), unit, unlimited, name, replaces };
}

/**
 * The rules of several files together.
 * @param merge files of one domain are joined; otherwise they are an error
 */
export function mergeRules(
  all: { rules: ServiceRules; file: string }[],
  merge: boolean,
): ServiceRules {
  const [{ rules: first }] = all;
  for (const { rules, file } of all.slice(1)) {
    if (rules.domain !== first.domain)
      throw new UserError(
        `${file}: is of another domain, "${rules.domain}"`,
        "import one domain at a time",
      );
    if (!merge)
      throw new UserError(
        `${file}: its domain "${rules.domain}" was there already`,
        "add --merge-domains",
      );
    for (const node of rules.descriptors) {
      if (first.descriptors.some(({ key, value }) => key === node.key && value === node.value))
        throw new UserError(`${file}: ${node.key} stands in two files`, "keep one of them");
      first.descriptors.push(node);
    }
  }
  return first;
}
