// Debian's docker-registry on loopback: open, with a password file, with a token server of our own, and with TLS under an own CA.
// Each gets its own folder and a free port, and is ended by its process id.
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { createPrivateKey } from "node:crypto";
import { readFileSync, writeFileSync, mkdirSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { connect, createServer as createTcpServer, type AddressInfo } from "node:net";
import path from "node:path";
import { SignJWT } from "jose";
import { account } from "./fake-gate.ts";

export type RegistryMode = "anonymous" | "htpasswd" | "token" | "tls";

/** bcrypt of the test account's password, as htpasswd -B writes it. */
const passwordLine = "alice:$2y$05$ruD0Kpzwg8FLbG74POayneKyFuBf0u96AN6ScGw0PHn7J4rqJ0iYW\n";

export interface RealRegistry {
  host: string;
  /** PEM of the CA, for tls. */
  ca: string | undefined;
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createTcpServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Resolves when something accepts connections on a port; fails after ten seconds. */
export async function waitForPort(port: number, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (child.exitCode !== null)
      throw new Error(`it ended with ${child.exitCode} before it served`);
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => resolve(true));
      socket.on("error", () => resolve(false));
      socket.on("connect", () => socket.end());
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`nothing serves port ${port}`);
}

export async function startRegistry(
  program: string,
  mode: RegistryMode,
  root: string,
): Promise<RealRegistry> {
  const folder = path.join(root, mode);
  mkdirSync(folder, { recursive: true });
  const port = await freePort();
  const tokens = mode === "token" ? await startTokenServer(folder) : undefined;
  const tls = mode === "tls" ? certificate(folder) : undefined;
  const config = [
    "version: 0.1",
    "log: { level: error, accesslog: { disabled: true } }",
    `storage: { filesystem: { rootdirectory: ${folder}/data }, delete: { enabled: true } }`,
    `http: { addr: "127.0.0.1:${port}"${tls ? `, tls: { certificate: ${tls.cert}, key: ${tls.key} }` : ""} }`,
  ];
  if (mode === "htpasswd") {
    writeFileSync(`${folder}/passwords`, passwordLine);
    config.push(`auth: { htpasswd: { realm: test, path: ${folder}/passwords } }`);
  }
  if (tokens !== undefined) {
    const { realm, cert } = tokens;
    config.push(
      `auth: { token: { realm: "${realm}", service: test, issuer: test, rootcertbundle: ${cert} } }`,
    );
  }
  writeFileSync(`${folder}/config.yml`, `${config.join("\n")}\n`);
  const child = spawn(program, ["serve", `${folder}/config.yml`], { stdio: "ignore" });
  await waitForPort(port, child);
  return {
    host: mode === "tls" ? `localhost:${port}` : `127.0.0.1:${port}`,
    ca: tls === undefined ? undefined : readFileSync(tls.cert, "utf8"),
    stop: async () => {
      tokens?.server.closeAllConnections();
      tokens?.server.close();
      if (child.exitCode !== null) return;
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill();
      await ended;
    },
  };
}

function certificate(folder: string): { cert: string; key: string } {
  const cert = path.join(folder, "cert.pem");
  const key = path.join(folder, "key.pem");
  const flags = [
    "req",
    "-x509",
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:P-256",
    "-nodes",
    "-days",
    "2",
  ];
  const names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"];
  execFileSync("openssl", [...flags, ...names, "-keyout", key, "-out", cert], { stdio: "ignore" });
  return { cert, key };
}

/** Signs ES256 tokens for the test account; the registry trusts its certificate. Tokens live ten seconds, so that some end. */
async function startTokenServer(
  folder: string,
): Promise<{ realm: string; cert: string; server: Server }> {
  const { cert, key } = certificate(folder);
  const privateKey = createPrivateKey(readFileSync(key));
  const der = readFileSync(cert, "utf8").replace(/-----[^-]+-----|\s/g, "");
  const expected = `Basic ${Buffer.from(`${account.username}:${account.password}`).toString("base64")}`;
  const server = createServer((request, response) => {
    if (request.headers.authorization !== expected) {
      response.writeHead(401).end();
      return;
    }
    const scopes = new URL(request.url!, "http://x").searchParams.getAll("scope");
    const access = scopes
      .flatMap((scope) => scope.split(" "))
      .map((scope) => /^([^:]+):(.+):([^:]+)$/.exec(scope))
      .filter((match) => match !== null)
      .map(([, type, name, actions]) => ({ type, name, actions: actions!.split(",") }));
    const token = new SignJWT({ access, jti: String(Math.random()) })
      .setProtectedHeader({ alg: "ES256", typ: "JWT", x5c: [der] })
      .setIssuer("test")
      .setSubject(account.username)
      .setAudience("test")
      .setIssuedAt()
      .setNotBefore("-5s")
      .setExpirationTime("10s")
      .sign(privateKey);
    void token.then((text) => {
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify({ token: text, expires_in: 10 }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    realm: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`,
    cert,
    server,
  };
}
