// `npm run test:authz`: every case of istio-policies.yaml in a real Envoy, once with Envoy's own JWT and RBAC filters configured as
// Istio would, once with jwt.wasm and the policies as they are. Both must answer what the case says. Needs an Envoy, found as
// `npm run test:envoy` does, and openssl for client certificates.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { SignJWT } from "jose";
import { compile } from "../../../cli/build/compile.ts";
import { claimsOf, headersOf, policyCases, type PolicyRequest } from "../../filters/istio-cases.ts";
import { findEnvoy } from "../find.ts";
import { EnvoyProcess } from "../process.ts";
import { bootstrap, type Material, type PlacedPolicy } from "./bootstrap.ts";
import { Authority } from "./certificates.ts";

const casesPerProcess = 20;
const secret = new Uint8Array(32).fill(9);

/** Status that a listener answers. */
async function ask(port: number, request: PolicyRequest, authority: Authority): Promise<number> {
  const headers: http.OutgoingHttpHeaders = { host: request.host ?? "example.com" };
  for (const [name, value] of headersOf(request)) {
    const before = headers[name];
    headers[name] = before === undefined ? value : [...[before].flat().map(String), value];
  }
  if (request.claims !== undefined) {
    const token = new SignJWT(claimsOf(request)).setProtectedHeader({ alg: "HS256", kid: "k" });
    headers["authorization"] = `Bearer ${await token.setExpirationTime("1h").sign(secret)}`;
  }
  const { peer, sni, tls } = request;
  const options = {
    host: request.to ?? "127.0.0.1",
    port,
    localAddress: request.ip ?? "127.0.0.1",
    method: request.method ?? "GET",
    path: request.path ?? "/",
    headers,
    agent: false as const,
  };
  const secure = peer !== undefined || tls === true;
  const client = peer === undefined ? {} : authority.issue(`URI:${peer}`);
  return new Promise((resolve, reject) => {
    const sent = secure
      ? https.request({ ...options, ...client, servername: sni ?? "", rejectUnauthorized: false })
      : http.request(options);
    sent.on("response", (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    sent.on("error", reject);
    sent.end();
  });
}

/** Free ports, all different: none is given back before all are known. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  for (const server of servers) {
    await new Promise<void>((resolve) => server.listen(0, "0.0.0.0", resolve));
  }
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  for (const server of servers) await new Promise((resolve) => server.close(resolve));
  return ports;
}

async function main(): Promise<number> {
  const envoy = findEnvoy();
  const folder = mkdtempSync(path.join(tmpdir(), "meshwarden-authz-"));
  const authority = new Authority(folder);
  const server = authority.issue("DNS:server");
  const wasmFile = path.join(folder, "jwt.wasm");
  const { wasm } = await compile({ entry: "assembly/filters/jwt.ts", target: "release" });
  writeFileSync(wasmFile, wasm);
  const key = { kty: "oct", alg: "HS256", kid: "k", k: Buffer.from(secret).toString("base64url") };
  const material: Material = {
    ...server,
    root: authority.root,
    jwks: JSON.stringify({ keys: [key] }),
    wasmFile,
  };
  const cases = policyCases();
  let asked = 0;
  const failures: string[] = [];
  for (let first = 0; first < cases.length; first += casesPerProcess) {
    const some = cases.slice(first, first + casesPerProcess);
    const ports = await freePorts(2 * some.length);
    const placed: PlacedPolicy[] = some.map((one, i) => {
      return { case: one, nativePort: ports[2 * i]!, ownPort: ports[2 * i + 1]! };
    });
    const running = await EnvoyProcess.start(
      envoy.binary,
      EnvoyProcess.folder(),
      bootstrap(placed, material),
    );
    try {
      for (const { case: one, nativePort, ownPort } of placed) {
        for (const [wanted, requests] of [
          [200, one.allow ?? []],
          [403, one.deny ?? []],
        ] as const) {
          for (const request of requests) {
            asked++;
            const native = await ask(nativePort, request, authority);
            const own = await ask(ownPort, request, authority);
            if (native === wanted && own === wanted) continue;
            const what = `${one.name}: ${JSON.stringify(request)}`;
            failures.push(`${what}: wanted ${wanted}, Envoy's own ${native}, ours ${own}`);
          }
        }
      }
    } finally {
      running.stop();
    }
  }
  rmSync(folder, { recursive: true, force: true });
  for (const failure of failures) process.stdout.write(`${failure}\n`);
  const passed = asked - failures.length;
  process.stdout.write(
    `Envoy ${envoy.version}: ${cases.length} policies, ${passed} passed, ${failures.length} failed\n`,
  );
  return failures.length === 0 ? 0 : 1;
}

process.exitCode = await main();
