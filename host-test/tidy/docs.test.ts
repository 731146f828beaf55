// The documents may only name what exists: files, scripts, and YAML that parses. A guide that names a file that is gone
// misleads more than no guide.
import { existsSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { packageRoot } from "../../cli/build/compile.ts";
import { files, read } from "./tree.ts";

const documents = files.filter((name) => name.endsWith(".md"));
const folders = new Set(files.flatMap((name) => parents(name)));
const scripts = JSON.parse(read("package.json")).scripts as Record<string, string>;
const rooted =
  /^(?:\.ci|assembly|bench|cli|docs|envoy|examples|host-test|schemas)\/[\w./@-]*$|^[\w.-]+\.(?:md|json|ts|js)$/;

function parents(name: string): string[] {
  const parts = name.split("/");
  return parts.slice(0, -1).map((_, index) => parts.slice(0, index + 1).join("/"));
}

/** Backticked words of a document, fenced blocks left out. */
function codeWords(text: string): string[] {
  const prose = text.replace(/^```[\s\S]*?^```/gm, "");
  return [...prose.matchAll(/`([^`\n]+)`/g)].map((match) => match[1]);
}

const baseNames = new Set(files.map((name) => name.slice(name.lastIndexOf("/") + 1)));

/** From the root, beside the document, or a bare file name that some folder holds. */
function exists(word: string, document: string): boolean {
  const name = word.replace(/\/$/, "");
  if (!name.includes("/") && baseNames.has(name)) return true;
  const beside = path.posix.join(path.posix.dirname(document), name);
  return [name, beside].some((n) => files.includes(n) || folders.has(n));
}

test("the example of docs/testing.md is the one that runs", () => {
  const shown = /^```ts\n([\s\S]*?)^```/m.exec(read("docs/testing.md"))![1];
  expect(read("examples/testing/guard.test.ts")).toContain(shown);
});

describe.each(documents)("%s", (document) => {
  test("names only paths that exist", () => {
    const paths = codeWords(read(document)).filter(
      (word) => rooted.test(word) && !/^[A-Z]\w*\.ts$/.test(word),
    );
    expect(paths.filter((word) => !exists(word, document))).toEqual([]);
  });

  test("links only to files that exist", () => {
    const links = [...read(document).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map(
      (match) => match[1],
    );
    const broken = links.filter(
      (link) => !existsSync(path.join(packageRoot, path.posix.dirname(document), link)),
    );
    expect(broken).toEqual([]);
  });

  test("names only npm scripts that exist", () => {
    const named = [...read(document).matchAll(/npm run ([\w:]+)/g)].map((match) => match[1]);
    if (/npm test\b/.test(read(document))) named.push("test");
    if (/npm start\b/.test(read(document))) named.push("start");
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  test("holds only YAML that parses", () => {
    const broken = [...read(document).matchAll(/^```ya?ml\n([\s\S]*?)^```/gm)].flatMap((match) =>
      parseAllDocuments(match[1]).flatMap((parsed) => parsed.errors.map((error) => error.message)),
    );
    expect(broken).toEqual([]);
  });
});
