// The limiters that are compared in Envoy: its own local_ratelimit, plain and with a bucket for each value of a header, ours, and the
// plainest denial there is. All of them count by the header `x-user`.
import { wasm, type Variant } from "./variants.ts";

const typed = (name: string, value: object): object => ({
  "@type": `type.googleapis.com/envoy.extensions.filters.http.${name}`,
  ...value,
});

const always = { default_value: { numerator: 100, denominator: "HUNDRED" } };

interface Bucket {
  tokens: number;
  everySeconds: number;
}

const bucket = ({ tokens, everySeconds }: Bucket): object => ({
  max_tokens: tokens,
  tokens_per_fill: tokens,
  fill_interval: `${everySeconds}s`,
});

function native(name: string, fields: object): Variant {
  return {
    name,
    filters: [
      {
        name: "local_ratelimit",
        typed_config: typed("local_ratelimit.v3.LocalRateLimit", {
          stat_prefix: "bench",
          filter_enabled: always,
          filter_enforced: always,
          ...fields,
        }),
      },
    ],
  };
}

/** One bucket for all requests. */
export const localPlain = (limit: Bucket): Variant =>
  native("native local_ratelimit, one bucket", { token_bucket: bucket(limit) });

/** A bucket for each user, kept in a list of the `most` used last; Envoy's default is 20. */
export const localDynamic = (limit: Bucket, most?: number): Variant =>
  native(`native local_ratelimit, dynamic descriptors${most === undefined ? "" : ` (${most})`}`, {
    token_bucket: bucket({ tokens: 1_000_000_000, everySeconds: limit.everySeconds }),
    descriptors: [{ entries: [{ key: "user" }], token_bucket: bucket(limit) }],
    rate_limits: [
      { actions: [{ request_headers: { header_name: "x-user", descriptor_key: "user" } }] },
    ],
    ...(most === undefined ? {} : { max_dynamic_descriptors: most }),
  });

/** Every request denied by a rule that reads nothing: a plain local reply. */
export const denyAll: Variant = {
  name: "native RBAC that denies everything",
  filters: [
    {
      name: "rbac",
      typed_config: typed("rbac.v3.RBAC", {
        rules: {
          action: "DENY",
          policies: { all: { permissions: [{ any: true }], principals: [{ any: true }] } },
        },
      }),
    },
  ],
};

export const ours = (name: string, file: string, policy: object): Variant =>
  wasm(name, file, {
    version: 1,
    rateLimit: { policies: [{ name: "user", identity: [{ header: "x-user" }], ...policy }] },
  });
