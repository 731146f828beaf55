// A deployment file with parts to vary, and what `manifest` prints from it.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect } from "vitest";
import { parseAllDocuments } from "yaml";
import { smallModule } from "../oci/fixture.ts";
import { meshwarden } from "./terminal-fixture.ts";

/** Of the image that the deployment names. */
export const digest = "ab".repeat(32);
/** A folder of the test file that imports this one. */
export let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "meshwarden-manifest-"));
  writeFileSync(path.join(folder, "own.wasm"), smallModule());
});
afterAll(() => rmSync(folder, { recursive: true }));

export interface Parts {
  target?: string;
  top?: string;
  filter?: string;
}

/** Writes a deployment file. @returns its path */
export function deployment({
  target = "{ kind: gateway, name: edge, ports: [443] }",
  top = "",
  filter = "",
}: Parts = {}): string {
  const file = path.join(folder, "deployment.yaml");
  writeFileSync(
    file,
    `version: 1\nname: shield\nnamespace: shop\ntarget: ${target}\nupstream: http://127.0.0.1:3000\n${top}\n` +
      `filters:\n  - name: own\n    wasm: own.wasm\n    module: own.wasm\n` +
      `    image: registry.example.com/shield/own:1.0.0@sha256:${digest}\n` +
      `    config: { version: 1, validate: { limits: { query: { maxArguments: 20 } } } }\n    ${filter}\n`,
  );
  return file;
}

/** One of an EnvoyPatchPolicy's patches. */
export interface Patch {
  name: string;
  operation: { path: string };
}

/** Prints a target, which must succeed without a word on the error stream. */
export async function made(
  target: string,
  parts?: Parts,
): Promise<{ text: string; documents: unknown[] }> {
  const result = await meshwarden("manifest", target, "-c", deployment(parts));
  expect(result.err).toBe("");
  const documents = parseAllDocuments(result.out).map((document) => document.toJS() as unknown);
  return { text: result.out, documents };
}

export const clusters = "clusters: { issuer: { url: https://issuer.example.com } }";
export const listened = "{ kind: gateway, name: edge, listeners: [http, https] }";
