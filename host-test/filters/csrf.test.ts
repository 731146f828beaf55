// The csrf stage: who may send requests that change something, by what browsers say of them.
import { describe, expect, test } from "vitest";
import { createHost, type Header, type Host } from "../host/index.ts";
import { counter, filterModule } from "./guarded.ts";

async function hostWith(csrf: Record<string, unknown> = {}): Promise<Host> {
  const config = JSON.stringify({ version: 1, validate: { csrf } });
  return createHost({
    filters: [{ name: "validate", wasm: await filterModule("validate"), config }],
    workers: 1,
    lean: true,
  });
}

const cookie: Header = ["cookie", "session=1"];

async function details(
  csrf: Record<string, unknown>,
  headers: Header[],
  method = "POST",
): Promise<string> {
  const host = await hostWith(csrf);
  const init = {
    method,
    path: "/transfer",
    authority: "shop.example",
    headers: [cookie, ...headers],
  };
  return (await host.request(init)).details;
}

const passes = "via_upstream";

describe("with every default", () => {
  test.each<[Header[], string]>([
    [[["sec-fetch-site", "same-origin"]], passes],
    [[["sec-fetch-site", "none"]], passes],
    [[["sec-fetch-site", "cross-site"]], "csrf.cross_site"],
    [[["sec-fetch-site", "same-site"]], "csrf.cross_site"],
    [[["sec-fetch-site", "made-up"]], "csrf.cross_site"],
    [[["origin", "https://shop.example"]], passes],
    [[["origin", "http://shop.example:80"]], passes],
    [[["origin", "https://SHOP.example"]], passes],
    [[["origin", "https://shop.example:8443"]], "csrf.cross_origin"],
    [[["origin", "https://evil.example"]], "csrf.cross_origin"],
    [[["origin", "https://shop.example.evil.example"]], "csrf.cross_origin"],
    [[["origin", "https://evilshop.example"]], "csrf.cross_origin"],
    [[["origin", "null"]], "csrf.origin_malformed"],
    [[["origin", "https://a@shop.example"]], "csrf.origin_malformed"],
    [[["origin", "https://shop.example, https://evil.example"]], "csrf.origin_malformed"],
    [[["referer", "https://shop.example/cart?x=https://evil.example"]], passes],
    [[["referer", "https://evil.example/?https://shop.example"]], "csrf.cross_origin"],
    [
      [
        ["sec-fetch-site", "same-origin"],
        ["origin", "https://evil.example"],
      ],
      "csrf.cross_origin",
    ],
    [[], passes],
  ])("%j: %s", async (headers, wanted) => {
    expect(await details({}, headers)).toBe(wanted);
  });

  test("safe methods and requests without cookies are not asked", async () => {
    expect(await details({}, [["origin", "https://evil.example"]], "GET")).toBe(passes);
    const host = await hostWith();
    const headers: Header[] = [["origin", "https://evil.example"]];
    expect((await host.request({ method: "POST", headers })).details).toBe(passes);
  });

  test("a denial is counted and logged", async () => {
    const host = await hostWith();
    const headers: Header[] = [cookie, ["sec-fetch-site", "cross-site"]];
    const exchange = await host.request({ method: "POST", headers });
    expect(exchange.status).toBe(403);
    expect(host.metrics.value(counter("csrf.cross_site"))).toBe(1);
    expect(exchange.logs).toHaveLength(1);
  });
});

describe("fields", () => {
  test.each<[Record<string, unknown>, Header[], string]>([
    [{ trustedOrigins: ["app.example"] }, [["origin", "https://app.example"]], passes],
    [
      { trustedOrigins: ["app.example"] },
      [["origin", "https://x.app.example"]],
      "csrf.cross_origin",
    ],
    [{ trustedOrigins: ["*.app.example"] }, [["origin", "https://x.app.example"]], passes],
    [
      { trustedOrigins: ["app.example"] },
      [
        ["origin", "https://app.example"],
        ["sec-fetch-site", "cross-site"],
      ],
      passes,
    ],
    [{ allowSameSite: true }, [["sec-fetch-site", "same-site"]], passes],
    [{ allowSameSite: true }, [["sec-fetch-site", "cross-site"]], "csrf.cross_site"],
    [{ exemptPaths: ["/trans*"] }, [["origin", "https://evil.example"]], passes],
    [{ safeMethods: ["POST"] }, [["origin", "https://evil.example"]], passes],
    [{ modes: { origin_missing: "enforce" } }, [], "csrf.origin_missing"],
    [{ mode: "shadow" }, [["origin", "https://evil.example"]], passes],
  ])("%j with %j: %s", async (csrf, headers, wanted) => {
    expect(await details(csrf, headers)).toBe(wanted);
  });

  test("cookiesOnly off asks every request", async () => {
    const host = await hostWith({ cookiesOnly: false });
    const headers: Header[] = [["origin", "https://evil.example"]];
    expect((await host.request({ method: "POST", headers })).details).toBe("csrf.cross_origin");
  });
});
