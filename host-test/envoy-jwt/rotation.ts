// Fetched keys in a real Envoy with two workers: a flood of made-up key ids, a key server that breaks in every way, and a key that
// leaves the set. The key server and the client are this process; time is real, so the configured times are short.
import http from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { packageRoot } from "../../cli/build/compile.ts";
import { EnvoyProcess } from "../envoy/process.ts";
import { bootstrap, wasmFilter } from "./bootstrap.ts";
import { Client, inLanes } from "./client.ts";
import {
  audience,
  goodClaims,
  issuerName,
  type Key,
  keyFor,
  keySet,
  minted,
  part,
} from "./issuer.ts";

type Mode = "good" | "rotated" | "hangs" | "html" | "500" | "empty" | "10 MB" | "gone";

const coolDownS = 3;
const lanes = 16;
const flood = 10_000;

/** A key server that can be told how to fail. */
class KeyServer {
  mode: Mode = "good";
  asked = 0;
  readonly #server: http.Server;

  constructor(
    readonly good: string,
    readonly rotated: string,
  ) {
    this.#server = http.createServer((_, response) => {
      this.asked++;
      this.#answer(response);
    });
  }

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #answer(response: http.ServerResponse): void {
    const bodies: Partial<Record<Mode, string>> = {
      good: this.good,
      rotated: this.rotated,
      html: "<html><body>Sign in</body></html>",
      empty: '{"keys":[]}',
      "10 MB": " ".repeat(10 << 20),
    };
    if (this.mode === "hangs") return;
    if (this.mode === "gone") return void response.destroy();
    if (this.mode === "500") response.statusCode = 500;
    response.end(bodies[this.mode] ?? "");
  }
}

/** A token that lacks nothing but a known key and a right signature. */
function madeUp(index: number): string {
  const header = part(JSON.stringify({ alg: "RS256", kid: `made-up-${index}` }));
  return `${header}.${part(JSON.stringify(goodClaims()))}.${"A".repeat(342)}`;
}

export async function rotation(binary: string): Promise<string[]> {
  const [first, second] = [keyFor("RS256", "k1"), keyFor("ES256", "k2")];
  const server = new KeyServer(keySet(first, second), keySet(second));
  const port = await server.listen();
  const section = {
    providers: {
      a: {
        issuer: issuerName,
        audiences: [audience],
        remoteJwks: {
          httpUri: { uri: "http://keys.example/keys", cluster: "keys", timeout: "1s" },
          cacheDuration: "600s",
          coolDown: `${coolDownS}s`,
        },
      },
    },
  };
  const wrong: string[] = [];
  wrong.push(
    ...(await withEnvoy(binary, section, port, (client) => flooded(client, server, first))),
  );
  section.providers.a.remoteJwks.cacheDuration = "2s";
  server.mode = "good";
  wrong.push(
    ...(await withEnvoy(binary, section, port, (client) => broken(client, server, first, second))),
  );
  server.close();
  return wrong;
}

async function withEnvoy(
  binary: string,
  section: object,
  port: number,
  play: (client: Client) => Promise<string[]>,
): Promise<string[]> {
  const file = path.join(packageRoot, "build", "jwt.wasm");
  const config = bootstrap([wasmFilter(file, { ...section })], {}, { keys: port });
  const envoy = await EnvoyProcess.start(binary, EnvoyProcess.folder(), config, 2);
  const client = new Client((await envoy.ports()).get("l")!, lanes);
  try {
    return await play(client);
  } finally {
    client.close();
    envoy.stop();
  }
}

async function flooded(client: Client, server: KeyServer, key: Key): Promise<string[]> {
  const good = minted(key);
  const wrong: string[] = [];
  const opening = await inLanes(lanes, lanes, () => client.bearer(good));
  const early = opening.filter(({ status }) => status !== 200).length;
  if (early > 0) wrong.push(`${early} of the first ${lanes} requests were lost`);
  if (server.asked !== 1) wrong.push(`${server.asked} fetches for the first set, not one`);
  const before = server.asked;
  const started = performance.now();
  const answers = await inLanes(flood + flood / 10, lanes, (index) =>
    client.bearer(index % 11 === 0 ? good : madeUp(index)),
  );
  const seconds = (performance.now() - started) / 1000;
  const lost = answers.filter(({ status }, index) => index % 11 === 0 && status !== 200).length;
  const passed = answers.filter(({ status }, index) => index % 11 !== 0 && status !== 401).length;
  const fetches = server.asked - before;
  // One may be due at once when the first set is older than the cool-down.
  const most = 1 + Math.floor(seconds / coolDownS);
  console.log(
    `${flood} made-up key ids in ${seconds.toFixed(1)} s on 2 workers: ${fetches} fetches (at most ${most}), ${lost} of ${flood / 10} valid requests lost`,
  );
  if (lost > 0) wrong.push(`${lost} valid requests were lost in the flood`);
  if (passed > 0) wrong.push(`${passed} made-up tokens were not answered 401`);
  if (fetches > most) wrong.push(`${fetches} fetches in ${seconds.toFixed(1)} s`);
  return wrong;
}

async function broken(
  client: Client,
  server: KeyServer,
  first: Key,
  second: Key,
): Promise<string[]> {
  const [leaving, staying] = [minted(first), minted(second)];
  const wrong: string[] = [];
  await inLanes(lanes * 4, lanes, () => client.bearer(leaving));
  for (const mode of ["hangs", "html", "500", "empty", "10 MB", "gone"] as const) {
    server.mode = mode;
    const [before, until] = [server.asked, performance.now() + 4000];
    let [count, lost] = [0, 0];
    while (performance.now() < until) {
      const answers = await inLanes(lanes, lanes, () => client.bearer(leaving));
      count += lanes;
      lost += answers.filter(({ status }) => status !== 200).length;
      await sleep(20);
    }
    const fetches = server.asked - before;
    console.log(`key server ${mode}: ${fetches} fetches, ${lost} of ${count} valid requests lost`);
    if (lost > 0) wrong.push(`${lost} valid requests were lost while the key server ${mode}`);
    if (fetches === 0) wrong.push(`the key server was not asked while it ${mode}`);
    server.mode = "good";
    // Until the pause after the failures is over.
    const again = server.asked;
    for (let i = 0; i < 100 && server.asked === again; i++) await sleep(100);
  }
  await sleep(1500);
  const still = await inLanes(lanes, lanes, () => client.bearer(leaving));
  if (still.some(({ status }) => status !== 200)) wrong.push("the key was refused before it left");
  server.mode = "rotated";
  const rotated = performance.now();
  let refused = 0;
  while (performance.now() - rotated < 8000 && refused < lanes) {
    refused = 0;
    for (const { status } of await inLanes(lanes, lanes, () => client.bearer(leaving))) {
      if (status === 401) refused++;
    }
    await sleep(50);
  }
  const seconds = (performance.now() - rotated) / 1000;
  console.log(
    `a key that left a set of 2 s was refused on every connection after ${seconds.toFixed(1)} s`,
  );
  if (refused < lanes) wrong.push("a key that left the set still verifies");
  const after = await inLanes(lanes, lanes, () => client.bearer(staying));
  if (after.some(({ status }) => status !== 200)) wrong.push("the key that stayed does not verify");
  return wrong;
}
