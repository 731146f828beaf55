// The page about the configuration document shows real output: its documents go through guard, and its findings through
// their schema.
import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { configFindings } from "../../cli/serve/config-findings.ts";
import { guarded } from "./guarded.ts";

const read = (name: string): string =>
  readFileSync(new URL(`../../${name}`, import.meta.url), "utf8");
const page = read("docs/configuration.md");
const blocks = [...page.matchAll(/^```(json|text)\n([^]*?)^```$/gm)].map((match) => match[2]);
const [right, wrong, log, findings] = blocks;
const isFindings = new Ajv2020().compile(
  JSON.parse(read("schemas/findings.schema.json")) as object,
);

describe("docs/configuration.md", () => {
  test("shows a document that loads", async () => {
    const host = await guarded({ config: right });
    expect((await host.request({ path: `/${"x".repeat(9000)}` })).status).toBe(414);
    host.close();
  });

  test("shows what the filter logs", async () => {
    const host = await guarded();
    const { ok, logs } = host.updateConfig("guard", wrong);
    host.close();
    expect(ok).toBe(false);
    const lines = logs.map(({ message }) => message).filter((line) => line.startsWith("/"));
    expect([...new Set(lines)]).toEqual(log.trimEnd().split("\n"));
    const input = { filters: [], filterConfig: "", clusters: {}, bufferLimitBytes: 0 };
    const found = configFindings(logs, "refused", { ...input, onLog: () => {} });
    expect(
      isFindings({ files: ["a.json"], findings: found }),
      JSON.stringify(isFindings.errors),
    ).toBe(true);
    const [mode] = JSON.parse(findings).findings as {
      message: string;
      mend: string;
      pointer: string;
    }[];
    expect(found[0]).toMatchObject({
      message: mode.message,
      mend: mode.mend,
      pointer: mode.pointer,
    });
  });

  test("shows findings that keep to their schema", () => {
    expect(isFindings(JSON.parse(findings))).toBe(true);
    expect(isFindings({ files: [], findings: [{ pointer: "no slash" }] })).toBe(false);
  });
});
