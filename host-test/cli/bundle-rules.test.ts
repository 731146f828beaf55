// `meshwarden bundle --rules`: a module whose rules are compiled, judged by running it.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { compile } from "../../cli/build/compile.ts";
import { createHostSync } from "../host/index.ts";
import { meshwarden } from "./terminal-fixture.ts";

let folder: string;
let waf: string;
beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), "meshwarden-rules-"));
  waf = path.join(folder, "waf.wasm");
  writeFileSync(waf, (await compile({ entry: "assembly/filters/waf.ts", target: "release" })).wasm);
  mkdirSync(path.join(folder, "rules"));
  const rule =
    'SecRule ARGS "@pmFromFile words.data" "id:1001,phase:2,deny,status:406,log,msg:\'A word of the list\'"\n';
  writeFileSync(path.join(folder, "rules", "words.conf"), rule);
  writeFileSync(path.join(folder, "rules", "words.data"), "# words\nforbidden\n");
  const setup = 'SecAction "id:900990,phase:1,pass,nolog,setvar:tx.limit=7"\n';
  writeFileSync(path.join(folder, "rules", "crs-setup.conf.example"), setup);
});
afterAll(() => rmSync(folder, { recursive: true }));

const bundle = (name: string, ...more: string[]): ReturnType<typeof meshwarden> => {
  const rules = path.join(folder, "rules");
  return meshwarden(
    "bundle",
    "--rules",
    rules,
    "--filter",
    waf,
    "-o",
    path.join(folder, name),
    ...more,
  );
};
const statusOf = async (file: string, section: object, target: string): Promise<number> => {
  const host = createHostSync({
    filters: [
      {
        name: "waf",
        wasm: readFileSync(path.join(folder, file)),
        config: JSON.stringify({ version: 1, waf: section }),
        allowOnHeadersStopIteration: true,
      },
    ],
  });
  const { status } = await host.request({ path: target });
  host.close();
  return status;
};

test("the module holds its files and rules, and knows what comes on top of them", async () => {
  expect((await bundle("frozen.wasm")).exitCode).toBe(0);
  const usual = ["SecRuleEngine On", "SecRequestBodyAccess On", "Include @owasp_crs/*.conf"];
  const same = { directivesMap: { default: usual } };
  expect(await statusOf("frozen.wasm", same, "/?a=forbidden")).toBe(406);
  expect(await statusOf("frozen.wasm", same, "/?a=allowed")).toBe(200);
  const less = { rules: [...usual, "SecRuleRemoveById 1001"] };
  expect(await statusOf("frozen.wasm", less, "/?a=forbidden")).toBe(200);
  const own = { rules: ['SecRule ARGS "@streq x" "id:2,phase:2,deny,status:418"', ...usual] };
  expect(await statusOf("frozen.wasm", own, "/?a=x")).toBe(418);
  expect(await statusOf("frozen.wasm", own, "/?a=forbidden")).toBe(406);
});

/** Names that users know, a file of their own, and rules that say which of them were read. */
const wellKnown = {
  rules: [
    "Include @recommended-conf",
    "SecRuleEngine On",
    "Include @crs-setup-conf",
    'SecRule TX:LIMIT "@eq 7" "id:7,phase:1,deny,status:409,chain"\nSecRule ARGS:setup "@eq 1" ""',
    "Include @own/*.conf",
    "Include @owasp_crs/*.conf",
  ],
  files: { "@own/late.conf": 'SecRule ARGS:own "@eq 1" "id:8,phase:2,deny,status:410"\n' },
};
const asked = ["/?a=forbidden", "/?setup=1", "/?own=1", "/?a=allowed"];

test("names of settings, setup and rules are found in the module, beside files of one's own", async () => {
  await bundle("names.wasm");
  const found: number[] = [];
  for (const target of asked) found.push(await statusOf("names.wasm", wellKnown, target));
  expect(found).toEqual([406, 409, 410, 200]);
});

test("the profiles of a configuration are compiled with the files that it brings", async () => {
  const config = path.join(folder, "shield.json");
  writeFileSync(config, JSON.stringify({ version: 1, waf: wellKnown }));
  const { exitCode, err } = await bundle("profiles.wasm", "--config", config);
  expect([exitCode, err]).toEqual([0, ""]);
  for (const section of [wellKnown, { rules: wellKnown.rules }]) {
    const found: number[] = [];
    for (const target of asked) found.push(await statusOf("profiles.wasm", section, target));
    expect(found).toEqual([406, 409, 410, 200]);
  }
});

test("two bundles are the same bytes", async () => {
  await bundle("one.wasm");
  await bundle("two.wasm");
  const bytes = (name: string): Buffer => readFileSync(path.join(folder, name));
  expect(bytes("one.wasm").equals(bytes("two.wasm"))).toBe(true);
});

test("a broken rule is named with its file and line", async () => {
  const broken = path.join(folder, "rules", "zz-broken.conf");
  writeFileSync(broken, '# first line\nSecRule ARGS "@rx (" "id:1002"\n');
  const result = await bundle("broken.wasm");
  rmSync(broken);
  expect(result.exitCode).toBe(2);
  expect(result.err).toMatch(/zz-broken\.conf:2/);
});

test("an image is asked for in another way", async () => {
  const result = await bundle("image.tar");
  expect(result.exitCode).toBe(2);
  expect(result.err).toMatch(/--output waf-crs\.wasm/);
});
