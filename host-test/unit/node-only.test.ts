// What the simulator's tests need of Node itself, apart from those that run in a browser as well (npm run test:browser):
// sources on disk, and Node's crypto and compression behind foreign functions.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { packageRoot } from "../../cli/build/compile.ts";
import { nodeForeign } from "../vitest/index.ts";
import { probeHost } from "./host-probe.ts";

test("the place of a trap is the very line of the source", async () => {
  const host = await probeHost({ requestHeaders: ["trap"] });
  const { trap } = await host.request();
  const [file, line] = trap!.place.split(":");
  const source = readFileSync(`${packageRoot}/${file}`, "utf8").split("\n");
  expect(source[Number(line) - 1]).toContain("unreachable()");
});

describe("foreign functions on Node", () => {
  test("compress and uncompress are zlib's", async () => {
    const host = await probeHost(
      {
        requestHeaders: ["foreign compress hello", "foreign uncompress junk", "foreign nothing x"],
      },
      { foreign: nodeForeign() },
    );
    const exchange = await host.request();
    const lines = exchange.logs
      .map((record) => record.message)
      .filter((m) => m.includes("foreign"));
    expect(lines[0]).toMatch(/^\["foreign compress hello",0,"x/);
    expect(lines[1]).toMatch(/^\["foreign uncompress junk",3/);
    expect(lines[2]).toMatch(/^\["foreign nothing x",1/);
  });
});
