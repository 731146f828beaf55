// The command line's habits: exit codes, help, errors that say what to do, and JSON for scripts.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compile } from "../../cli/build/compile.ts";
import { packageVersion } from "../../cli/package-version.ts";
import { runProgram } from "../../cli/program.ts";
import { paint, processTerminal } from "../../cli/terminal/terminal.ts";
import { memoryTerminal, meshwarden } from "./terminal-fixture.ts";

let folder: string;
let gate: string;
beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), "meshwarden-cli-"));
  gate = path.join(folder, "gate.wasm");
  const { wasm } = await compile({ entry: "assembly/probes/gate.ts", target: "release" });
  writeFileSync(gate, wasm);
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const full = path.join(folder, name);
  writeFileSync(full, text);
  return full;
}

describe("what is said and how it ends", () => {
  test("help and version are no errors", async () => {
    const help = await meshwarden("--help");
    expect(help.exitCode).toBe(0);
    for (const command of ["start", "serve", "build", "test", "check"])
      expect(help.out).toContain(command);
    const version = await meshwarden("--version");
    expect(version).toEqual({ exitCode: 0, out: `${packageVersion()}\n`, err: "" });
  });

  test.each(["start", "serve", "build", "test", "check"])(
    "%s has help with examples",
    async (command) => {
      const help = await meshwarden("help", command);
      expect(help.exitCode).toBe(0);
      expect(help.out).toContain(`Examples:\n  meshwarden ${command}`);
    },
  );

  test("a mistyped command is told what was meant", async () => {
    const result = await meshwarden("biuld");
    expect(result.exitCode).toBe(2);
    expect(result.err).toContain("Did you mean build?");
  });

  test("a wrong option value names the option", async () => {
    const result = await meshwarden("serve", "--port", "99999");
    expect(result.exitCode).toBe(2);
    expect(result.err).toContain("--port");
    expect(result.err).toContain("0 to 65535");
  });

  test("user errors have a mend and no stack", async () => {
    const result = await meshwarden("serve", "-c", path.join(folder, "none.yaml"));
    expect(result.exitCode).toBe(2);
    expect(result.err).toMatch(/^error: .*none\.yaml does not exist\n mend: .+\n$/);
  });

  test("the same as JSON", async () => {
    const result = await meshwarden("serve", "--json", "-c", path.join(folder, "none.yaml"));
    expect(JSON.parse(result.out)).toMatchObject({ error: { exitCode: 2 } });
    expect(result.err).toBe("");
  });

  test("a filter that is not there says how to get it", async () => {
    const config = file("a.yaml", "version: 1\n");
    const result = await meshwarden("check", config, "--filter", "nothing");
    expect(result.exitCode).toBe(2);
    expect(result.err).toContain("meshwarden build");
  });

  test("a taken port is a network error", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as AddressInfo;
    const config = file("b.yaml", "gate: { deny: evil }\n");
    const result = await meshwarden(
      ...["serve", "-c", config, "--filter", gate, "--port", String(port)],
      ...["--upstream", "http://127.0.0.1:1"],
    );
    expect(result.exitCode).toBe(3);
    expect(result.err).toContain("is taken");
    await new Promise((resolve) => other.close(resolve));
  });

  test("no colour where NO_COLOR is set", () => {
    const before = process.env["NO_COLOR"];
    process.env["NO_COLOR"] = "1";
    expect(processTerminal().colour).toBe(false);
    if (before === undefined) delete process.env["NO_COLOR"];
    else process.env["NO_COLOR"] = before;
    expect(paint(memoryTerminal(false), "red", "x")).toBe("x");
    expect(paint(memoryTerminal(true), "red", "x")).toBe("\u001b[31mx\u001b[39m");
  });
});

describe("check", () => {
  test("a good file", async () => {
    const config = file("good.yaml", "gate:\n  deny: evil\n");
    const result = await meshwarden("check", config, "--filter", gate);
    expect(result).toEqual({ exitCode: 0, out: "", err: `ok: ${config}\n` });
  });

  test("findings of filter and proxy sections, at their lines", async () => {
    const config = file("bad.yaml", "gate:\n  deny: broken\nserve:\n  upstreem: x\n");
    const result = await meshwarden("check", config, "--filter", gate);
    expect(result.exitCode).toBe(1);
    expect(result.out).toBe(
      `${config}:4:3: /serve/upstreem: is not a known field\n  mend: did you mean "upstream"?\n` +
        `${config}:2:3: /gate/deny: must be a whole word, got "broken"\n  mend: mend it\n`,
    );
  });

  test("findings as JSON", async () => {
    const config = file("bad.json", '{\n  "gate": { "deny": "broken" }\n}\n');
    const result = await meshwarden("check", config, "--filter", gate, "--json");
    expect(JSON.parse(result.out)).toMatchObject({
      findings: [{ file: config, line: 2, column: 13, pointer: "/gate/deny" }],
    });
  });

  test.each([
    ["a tab as indentation", "gate:\n\tdeny: evil\n", 2],
    ["a name twice", "gate:\n  deny: a\n  deny: b\n", 3],
    ["an open bracket", "gate: [1, 2\n", 2],
  ])("broken YAML is shown at its place: %s", async (_name, text, line) => {
    const config = file("broken.yaml", text);
    const result = await meshwarden("check", config, "--filter", gate);
    expect(result.exitCode).toBe(1);
    expect(result.out).toMatch(new RegExp(`^${config}:${line}:\\d+: `));
  });

  test("a small file cannot grow into a huge document", async () => {
    let text = "a: &a [x, x, x, x, x, x, x, x, x]\n";
    for (const [name, before] of ["ba", "cb", "dc", "ed", "fe", "gf", "hg"]) {
      text += `${name}: &${name} [${Array(9).fill(`*${before}`).join(", ")}]\n`;
    }
    const result = await meshwarden("check", file("bomb.yaml", text), "--filter", gate);
    expect(result.exitCode).toBe(2);
    expect(result.err).toContain("alias");
  });
});

describe("test", () => {
  const cases = (status: number): string =>
    "version: 1\nabout: x\ncases:\n  - name: a first case\n    script: { requestHeaders: [return 0] }\n" +
    "    request: { path: / }\n    upstream: { status: 200, body: ok }\n" +
    `    expect: { client: { status: ${status} } }\n`;

  test("cases that pass, and cases that fail", async () => {
    const good = await meshwarden("test", file("good-cases.yaml", cases(200)));
    expect(good).toEqual({
      exitCode: 0,
      out: "ok    a first case\n1 cases, all passed\n",
      err: "",
    });
    const bad = await meshwarden("test", file("bad-cases.yaml", cases(403)));
    expect(bad.exitCode).toBe(1);
    expect(bad.out).toContain("status 200, expected 403");
  });

  test("a folder is searched for its case files, and may hold others", async () => {
    const both = await meshwarden("test", "examples/quickstart", "--grep", "no case has this name");
    expect([both.exitCode, both.err]).toEqual([2, expect.stringMatching(/no case was found/)]);
    const one = await meshwarden("test", "examples/limits", "--json");
    expect(one.err).toBe("");
    const { cases, results } = JSON.parse(one.out) as {
      cases: number;
      results: { file: string }[];
    };
    expect(cases).toBeGreaterThan(0);
    expect(new Set(results.map(({ file }) => file))).toEqual(
      new Set(["examples/limits/cases.yaml"]),
    );
    const none = await meshwarden("test", "schemas");
    expect([none.exitCode, none.err]).toEqual([2, expect.stringMatching(/holds no case file/)]);
  });

  test("a file that holds no cases, a missing module, nothing found", async () => {
    const wrong = await meshwarden("test", file("wrong-cases.yaml", "version: 2\n"));
    expect(wrong.exitCode).toBe(2);
    const text = cases(200).replace(
      "script: { requestHeaders: [return 0] }",
      "filters: [{ wasm: build/none.wasm }]",
    );
    const missing = await meshwarden("test", file("missing-cases.yaml", text));
    expect(missing.err).toContain("build/none.wasm is missing");
    const nothing = await meshwarden("test", file("c.yaml", cases(200)), "--grep", "nothing");
    expect(nothing.exitCode).toBe(2);
  });
});

describe("start", () => {
  test("sends the quickstart's requests and every verdict is right", async () => {
    const { wasm } = await compile({ entry: "assembly/filters/guard.ts", target: "release" });
    const guard = path.join(folder, "guard.wasm");
    writeFileSync(guard, wasm);
    const result = await meshwarden(
      ...["start", "--once", "--json", "--port", "0", "--admin-port", "0", "--filter", guard],
    );
    const { verdicts } = JSON.parse(result.out) as { verdicts: { right: boolean; name: string }[] };
    expect(verdicts.filter(({ right }) => !right)).toEqual([]);
    expect(verdicts.length).toBeGreaterThanOrEqual(12);
    expect(result.exitCode).toBe(0);
  });

  test("a wrong verdict is shown and fails", async () => {
    const example = mkdtempSync(path.join(folder, "example-"));
    writeFileSync(path.join(example, "config.yaml"), "gate: { deny: evil }\n");
    const requests = "requests:\n  - { name: wrong, path: /, expect: { status: 403 } }\n";
    writeFileSync(path.join(example, "requests.yaml"), requests);
    const result = await meshwarden(
      ...["start", "--once", "--example", example, "--filter", gate],
      ...["--port", "0", "--admin-port", "0"],
    );
    expect(result.exitCode).toBe(1);
    expect(result.out).toContain("WRONG");
    expect(result.out).toContain("1 of 1 verdicts are wrong");
  });

  test("keeps serving until it is stopped", async () => {
    const example = mkdtempSync(path.join(folder, "example-"));
    writeFileSync(path.join(example, "config.yaml"), "gate: { deny: evil }\n");
    const requests = "requests:\n  - { name: right, path: /, expect: { status: 200 } }\n";
    writeFileSync(path.join(example, "requests.yaml"), requests);
    const terminal = memoryTerminal();
    const controller = new AbortController();
    const running = runProgram(
      ["start", "--example", example, "--filter", gate, "--port", "0", "--admin-port", "0"],
      terminal,
      controller.signal,
    );
    const url = await new Promise<string>((resolve) => {
      const write = terminal.err;
      terminal.err = (text) => {
        write(text);
        const found = /serving on (http:\S+),/.exec(text);
        if (found !== null) resolve(found[1]!);
      };
    });
    expect((await fetch(`${url}/items/1`)).status).toBe(200);
    expect((await fetch(`${url}/items/1`, { headers: { "x-word": "evil" } })).status).toBe(403);
    controller.abort();
    expect(await running).toBe(0);
    await expect(fetch(url)).rejects.toThrow();
  });
});
