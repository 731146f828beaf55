// Functions that no module contains, because nothing calls them: the compiler leaves them out, and without this they would
// not be missed. The compiler's own parser says where each function's statements begin.
import { readFileSync } from "node:fs";
import path from "node:path";
import { packageRoot } from "../../cli/build/sources.ts";
import type { LineHits } from "./collect.ts";

interface Node {
  kind: number;
  range?: { start: number; end: number; source: Source };
}
interface Source {
  normalizedPath: string;
  statements: Node[];
  lineAt(offset: number): number;
}
interface Compiler {
  NodeKind: Record<string, number>;
  newOptions(): unknown;
  newProgram(options: unknown): { sources: Source[] };
  parse(program: unknown, text: string, file: string, isEntry: boolean): void;
}

/** Adds, as not hit, the statements of every function of `files` of which no line is known. */
export async function addUncompiled(hits: LineHits, files: string[]): Promise<void> {
  const module = (await import("assemblyscript")) as unknown as { default?: Compiler } & Compiler;
  const compiler = module.default ?? module;
  const { FunctionDeclaration, MethodDeclaration, Block } = compiler.NodeKind;
  for (const file of files) {
    const program = compiler.newProgram(compiler.newOptions());
    const name = file.replace(/\.ts$/, ".ts");
    compiler.parse(program, readFileSync(path.join(packageRoot, file), "utf8"), name, true);
    const source = program.sources.find(({ normalizedPath }) => normalizedPath === name);
    if (source === undefined) continue;
    const known = (hits[file] ??= {});
    const visit = (node: unknown): void => {
      for (const child of childrenOf(node)) {
        const isFunction = child.kind === FunctionDeclaration || child.kind === MethodDeclaration;
        const { body } = child as { body?: Node & { statements?: Node[] } };
        if (isFunction && body?.range !== undefined) {
          const first = source.lineAt(body.range.start);
          const last = source.lineAt(body.range.end);
          const compiled = Object.keys(known).some(
            (line) => Number(line) >= first && Number(line) <= last,
          );
          if (!compiled) {
            const statements = body.kind === Block ? (body.statements ?? []) : [body];
            for (const { range } of statements) if (range) known[source.lineAt(range.start)] ??= 0;
          }
        } else visit(child);
      }
    };
    visit({ members: source.statements });
    if (Object.keys(known).length === 0) delete hits[file];
  }
}

/** Declarations inside a node: members of classes and namespaces, statements of a file. */
function childrenOf(node: unknown): Node[] {
  const { members } = node as { members?: Node[] };
  return Array.isArray(members) ? members : [];
}
