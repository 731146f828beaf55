// examples/zero-trust over mTLS, which the case format cannot express: the tokens were signed once and live until 2100.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { guarded } from "./guarded.ts";
import { bearer } from "./token-host.ts";

const config = parse(
  readFileSync(new URL("../../examples/zero-trust/config.yaml", import.meta.url), "utf8"),
) as object;
const write =
  "eyJhbGciOiJFZERTQSIsImtpZCI6Im1lc2gtMSJ9.eyJpYXQiOjE3NjcyMjU2MDAsImV4cCI6NDEwMjQ0NDgwMCwiaXNzIjoiaHR0cHM6Ly9sb2dpbi5iYW5rLmV4YW1wbGUiLCJhdWQiOiJsZWRnZXIiLCJzdWIiOiJhbm4iLCJzY29wZSI6ImxlZGdlcjp3cml0ZSJ9.2APN1pYH2kHvCYTiDVHEl2IGnSMgN0ItkuLPm7EUfpQM7nHSM5FCX1QIZ2YlkMa6eUJ6QBD-V-OOh2c5N-FyCQ";
const read =
  "eyJhbGciOiJFZERTQSIsImtpZCI6Im1lc2gtMSJ9.eyJpYXQiOjE3NjcyMjU2MDAsImV4cCI6NDEwMjQ0NDgwMCwiaXNzIjoiaHR0cHM6Ly9sb2dpbi5iYW5rLmV4YW1wbGUiLCJhdWQiOiJsZWRnZXIiLCJzdWIiOiJhbm4iLCJzY29wZSI6ImxlZGdlcjpyZWFkIn0.DlyUViJsSTGDNknGo2KSOLAEX3bxVN767qPVjcc4QPcG4cGR0QyXFyxpGvCI_NlvUBTISdSJqq-A59C5brUfBg";
const bound =
  "eyJhbGciOiJFZERTQSIsImtpZCI6Im1lc2gtMSJ9.eyJpYXQiOjE3NjcyMjU2MDAsImV4cCI6NDEwMjQ0NDgwMCwiaXNzIjoiaHR0cHM6Ly9sb2dpbi5iYW5rLmV4YW1wbGUiLCJhdWQiOiJsZWRnZXIiLCJzdWIiOiJhbm4iLCJzY29wZSI6ImxlZGdlcjp3cml0ZSIsImNuZiI6eyJ4NXQjUzI1NiI6IldscGFXbHBhV2xwYVdscGFXbHBhV2xwYVdscGFXbHBhV2xwYVdscGFXbG8ifX0.VXHg5ax-e97XWXloTqiVJ32n3plUnB0FUC_gVO2cT1tmjBoER0bkQEYnIFxB24KeLAjTEqWHVCS3QtCCy6_UBQ";
const digest = "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a";

test("callers, users and bindings of the example", async () => {
  const host = await guarded({
    filter: "jwt",
    config: JSON.stringify(config),
    host: { lean: true },
  });
  const ask = async (method: string, path: string, uri: string, token: string, sha256?: string) => {
    const tls = { mtls: true, uriSan: [uri], sha256PeerCertificateDigest: sha256 };
    const { status, details } = await host.request({ method, path, tls, headers: bearer(token) });
    return status === 200 ? "200" : details;
  };
  const payments = "spiffe://bank.example/ns/payments/sa/api";
  const reader = "spiffe://bank.example/ns/reports/sa/reader";
  expect(await ask("POST", "/entries", payments, write)).toBe("200");
  expect(await ask("GET", "/entries/2026/1", reader, read)).toBe("200");
  expect(await ask("POST", "/entries", payments, read)).toBe("authz.insufficient_scope");
  expect(await ask("POST", "/entries", reader, write)).toBe("authz.not_allowed");
  expect(await ask("POST", "/entries", "spiffe://bank.example/ns/web/sa/x", write)).toBe(
    "authz.denied",
  );
  expect(await ask("POST", "/entries", "spiffe://evil.example/ns/payments/sa/api", write)).toBe(
    "authz.denied",
  );
  expect(await ask("POST", "/entries", payments, bound, digest)).toBe("200");
  expect(await ask("POST", "/entries", payments, bound, "00".repeat(32))).toBe(
    "authz.binding_mismatch",
  );
  host.close();
});
