// Rules of the rate-limit service as policies. The service counts the most specific entry that matches: entries of one key become the tiers
// and exemptions of one policy. Which part of a request a key stands for is decided in Envoy's routes; what Envoy's own actions call it is
// known, any other key is taken for the header of that name unless `--key` says otherwise.
import { Names, type Imported, type ImportedPolicy } from "./imported.ts";
import {
  unitSeconds,
  type DescriptorNode,
  type RateLimitRule,
  type ServiceRules,
} from "./service-rules.ts";

export interface ServiceImportOptions {
  /** Key to a part of an identity, for example `{ header: "x-user" }`. */
  keys: Record<string, Record<string, unknown>>;
  /** Cluster of the service: the policies ask it as well. Undefined: local limits alone. */
  cluster: string | undefined;
}

const known: Record<string, Record<string, unknown>> = {
  remote_address: { clientIp: { v4Prefix: 32, v6Prefix: 128 } },
  masked_remote_address: { clientIp: {} },
  path: { path: {} },
  PATH: { path: {} },
  method: { method: true },
  host: { host: true },
};

/** Most that a calendar window can count. */
const mostInWindow = 16_777_214;

interface Step {
  key: string;
  value: string | undefined;
}

export function importServiceRules(rules: ServiceRules, options: ServiceImportOptions): Imported {
  const importer = new Importer(rules.domain, options);
  importer.walk(rules.descriptors, []);
  const { cluster } = options;
  return {
    document: {
      version: 1,
      rateLimit: {
        ...(cluster === undefined ? {} : { service: { cluster, domain: rules.domain } }),
        policies: importer.policies,
      },
    },
    notes: importer.notes,
  };
}

class Importer {
  readonly policies: ImportedPolicy[] = [];
  readonly notes: string[] = [];
  private readonly names = new Names();

  constructor(
    private readonly domain: string,
    private readonly options: ServiceImportOptions,
  ) {}

  walk(nodes: DescriptorNode[], above: Step[]): void {
    const keys = [...new Set(nodes.map(({ key }) => key))];
    for (const key of keys) {
      const all = nodes.filter((node) => node.key === key);
      const any = all.find(({ value }) => value === undefined);
      const leaves = all.filter((node) => node !== any && node.children.length === 0);
      if (any?.limit !== undefined) this.addWithTiers(any, leaves, above);
      else for (const leaf of leaves) if (leaf.limit !== undefined) this.add(leaf, above);
      for (const node of all) {
        if (node.children.length === 0) continue;
        if (node !== any && node.limit !== undefined) this.add(node, above);
        this.walk(node.children, [...above, { key, value: node.value }]);
      }
    }
  }

  /** An entry for any value, with those for single values as its tiers. */
  private addWithTiers(any: DescriptorNode, single: DescriptorNode[], above: Step[]): void {
    const policy = this.add(any, above);
    if (policy === undefined) return;
    const source = this.sourceOf(any.key);
    const usable = single.filter((node) => {
      if (source["header"] !== undefined && !node.value!.includes("*")) return true;
      this.note(
        [...above, node],
        "a value that is no header's, or has a *, cannot be a tier: the limit for any value holds",
      );
      return false;
    });
    const name = String(source["header"]);
    const limited = usable.filter(({ limit }) => limit !== undefined && !limit.unlimited);
    const free = usable.filter(({ limit }) => limit === undefined || limit.unlimited);
    if (free.length > 0) policy.exempt = { header: { name, in: free.map(({ value }) => value) } };
    const period = unitSeconds[any.limit!.unit];
    for (const { value, limit, shadow } of limited) {
      const step = { key: any.key, value };
      if (limit!.requests < 1) {
        this.note([...above, step], "a limit of 0 is no tier: deny such requests with authz");
        continue;
      }
      if (shadow)
        this.note(
          [...above, step],
          "a tier has no mode of its own: it is enforced as the policy is",
        );
      if (policy.algorithm === "fixedWindow" && unitSeconds[limit!.unit] !== period) {
        // Windows of one policy are of one length.
        delete policy.algorithm;
        this.note(
          [...above, step],
          "has another unit: the policy gives tokens back evenly instead",
        );
      }
      (policy.tiers ??= []).push({
        when: { header: { name, in: [value] } },
        limit: limitOf(limit!),
      });
    }
  }

  private add(node: DescriptorNode, above: Step[]): ImportedPolicy | undefined {
    const steps = [...above, { key: node.key, value: node.value }];
    const limit = node.limit!;
    if (limit.unlimited) return undefined;
    if (limit.requests < 1) {
      this.note(steps, "a limit of 0 is no policy: deny such requests with authz");
      return undefined;
    }
    const policy: ImportedPolicy = {
      name: this.names.make([
        limit.name === "" ? steps.map(({ key, value }) => value ?? key).join("-") : limit.name,
      ]),
      identity: [],
      missing: "skip",
      algorithm: "fixedWindow",
      limit: limitOf(limit),
    };
    for (const step of steps) if (!this.condition(policy, step, steps)) return undefined;
    if (limit.requests > mostInWindow) {
      delete policy.algorithm;
      this.note(steps, "is more than a window can count: tokens are given back evenly instead");
    }
    if (node.shadow) policy.mode = "shadow";
    if (limit.replaces.length > 0) this.note(steps, "replaces other limits: ours all apply");
    if (node.sharesThreshold) this.note(steps, "share_threshold is not carried over");
    if (this.options.cluster !== undefined) {
      policy.global = {
        descriptor: steps.map(({ key, value }) =>
          value === undefined ? { key, ...this.sourceOf(key) } : { key, value },
        ),
      };
    }
    this.policies.push(policy);
    return policy;
  }

  /** A step with a value is a condition, one without is a part of the identity. False: it cannot be said. */
  private condition(policy: ImportedPolicy, { key, value }: Step, steps: Step[]): boolean {
    const source = this.sourceOf(key);
    if (value === undefined) {
      policy.identity.push(source);
      return true;
    }
    if (value.includes("*")) {
      this.note(steps, `the pattern "${value}" cannot be carried over: left out`);
      return false;
    }
    const match = (policy.match ??= {});
    if (key === "generic_key" && this.options.keys[key] === undefined) {
      this.note(steps, "is set by a route: add the paths or hosts of that route to match");
      if (Object.keys(match).length === 0) delete policy.match;
      return true;
    }
    const list = (name: string, item: unknown): void => {
      match[name] = (match[name] as unknown[] | undefined) ?? [];
      (match[name] as unknown[]).push(item);
    };
    if (source["header"] !== undefined) list("headers", { name: source["header"], in: [value] });
    else if (source["method"] !== undefined) list("methods", value);
    else if (source["host"] !== undefined) list("hosts", value);
    else if (source["path"] !== undefined) list("paths", { exact: value });
    else {
      this.note(steps, `one value of ${key} cannot be a condition: left out`);
      return false;
    }
    return true;
  }

  private sourceOf(key: string): Record<string, unknown> {
    return this.options.keys[key] ?? known[key] ?? { header: key.toLowerCase() };
  }

  private note(steps: Step[], text: string): void {
    const place = steps.map(({ key, value }) => (value === undefined ? key : `${key}=${value}`));
    this.notes.push(`${this.domain}.${place.join(".")}: ${text}`);
  }
}

function limitOf(limit: RateLimitRule): Record<string, unknown> {
  return { requests: limit.requests, per: `${unitSeconds[limit.unit]}s` };
}
