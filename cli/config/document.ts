// A configuration file (YAML 1.2 or JSON, which is part of it) with the place of every value, so that an error found anywhere
// behind it, even inside a filter, can be shown at its line. Errors of the text itself are shown the same way.
import { readFileSync, statSync } from "node:fs";
import {
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  parseDocument,
  type Document,
  type Node,
} from "yaml";
import { exitCodes, UserError } from "../exit.ts";
import type { Finding, Place } from "./finding.ts";
import { inlineFiles } from "./inline.ts";

/** A configuration of this size is a mistake, or an attack on whoever loads it. */
const limitBytes = 16 * 1024 * 1024;

/** How often one anchor may be used in all; stops a small file from growing into a huge document. */
const aliasesMax = 100;

export class ConfigDocument {
  readonly file: string;
  /** The document as plain data. */
  readonly value: unknown;
  readonly #document: Document.Parsed | undefined;
  readonly #lines: LineCounter;

  /** @throws UserError that names the file, and line and column where the text is wrong */
  constructor(
    file: string,
    text: string,
    parsed?: { document: Document.Parsed; lines: LineCounter },
  ) {
    this.file = file;
    this.#lines = parsed?.lines ?? new LineCounter();
    const options = { lineCounter: this.#lines, prettyErrors: false };
    this.#document = parsed?.document ?? parseDocument(text, options);
    const [error] = this.#document.errors;
    if (error !== undefined) {
      const { line, col } = this.#lines.linePos(error.pos[0]);
      throw new UserError(
        `${file}:${line}:${col}: ${error.message}`,
        "mend the YAML at that place",
      );
    }
    try {
      this.value = this.#document.toJS({ maxAliasCount: aliasesMax });
    } catch (error) {
      throw new UserError(`${file}: ${(error as Error).message}`, "write out what the aliases say");
    }
  }

  /**
   * Line and column of the value at a JSON pointer (RFC 6901), both from 1. Where the pointer leads further than the document,
   * the place of the deepest part that exists; a member is shown at its name.
   */
  place(pointer: string): Place {
    let node: Node | null = this.#document?.contents ?? null;
    let at = node?.range?.[0] ?? 0;
    for (const token of pointerTokens(pointer)) {
      if (isMap(node)) {
        const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === token);
        if (pair === undefined) break;
        at = (pair.key as Node).range?.[0] ?? at;
        node = pair.value as Node | null;
      } else if (isSeq(node)) {
        const item = node.items[Number(token)] as Node | undefined;
        if (item === undefined) break;
        at = item.range?.[0] ?? at;
        node = item;
      } else break;
    }
    const { line, col } = this.#lines.linePos(at);
    return { file: this.file, line, column: col };
  }

  /** A finding at the place of `pointer`. */
  finding(pointer: string, message: string, mend = ""): Finding {
    return { ...this.place(pointer), pointer, message, mend };
  }
}

/** The documents of one file, which YAML separates by "---". @throws UserError as for a single one */
export function documentsOf(file: string, text: string): ConfigDocument[] {
  const lines = new LineCounter();
  const parsed = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false });
  if (!Array.isArray(parsed)) return [];
  return parsed.map((document) => new ConfigDocument(file, text, { document, lines }));
}

/** "/a~1b/0" as ["a/b", "0"]. */
export function pointerTokens(pointer: string): string[] {
  if (pointer === "") return [];
  const tokens = pointer.split("/").slice(1);
  return tokens.map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** Reads and parses a configuration file, and the files that it names. @throws UserError */
export function loadDocument(file: string): ConfigDocument {
  const document = new ConfigDocument(file, readConfigText(file));
  inlineFiles(document.value, file);
  return document;
}

/** A configuration file's text. @throws UserError */
export function readConfigText(file: string): string {
  try {
    if (statSync(file).size > limitBytes) {
      throw new UserError(`${file} is larger than ${limitBytes} bytes`);
    }
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof UserError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    const why = code === "ENOENT" ? "does not exist" : `cannot be read (${code ?? String(error)})`;
    throw new UserError(`${file} ${why}`, "name the configuration file with -c", exitCodes.usage);
  }
}
