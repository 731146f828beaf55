// Generated files match their generators, and the ABI generator leaves out what ABI 0.2.1 does not have.
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { packageRoot } from "../../cli/build/compile.ts";
import { type AbiTable, envSource, functionsOf } from "../../cli/gen/abi.ts";
import { generated } from "../../cli/gen/main.ts";

describe("generated files", () => {
  test.each(generated)("$file is what its generator gives", async ({ file, text }) => {
    expect(readFileSync(path.join(packageRoot, file), "utf8")).toBe(await text());
  });
});

describe("the raw imports", () => {
  const table = JSON.parse(
    readFileSync(path.join(packageRoot, "assembly/abi/functions.json"), "utf8"),
  ) as AbiTable;

  test("hold the 39 functions of ABI 0.2.1 and none that only 0.1.0 had", () => {
    const names = functionsOf(table, "0.2.1").map((fn) => fn.name);
    expect(names).toHaveLength(39);
    expect(names).not.toContain("proxy_clear_route_cache");
    expect(names).toContain("proxy_get_log_level");
    expect(functionsOf(table, "0.1.0").map((fn) => fn.name)).not.toContain("proxy_close_stream");
  });

  test("refuse a type that the guest cannot spell", () => {
    const fn = { name: "f", params: [{ name: "a", type: "f32" }], result: "i32", since: "0.1.0" };
    expect(() => envSource({ hostFunctions: [fn] })).toThrow('no guest type for "f32"');
  });
});
