import type { Script } from "./format.ts";
/** Every operation a script may name. */
export declare const operations: ReadonlySet<string>;
/** The probe's text form. @throws Error when an operation is unknown. */
export declare function encodeScript(script: Script): string;
