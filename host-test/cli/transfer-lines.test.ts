// The bar of a transfer: only on a screen, at most ten times a second, gone when the blob is there.
import { expect, test } from "vitest";
import type { Progress } from "../../cli/oci/registry.ts";
import { TransferLines } from "../../cli/terminal/transfer-lines.ts";
import { memoryTerminal } from "./terminal-fixture.ts";

const digest = `sha256:${"ab".repeat(32)}` as const;
const progress = (doneBytes: number, state: Progress["state"] = "moving"): Progress => ({
  what: "push",
  digest,
  doneBytes,
  totalBytes: 1000,
  state,
});

function drawn(live: boolean, quiet: boolean, stepMs = 60): string {
  const terminal = { ...memoryTerminal(), live, quiet };
  let now = 0;
  const lines = new TransferLines(terminal, () => now);
  for (const done of [0, 100, 500, 900]) {
    lines.show(progress(done));
    now += stepMs;
  }
  lines.show(progress(1000, "done"));
  return terminal.written.err;
}

test("a screen sees a bar that makes room for the closing line", () => {
  const text = drawn(true, false);
  expect(text.match(/\[[#-]{24}\]/g)).toHaveLength(2);
  expect(text).toContain("[############------------]  50 %");
  expect(text.endsWith(`\r\u001b[K${digest.slice(0, 19)}       1000 bytes  pushed\n`)).toBe(true);
});

test("a log gets the closing line alone, --quiet nothing", () => {
  expect(drawn(false, false)).toBe(`${digest.slice(0, 19)}       1000 bytes  pushed\n`);
  expect(drawn(true, true)).toBe("");
});
