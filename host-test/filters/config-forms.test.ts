// The two forms in which a configuration reaches a filter, JSON text and a protobuf Struct, are one: the same errors and
// the same decisions. And what a filter logs is what the CLI shows, down to the pointer of the oddest key.
import { describe, expect, test } from "vitest";
import { configFindings } from "../../cli/serve/config-findings.ts";
import type { LogRecord } from "../host/index.ts";
import { guarded } from "./guarded.ts";

const wrong = {
  version: 2,
  "a b": 1,
  "c/d~e%": { "": 1 },
  "line\nfeed": 1,
  validate: { limits: { url: { maxBytes: "64 KiB" }, headers: { maxCuont: 5 }, modes: { x: 1 } } },
};

/** What a running filter logs when it is given a configuration that it refuses. */
async function refusal(config: string | { struct: unknown }): Promise<LogRecord[]> {
  const host = await guarded();
  host.updateConfig("guard", config);
  host.close();
  return host.logs.filter(({ level }) => level === "error");
}

describe("a configuration", () => {
  test("is judged the same as text and as Struct", async () => {
    const lines = async (config: Parameters<typeof refusal>[0]): Promise<string[]> =>
      (await refusal(config)).map(({ message }) => message);
    const asText = await lines(JSON.stringify(wrong));
    expect(await lines({ struct: wrong })).toEqual(asText);
    expect(new Set(asText.filter((line) => line.startsWith("/"))).size).toBe(7);
  });

  test("decides the same as text and as Struct", async () => {
    const right = { version: 1, validate: { limits: { url: { maxBytes: 20 } } } };
    for (const config of [
      JSON.stringify(right),
      JSON.stringify(right, null, "\t"),
      { struct: right },
    ]) {
      const host = await guarded({ config });
      expect((await host.request({ path: "/short" })).status).toBe(200);
      expect((await host.request({ path: `/${"x".repeat(30)}` })).status).toBe(414);
      host.close();
    }
  });

  test("has the findings in the CLI that the filter logged, with exact pointers", async () => {
    const input = {
      filters: [],
      filterConfig: "",
      clusters: {},
      bufferLimitBytes: 0,
      onLog: () => {},
    };
    const findings = configFindings(await refusal(JSON.stringify(wrong)), "refused", input);
    const pointers = findings.map(({ pointer }) => pointer);
    expect(pointers).toEqual([
      "/version",
      "/a b",
      "/c~1d~0e%",
      "/line\nfeed",
      "/validate/limits/url/maxBytes",
      "/validate/limits/headers/maxCuont",
      "/validate/limits/modes/x",
    ]);
    for (const { message, mend } of findings) {
      expect(message).not.toBe("");
      expect(mend).not.toBe("");
    }
  });
});
