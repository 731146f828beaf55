import type { CaseFile } from "./format.ts";
/** A case file that cannot be read; the message names file, place and reason. */
export declare class CaseError extends Error {
  name: string;
}
/** Read one file. `file` is relative to the package root. @throws CaseError */
export declare function loadCaseFile(file: string): CaseFile;
/** All case files: host-test/contract and every example that has one, sorted. */
export declare function caseFiles(): string[];
