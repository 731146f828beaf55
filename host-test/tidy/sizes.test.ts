// A file holds one idea and a room fits a glance. Today's offenders stand in sizes.json and may only shrink.
import { expect, test } from "vitest";
import { files, read } from "./tree.ts";

const lineLimit = 300;
const roomLimit = 32;
const readmeLimit = 40;
const ratchet = JSON.parse(read("host-test/tidy/sizes.json")) as Record<string, number>;

const sources = files.filter(
  (name) => /\.(ts|js|mjs)$/.test(name) && !/\.gen\.ts$|(^|\/)abi\/env\.ts$/.test(name),
);
const lines = (name: string): number => read(name).trimEnd().split("\n").length;

test(`no source file has more than ${lineLimit} lines, or more than it had`, () => {
  const grown = sources
    .map((name) => ({ name, lines: lines(name), limit: ratchet[name] ?? lineLimit }))
    .filter((file) => file.lines > file.limit)
    .map((file) => `${file.name}: ${file.lines} lines, limit ${file.limit}`);
  expect(grown).toEqual([]);
});

test("the ratchet names no file that is gone or small again", () => {
  const stale = Object.keys(ratchet).filter(
    (name) => !sources.includes(name) || lines(name) <= lineLimit,
  );
  expect(stale).toEqual([]);
});

test(`no folder of assembly/ holds more than ${roomLimit} sources`, () => {
  const rooms = new Map<string, number>();
  for (const name of sources.filter(
    (name) => name.startsWith("assembly/") && !name.endsWith(".spec.ts"),
  )) {
    const folder = name.slice(0, name.lastIndexOf("/"));
    rooms.set(folder, (rooms.get(folder) ?? 0) + 1);
  }
  expect([...rooms].filter(([, count]) => count > roomLimit)).toEqual([]);
});

test(`each room has a README of at most ${readmeLimit} lines that names its files`, () => {
  const found: string[] = [];
  const rooms = new Set(
    sources
      .filter((name) => name.startsWith("assembly/"))
      .map((name) => name.split("/").slice(0, 2).join("/")),
  );
  for (const room of rooms) {
    const readme = `${room}/README.md`;
    if (!files.includes(readme)) {
      found.push(`${readme} is missing`);
      continue;
    }
    if (lines(readme) > readmeLimit) found.push(`${readme} has ${lines(readme)} lines`);
    const text = read(readme);
    for (const name of sources.filter(
      (name) => name.startsWith(`${room}/`) && !name.endsWith(".spec.ts"),
    )) {
      const parts = name.split("/");
      const known = [
        parts.at(-1)!,
        parts.at(-1)!.replace(/\.ts$/, ""),
        ...parts.slice(2, -1).map((p) => `${p}/`),
      ];
      if (!known.some((word) => text.includes(word))) found.push(`${readme} does not name ${name}`);
    }
  }
  expect(found).toEqual([]);
});

test("every source opens with a comment that says what it is", () => {
  const bare = sources.filter((name) => !/^(?:#!.*\n)?\s*(?:\/\/|\/\*)/.test(read(name)));
  expect(bare.filter((name) => !name.endsWith(".spec.ts"))).toEqual([]);
});

test("no file is named after a drawer", () => {
  const drawers = files.filter((name) =>
    /(?:^|\/)(?:utils?|helpers?|common|misc|manager)(?:\.|\/|$)/.test(name),
  );
  expect(drawers).toEqual([]);
});
