// The install guides: each deployment file in them loads, and each manifest shown is what the program prints from it.
// UPDATE_GUIDES=1 writes the blocks afresh.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { packageRoot } from "../../cli/build/sources.ts";
import { smallModule } from "../oci/fixture.ts";
import { meshwarden } from "./terminal-fixture.ts";

const folder = mkdtempSync(path.join(os.tmpdir(), "meshwarden-guides-"));
afterAll(() => rmSync(folder, { recursive: true }));
writeFileSync(path.join(folder, "guard.wasm"), smallModule());

const guides = path.join(packageRoot, "docs", "install");
const names = readdirSync(guides).filter((name) => !/^(?:README|compatibility)\.md$/.test(name));

describe.each(names)("docs/install/%s", (name) => {
  const text = readFileSync(path.join(guides, name), "utf8");
  const blocks = [...text.matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map((match) => match[1]!);
  const commands = [...text.matchAll(/^npx meshwarden manifest (\w+)(.*)/gm)];
  const printed = commands.filter(([, , rest]) => !rest!.includes("--output"));
  const folders = commands.filter(([, , rest]) => rest!.includes("--output"));
  const targets = printed.map((match) => match[1]!);

  test("its deployment file gives the manifest it shows", async () => {
    const [deployment, shown] = blocks;
    const file = path.join(folder, "deployment.yaml");
    writeFileSync(
      file,
      deployment!.replace("  - name: guard\n", "  - name: guard\n    wasm: guard.wasm\n"),
    );
    expect(targets).toHaveLength(1);
    const { out, exitCode, err } = await meshwarden("manifest", targets[0]!, "-c", file);
    expect(err).toBe("");
    expect(exitCode).toBe(0);
    if (shown !== undefined && process.env["UPDATE_GUIDES"] === "1") {
      writeFileSync(
        path.join(guides, name),
        text.replace(shown, () => out),
      );
    } else if (shown !== undefined) expect(shown).toBe(out);
    const made = path.join(folder, targets[0] === "consul" ? "made.json" : "made.yaml");
    writeFileSync(made, out);
    if (targets[0] !== "consul") expect((await meshwarden("lint", made, "--strict")).out).toBe("");
    for (const [, target] of folders) {
      const output = path.join(folder, target!);
      const run = await meshwarden("manifest", target!, "-c", file, "--output", output);
      expect([run.exitCode, readdirSync(output).length > 1]).toEqual([0, true]);
    }
  });
});
