// Who a peer is, and which tokens are no longer good although they verify.
import { describe, expect, test } from "vitest";
import type { Header, RequestInit } from "../host/index.ts";
import { answers, authorizing, withClaims } from "./authz-host.ts";

const forPeer = (principal: string, peer?: object): object => ({
  ...(peer === undefined ? {} : { peer }),
  policies: [{ rules: [{ from: [{ source: { principals: [principal] } }] }] }],
});
const xfcc = (value: string): RequestInit => ({ headers: [["x-forwarded-client-cert", value]] });
const denied = "403 authz.not_allowed";

describe("the peer", () => {
  test("is who its certificate names, and only over mTLS", async () => {
    const uriSan = ["spiffe://td/ns/a/sa/b"];
    expect(
      await answers(forPeer("td/ns/a/sa/b"), [
        { tls: { mtls: true, uriSan } },
        { tls: { mtls: false, uriSan } },
        {},
        xfcc("URI=spiffe://td/ns/a/sa/b"),
      ]),
    ).toEqual(["200", denied, denied, denied]);
  });

  test("is who a trusted proxy names in x-forwarded-client-cert", async () => {
    const section = forPeer("td/ns/a/sa/b", { from: "xfcc", trustedHops: 2 });
    const own = "Hash=1;URI=spiffe://td/ns/gateway/sa/g";
    expect(
      await answers(section, [
        xfcc(`URI=spiffe://td/ns/a/sa/b,${own}`),
        xfcc(`URI=spiffe://td/ns/a/sa/b,URI=spiffe://other,${own}`),
        xfcc(`${own},URI=spiffe://td/ns/a/sa/b`),
        xfcc("URI=spiffe://td/ns/a/sa/b"),
        {},
        { tls: { mtls: true, uriSan: ["spiffe://td/ns/a/sa/b"] } },
        xfcc(`URI=spiffe://td/ns/a/sa/b;oops,${own}`),
      ]),
    ).toEqual(["200", denied, denied, denied, denied, denied, "400 authz.peer_malformed"]);
  });

  test("is read from all headers of that name", async () => {
    const section = forPeer("td/ns/a/sa/b", { from: "xfcc", trustedHops: 1 });
    const headers: Header[] = [
      ["x-forwarded-client-cert", "URI=spiffe://td/ns/a/sa/b"],
      ["x-forwarded-client-cert", "URI=spiffe://td/ns/other/sa/o"],
    ];
    expect(await answers(section, [{ headers }])).toEqual([denied]);
  });

  test("is who Linkerd's proxy says", async () => {
    const id = (value: string): RequestInit => ({ headers: [["l5d-client-id", value]] });
    expect(
      await answers(forPeer("cluster.local/ns/shop/sa/web", { from: "linkerd" }), [
        id("web.shop.serviceaccount.identity.linkerd.cluster.local"),
        id("web.other.serviceaccount.identity.linkerd.cluster.local"),
        id("nonsense"),
        {},
      ]),
    ).toEqual(["200", denied, "400 authz.peer_malformed", denied]);
  });

  test("costs two properties, and only when a rule asks", async () => {
    const host = await authorizing({
      policies: [
        {
          rules: [
            {
              from: [{ source: { principals: ["x"], notNamespaces: ["y"] } }],
              to: [{ operation: { paths: ["/a"] } }],
            },
          ],
        },
      ],
    });
    const tls = { mtls: true, uriSan: ["spiffe://x"] };
    const asked = await host.request({ path: "/a", tls });
    expect([asked.status, asked.cost.hostCallsByName["proxy_get_property"]]).toEqual([200, 2]);
    const other = await host.request({ path: "/b", tls });
    expect([other.status, other.cost.hostCallsByName["proxy_get_property"]]).toEqual([
      403,
      undefined,
    ]);
    host.close();
  });
});

describe("revocation", () => {
  const revocation = {
    tokens: ["t1", { jti: "t2", issuer: "https://a" }],
    subjects: ["mallory"],
    sessions: ["s1"],
    notBefore: [{ sub: "ann", issuedAfter: 4000000000 }],
  };
  const gone = "401 authz.revoked";

  test("refuses tokens by id, subject, session and age", async () => {
    expect(
      await answers({ revocation }, [
        {},
        await withClaims({ jti: "t0" }),
        await withClaims({ jti: "t1" }),
        await withClaims({ jti: "t2" }),
        await withClaims({ jti: "t2", iss: "https://a" }),
        await withClaims({ sub: "mallory" }),
        await withClaims({ sid: "s1" }),
        await withClaims({ sub: "ann" }),
      ]),
    ).toEqual(["200", "200", gone, "200", gone, gone, gone, gone]);
  });

  test("answers with the challenge of a bad token", async () => {
    const host = await authorizing({ revocation });
    const { headers } = await host.request(await withClaims({ jti: "t1" }));
    expect(headers).toContainEqual([
      "www-authenticate",
      'Bearer realm="meshwarden", error="invalid_token"',
    ]);
    host.close();
  });
});

describe("a token that is bound to a certificate", () => {
  const digest = "ab".repeat(32);
  const print = Buffer.from(digest, "hex").toString("base64url");
  const cnf = { "x5t#S256": print };
  const tls = { mtls: true, sha256PeerCertificateDigest: digest };
  const requests = async (): Promise<RequestInit[]> => [
    await withClaims({ cnf }, { tls }),
    await withClaims({ cnf }, { tls: { ...tls, sha256PeerCertificateDigest: "cd".repeat(32) } }),
    await withClaims({ cnf }, { tls: { ...tls, mtls: false } }),
    await withClaims({ cnf }),
    await withClaims({ cnf: { "x5t#S256": 1 } }, { tls }),
    await withClaims({}, { tls }),
    {},
  ];
  const wrong = "401 authz.binding_mismatch";

  test("comes over it or not at all", async () => {
    expect(await answers({ certificateBinding: "ifPresent" }, await requests())).toEqual([
      "200",
      wrong,
      wrong,
      wrong,
      wrong,
      "200",
      "200",
    ]);
  });

  test("must be bound where that is required", async () => {
    const found = await answers({ certificateBinding: "required" }, await requests());
    expect(found[5]).toBe("401 authz.binding_missing");
    expect(found[0]).toBe("200");
  });
});
