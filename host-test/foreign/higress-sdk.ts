// What Higress's Go SDK expects of its request-block example: the facts of its main_test.go. The module carries Higress's
// own ABI marker, which no Envoy knows, so it is loaded with that pack.
import assert from "node:assert/strict";
import type { RequestInit } from "../host/index.ts";
import { higress } from "../host/vendor/index.ts";
import type { Check } from "./check.ts";
import { answered, stage } from "./stage.ts";

const usual = {
  blocked_code: 403,
  blocked_message: "Access denied",
  case_sensitive: false,
  block_urls: ["blocked", "forbidden"],
  block_exact_urls: ["/exact-block", "/admin"],
  block_regexp_urls: ["/api/v\\d+/blocked"],
  block_headers: ["blocked-header", "malicious"],
  block_bodies: ["blocked-content", "spam"],
};
const byDomain = {
  ...usual,
  _rules_: [
    {
      _match_domain_: ["custom.example.com"],
      blocked_code: 429,
      blocked_message: "Too many requests for custom domain",
      case_sensitive: true,
      block_urls: ["custom-blocked"],
    },
    {
      _match_domain_: ["another.example.com"],
      blocked_code: 451,
      blocked_message: "Unavailable for legal reasons",
      block_urls: ["legal-blocked"],
    },
  ],
};
const tooMany = {
  blocked_code: 429,
  blocked_message: "Too many requests",
  block_urls: ["rate-limit"],
};
const invalid = { blocked_code: 999, blocked_message: "Invalid code", block_urls: ["test"] };

function blocks(
  name: string,
  request: RequestInit,
  status: number,
  body?: string,
  config: unknown = usual,
): Check {
  return {
    name,
    run: (wasm) => {
      const filter = { config: JSON.stringify(config), vendors: [higress()] };
      const { host } = stage(wasm, filter);
      const exchange = host.requestSync({ authority: "test.com", ...request });
      answered(exchange, status, body);
      assert.equal(exchange.denied, status !== 200);
    },
  };
}

const denied = "Access denied";

/** By folder of the SDK's examples. */
export const higressSdk: Record<string, Check[]> = {
  "request-block": [
    blocks("a keyword in the URL", { path: "/api/blocked/endpoint" }, 403, denied),
    blocks("an exact URL", { path: "/exact-block" }, 403, denied),
    blocks("a pattern", { path: "/api/v1/blocked" }, 403, denied),
    blocks(
      "a header",
      { path: "/api/valid", headers: [["blocked-header", "some-value"]] },
      403,
      denied,
    ),
    blocks(
      "a body",
      { path: "/api/safe/endpoint", body: "This is blocked-content in the body" },
      403,
      denied,
    ),
    blocks("a valid request passes", { path: "/api/valid/endpoint" }, 200),
    blocks("upper case is the same", { path: "/API/BLOCKED/ENDPOINT" }, 403),
    blocks("another code", { path: "/api/rate-limit/test" }, 429, "Too many requests", tooMany),
    blocks("a code that is none becomes 403", { path: "/test" }, 403, "Invalid code", invalid),
    blocks(
      "rules of a domain",
      { authority: "custom.example.com", path: "/custom-blocked" },
      429,
      "Too many requests for custom domain",
      byDomain,
    ),
    blocks(
      "rules of another domain",
      { authority: "another.example.com", path: "/legal-blocked" },
      451,
      "Unavailable for legal reasons",
      byDomain,
    ),
  ],
};
