// Configurations of the limiter that could not hold are refused at their place, by filter and schema alike where the schema can know.
import { describe, expect, test } from "vitest";
import { documentSchema } from "./document-schema.ts";
import { admitted, fivePerMinute, limited, type Policy } from "./limited.ts";

/** One shard. */
const small: Policy = { ...fivePerMinute, maxIdentities: 62 };

describe("configurations that are refused", () => {
  const isValid = documentSchema();

  const policy = (more: object): object => ({ policies: [{ ...small, ...more }] });
  // Pointer below /rateLimit, what the error says, the section, and whether the schema can know.
  const rows: [string, string, object, boolean][] = [
    ["/policies", "is missing", {}, true],
    ["/policies", "at least 1", { policies: [] }, true],
    ["/policies/0/name", "no name", policy({ name: "a b" }), true],
    ["/policies/1/name", "names another", { policies: [small, small] }, false],
    ["/policies/0/identity", "is missing", policy({ identity: undefined }), true],
    ["/policies/0/identity/0", "exactly one", policy({ identity: [{}] }), true],
    [
      "/policies/0/identity/0/jwtClaim",
      "verifies tokens",
      policy({ identity: [{ jwtClaim: "sub" }] }),
      false,
    ],
    ["/policies/0/identity/0/header", "no token", policy({ identity: [{ header: "a b" }] }), false],
    ["/policies/0/fallback", "is missing", policy({ missing: "fallback" }), false],
    ["/policies/0/limit/requests", "from 1", policy({ limit: { requests: 0, per: "1m" } }), true],
    ["/policies/0/limit/per", "duration", policy({ limit: { requests: 1, per: "soon" } }), true],
    ["/policies/0/limit", "a million", policy({ limit: { requests: 1e7, per: "1s" } }), false],
    [
      "/policies/0/limit",
      "400 days",
      policy({ limit: { requests: 1, per: "365d", burst: 1e6 } }),
      false,
    ],
    [
      "/policies/0/limit/burst",
      "no meaning",
      policy({ algorithm: "fixedWindow", limit: { requests: 5, per: "1m", burst: 9 } }),
      false,
    ],
    ["/policies/0", "cost of 6 and a burst of 5", policy({ costByMethod: { POST: 6 } }), false],
    ["/policies/0/leaseTokens", "an eighth", policy({ leaseTokens: 1 }), false],
    ["/policies/0/blockScope", "no blockFor", policy({ blockScope: "match" }), false],
    [
      "/policies/0/match/paths/0/exact",
      "begin with /",
      policy({ match: { paths: [{ exact: "a" }] } }),
      true,
    ],
    ["/policies/0/mod", 'did you mean "mode"', policy({ mod: "tag" }), true],
    ["/clientIp", "from nobody", { ...policy({}), clientIp: { from: "xForwardedFor" } }, false],
    [
      "/clientIp/trustedHops",
      "beside trustedProxies",
      { ...policy({}), clientIp: { trustedHops: 1, trustedProxies: ["10.0.0.0/8"] } },
      false,
    ],
    ["/hashSecret", "at least 16", { ...policy({}), hashSecret: "short" }, true],
  ];

  test.each(rows)("%s: %s", async (pointer, says, rateLimit, inSchema) => {
    const host = await limited({ policies: [small] });
    const before = host.shared.keys().length;
    const document = { version: 1, rateLimit: JSON.parse(JSON.stringify(rateLimit)) as object };
    const result = host.updateConfig("limiter", JSON.stringify(document));
    expect(result.ok).toBe(false);
    const lines = result.logs.map((line) => line.message);
    const line = lines.find((text) => text.startsWith(`/rateLimit${pointer}: `));
    expect(line, lines.join("\n")).toContain(says);
    expect(isValid(document)).toBe(!inSchema);
    // A refused configuration leaves no table behind, and the running one goes on.
    expect(host.shared.keys()).toHaveLength(before);
    expect(await admitted(host, 9)).toBe(5);
    host.close();
  });
});
