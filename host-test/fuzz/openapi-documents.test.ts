// Descriptions of real APIs, whole, cut into paths, and damaged, each with requests and responses that its schemas ask for, damaged too:
// loading names its faults or gives an API, judging answers the same twice and takes no memory, and what a description took is given
// back. Without ../shared/data the descriptions are our own two. A text of this run is JSON: {name, part, changes, exchanges}.
import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { packageRoot } from "../../cli/build/compile.ts";
import { dataFolder, suiteTitle } from "../vectors/data.ts";
import { OpenApiProbe } from "../vectors/openapi-probe.ts";
import { description } from "./openapi-all-styles.ts";
import { changeOf, changed, isObject, slicesOf, type Change, type JsonObject } from "./openapi-slices.ts"; // prettier-ignore
import { Traffic, type Exchange } from "./openapi-traffic.ts";
import { fuzz, seconds } from "./run.ts";
import { NewLines, type Below } from "./texts.ts";

const folder = dataFolder("openapi");
const real = ["adyen/BinLookupService-v54.json", "adyen/CheckoutService-v72.json", "twilio/twilio_verify_v2.json", "twilio/twilio_lookups_v2.json", "swagger-petstore/openapi.yaml", "github/api.github.com-subset.json", "box/openapi.json"]; // prettier-ignore

const read = (file: string): JsonObject => parse(readFileSync(file, "utf8")) as JsonObject;
const documents: Record<string, JsonObject> = {
  styles: description as JsonObject,
  example: read(path.join(packageRoot, "examples", "validate-openapi", "api.yaml")),
};
for (const name of folder === undefined ? [] : real) {
  const file = path.join(folder!, "real", name);
  documents[name] = name.endsWith(".json")
    ? (JSON.parse(readFileSync(file, "utf8")) as JsonObject)
    : read(file);
}
const parts = Object.entries(documents).flatMap(([name, whole]) =>
  slicesOf(whole).map((slice, part) => ({ name, part, slice })),
);

interface Attempt {
  /** Which description, and which of its paths; -1: all of it. */
  name: string;
  part: number;
  changes: Change[];
  exchanges: Exchange[];
}

function described({ name, part, changes }: Omit<Attempt, "exchanges">): JsonObject {
  const slice = parts.find((one) => one.name === name && one.part === part)?.slice;
  const start = slice ?? documents[name]!;
  const end = changes.reduce<unknown>((now, change) => changed(now as JsonObject, change), start);
  return isObject(end as JsonObject) ? (end as JsonObject) : {};
}

function make(corpus: Buffer[], below: Below): Buffer {
  const names = Object.keys(documents);
  const known = corpus.length > 0 && below(2) === 0;
  const start: Attempt = known
    ? (JSON.parse(corpus[below(corpus.length)]!.toString("latin1")) as Attempt)
    : below(60) === 0
      ? { name: names[below(names.length)]!, part: -1, changes: [], exchanges: [] }
      : { ...parts[below(parts.length)]!, changes: [], exchanges: [] };
  const { name, part } = start;
  const changes = [...start.changes];
  for (let more = below(5); more > 0; more--)
    changes.push(changeOf(described({ name, part, changes }), below));
  const traffic = new Traffic(described({ name, part, changes }), below);
  const exchanges = Array.from({ length: 6 }, () => traffic.exchange());
  const text = JSON.stringify({ name, part, changes, exchanges } satisfies Attempt);
  return Buffer.from(text.replace(/[^\0-\x7f]/g, escaped));
}

const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;

test(
  suiteTitle("descriptions and traffic", folder),
  { timeout: (2 * seconds + 60) * 1000 },
  async () => {
    const probe = await OpenApiProbe.create();
    const seen = { refused: 0, loaded: 0, good: 0, bad: 0, "good answers": 0, "bad answers": 0 };
    let warm = 0;
    const run = (text: Buffer): void => {
      const attempt = JSON.parse(text.toString()) as Attempt;
      if (seen.refused + seen.loaded === 200) warm = probe.memory.buffer.byteLength;
      const faults = probe.load(described(attempt));
      // A name that a message repeats may hold line ends, and then goes on in the next line.
      if (faults.length > 0) expect(faults.join("\n")).toMatch(/^(\/.*)?: [^]+ \([^]*\)$/);
      if (faults.length > 0) {
        seen.refused++;
        return;
      }
      seen.loaded++;
      const pages = probe.memory.buffer.byteLength;
      const judged = attempt.exchanges.map(judge);
      expect(attempt.exchanges.map(judge)).toEqual(judged);
      expect(probe.memory.buffer.byteLength).toBe(pages);
      for (const [request, answer] of judged) {
        seen[request === 0 ? "good" : "bad"]++;
        seen[answer === 0 ? "good answers" : "bad answers"]++;
      }
    };
    const judge = ({ request, status, headers, body }: Exchange): [number, number] => {
      const sent = request.body as string | undefined;
      const bytes = sent === undefined ? {} : { body: Buffer.from(sent, "latin1") };
      const count = probe.count({ ...request, ...bytes });
      return [count, probe.countAnswer(status, headers, Buffer.from(body, "latin1"))];
    };
    for (const [name, whole] of Object.entries(documents))
      expect(probe.load(whole), name).toEqual([]);
    fuzz("openapi", new NewLines(probe.memory, probe.points), run, { make, texts: 400 });
    const grown = probe.memory.buffer.byteLength - warm;
    if (seconds > 0) {
      console.log(`openapi: ${JSON.stringify(seen)}, memory ${warm} + ${grown}`);
    }
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(50);
    expect(grown).toBeLessThanOrEqual(16 << 20);
  },
);
