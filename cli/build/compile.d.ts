export { packageRoot } from "./sources.ts";
/** `spec` keeps assertions and imports env.abort, so that a failed assertion reaches the test runner with its place. */
export type Target = "release" | "debug" | "spec";
export interface CompileOptions {
    /** Entry file, relative to the package root, for example `assembly/filters/guard.ts`. */
    entry: string;
    target: Target;
    /** Further asc flags, for example `["--runtime", "incremental"]`. */
    flags?: string[];
}
export interface Compiled {
    wasm: Uint8Array<ArrayBuffer>;
    /** Source map of version 3 as JSON text; asc writes one for every target. */
    sourceMap: string;
}
/** The compiler refused a source; `message` holds asc's own diagnostics with file and line. */
export declare class CompileError extends Error {
    name: string;
}
/** Hex SHA-256 that changes when, and only when, the compile could come out differently. */
export declare function compileKey(options: CompileOptions): string;
/**
 * Compile one entry, or take it from `.cache/` when neither a source, a flag nor the compiler changed.
 * @param fresh skips the cache, to prove that two compiles give the same bytes.
 * @throws CompileError when asc reports an error.
 */
export declare function compile(options: CompileOptions, fresh?: boolean): Promise<Compiled>;
/** Two processes may write the same file at the same time: readers must never see half of it. */
export declare function writeAtomically(file: string, contents: string | Uint8Array): void;
