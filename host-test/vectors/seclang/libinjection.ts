// libinjection's own material: sample lists (one a line, mostly percent-encoded) and the cases of its SQL detector,
// whose expected fingerprint is empty for an innocent input.
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { dataFolder } from "../data.ts";

/** Lines of the lists whose file name begins with `prefix`, decoded once as a query would be. */
export function sampleLines(prefix: string): Buffer[] | undefined {
  const folder = dataFolder("libinjection/data");
  if (folder === undefined) return undefined;
  const files = readdirSync(folder).filter((file) => file.startsWith(prefix));
  return files.flatMap((file) =>
    readFileSync(path.join(folder, file), "latin1")
      .split("\n")
      .map((line) => line.replace(/\r$/, ""))
      .filter((line) => line !== "" && !line.startsWith("#"))
      .map(queryValue),
  );
}

export interface DetectorCase {
  file: string;
  input: Buffer;
  injection: boolean;
}

/** Cases of `tests/test-sqli-*.txt`. */
export function detectorCases(): DetectorCase[] | undefined {
  const folder = dataFolder("libinjection/tests");
  if (folder === undefined) return undefined;
  return readdirSync(folder)
    .filter((file) => file.startsWith("test-sqli-"))
    .map((file) => {
      const text = readFileSync(path.join(folder, file), "latin1").replaceAll("\r\n", "\n");
      const [head, expected] = text.split(/\n?--EXPECTED--/);
      const input = head.slice(head.indexOf("--INPUT--") + 10);
      return { file, input: Buffer.from(input, "latin1"), injection: expected.trim() !== "" };
    });
}

function queryValue(line: string): Buffer {
  const spaced = line.replaceAll("+", " ");
  return Buffer.from(
    spaced.replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) =>
      String.fromCharCode(parseInt(hex, 16)),
    ),
    "latin1",
  );
}
