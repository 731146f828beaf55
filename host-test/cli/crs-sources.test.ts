// Where a release that is known by its version comes from, and that what comes is checked whoever hands it out.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { contentSumOf, sourceOf } from "../../cli/crs/sources.ts";
import { runProgram } from "../../cli/program.ts";
import { archive, text } from "./crs-release.ts";
import { memoryTerminal } from "./terminal-fixture.ts";

test("content checksums are those of the Go checksum database", () => {
  // Of two files "a" and "b" with contents "one" and "two", computed by another program.
  const files = [text("b", "two"), text("a", "one")];
  expect(contentSumOf(files)).toBe("h1:0XE42WOCQDaQSCqJ2jNHUzarNsBGppEqhrre3WIwHLg=");
});

test("a known version comes from the user's Go module proxy, whichever that is", async () => {
  for (const list of ["https://go.example.com/,direct", "off| https://go.example.com"]) {
    expect(sourceOf("4.25.0", undefined, list)).toEqual({
      address: "https://go.example.com/github.com/corazawaf/coraza-coreruleset/v4/@v/v4.25.0.zip",
      contentSum: expect.stringMatching(/^h1:/) as string,
    });
  }
  const terminal = memoryTerminal();
  terminal.env = { GOPROXY: "off" };
  const signal = new AbortController().signal;
  expect(await runProgram(["crs", "fetch"], terminal, signal)).toBe(2);
  expect(terminal.written.err).toContain("set GOPROXY");
  // The content of what such a proxy hands out is checked.
  const server = createServer((_request, response) => response.end(archive));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  terminal.env = { GOPROXY: `http://127.0.0.1:${port}` };
  expect(await runProgram(["crs", "fetch"], terminal, signal)).toBe(4);
  server.close();
  server.closeAllConnections();
});
