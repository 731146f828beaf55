/** Folder that holds package.json, from the sources as well as from dist/. */
export declare const packageRoot: string;
/** Version of the AssemblyScript compiler in use, read without loading the compiler (it takes a third of a second to load). */
export declare function compilerVersion(): string;
/**
 * Every file that the entry reaches through imports, itself included, sorted; paths are relative to the package root and use
 * forward slashes. An import that leads nowhere is left out here: the compiler reports it with its place.
 */
export declare function reachableSources(entry: string): string[];
/** Hex SHA-256 over names and contents of everything `reachableSources` finds, the compiler's version, and `flags`. */
export declare function sourcesDigest(entry: string, flags: string[]): string;
