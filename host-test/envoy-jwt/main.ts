// `npm run test:jwt`: jwt.wasm in a real Envoy, against its own jwt_authn, with a key server that breaks, and timed while it is
// configured. Needs an Envoy (found as by test:envoy). `--only NAME` runs one part.
import { parseArgs } from "node:util";
import { findEnvoy } from "../envoy/find.ts";
import { configure } from "./configure.ts";
import { differential } from "./differential.ts";
import { rotation } from "./rotation.ts";

const { values: flags } = parseArgs({ options: { only: { type: "string", default: "" } } });
const { binary, version } = findEnvoy();
console.log(`envoy ${version}`);

/** One part of the run: what is wrong with it. */
const partsOfRun: Record<string, () => Promise<string[]>> = {
  differential: () => compare("auto"),
  "differential-envoy": () => compare("envoy"),
  "differential-builtin": () => compare("builtin"),
  rotation: () => rotation(binary),
  configure: () => configure(binary),
};

async function compare(crypto: string): Promise<string[]> {
  const { tokens, differences } = await differential(binary, crypto);
  console.log(`${tokens} tokens with crypto ${crypto}, ${differences.length} differences:`);
  for (const { name, algorithms, ours, native, reason } of differences) {
    console.log(
      `  ${name} (${algorithms.join(" ")}): ours ${ours}, Envoy ${native}; ${reason ?? "UNEXPLAINED"}`,
    );
  }
  return differences.filter(({ reason }) => reason === undefined).map(({ name }) => name);
}

let failed = 0;
for (const [name, run] of Object.entries(partsOfRun)) {
  if (flags.only !== "" && flags.only !== name) continue;
  const wrong = await run();
  console.log(`${wrong.length === 0 ? "passed" : "FAILED"}  ${name}`);
  for (const line of wrong) console.log(`  ${line}`);
  failed += wrong.length === 0 ? 0 : 1;
}
process.exitCode = failed === 0 ? 0 : 1;
