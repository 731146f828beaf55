// Descriptions of APIs by others: each of version 3 loads, those of version 2 are refused by name, and the bodies that they give as examples
// are what their own schemas say, but for the ones of `openapi-mistakes.ts`.
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { dataFolder, suiteTitle } from "./data.ts";
import { examplesOf } from "./openapi-examples.ts";
import { ownMistakes } from "./openapi-mistakes.ts";
import { OpenApiProbe } from "./openapi-probe.ts";

const folder = dataFolder("openapi");

interface Description {
  openapi?: string;
  swagger?: string;
  paths?: Record<string, unknown>;
}

/** Every file that is a description, by its place in the folder. */
function descriptions(): [string, Description][] {
  if (folder === undefined) return [];
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const found: [string, Description][] = [];
  for (const name of names.filter((name) => /\.(?:json|ya?ml)$/.test(name)).sort()) {
    const text = readFileSync(path.join(folder, name), "utf8");
    const document = (
      name.endsWith(".json") ? JSON.parse(text) : parse(text)
    ) as Description | null;
    if (document?.openapi !== undefined || document?.swagger !== undefined)
      found.push([name, document]);
  }
  return found;
}

describe.skipIf(folder === undefined)(suiteTitle("OpenAPI descriptions", folder), async () => {
  const all = descriptions();
  const probe = folder === undefined ? undefined : await OpenApiProbe.create();
  const threes = all.filter(([, { openapi }]) => openapi?.startsWith("3.") === true);

  test.each(threes)("%s", (_, document) => {
    expect(probe!.load(document)).toEqual([]);
  });

  test("version 2 is refused by name", () => {
    const twos = all.filter(([, { swagger }]) => swagger !== undefined);
    expect(twos.length).toBeGreaterThan(0);
    for (const [, document] of twos) expect(probe!.load(document)[0]).toContain("Swagger 2.0");
  });

  test("examples are what their schemas say", () => {
    const json: [string, string][] = [["content-type", "application/json"]];
    const wrong: string[] = [];
    let count = 0;
    for (const [name, document] of descriptions().filter(([, { openapi }]) =>
      openapi?.startsWith("3."),
    )) {
      const examples = examplesOf(document as Record<string, unknown>);
      expect(probe!.load(document)).toEqual([]);
      for (const { method, path: template, status, name: example, value } of examples) {
        const request = { method: method.toUpperCase(), path: template.replace(/\{[^}]*\}/g, "x") };
        const body = JSON.stringify(value);
        const faults =
          status === undefined
            ? probe!.judge({ ...request, headers: json, body })
            : (probe!.judge(request), probe!.answer(status, json, body));
        count++;
        const where = [name, method, template, status ?? "body", example].join(" ").trimEnd();
        wrong.push(...faults.map((fault) => `${where}: ${fault.split(": ")[1]}`));
      }
    }
    expect(count).toBeGreaterThan(350);
    const known = ownMistakes.flatMap(({ document, fault, places }) =>
      places.map((place) => `${document} ${place}: ${fault}`),
    );
    expect(known).toHaveLength(29);
    expect(wrong.sort()).toEqual(known.sort());
  });
});
