// What a rule of lint says about a place in a document.

export interface Remark {
  /** JSON pointer into the document. */
  pointer: string;
  message: string;
  mend: string;
  /** Errors fail the run; warnings are shown. */
  severity: "error" | "warning";
}

export const error = (pointer: string, message: string, mend = ""): Remark => ({
  pointer,
  message,
  mend,
  severity: "error",
});

export const warning = (pointer: string, message: string, mend = ""): Remark => ({
  pointer,
  message,
  mend,
  severity: "warning",
});

export type Json = Record<string, unknown>;

/** A member that is an object, else an empty one. */
export function object(value: unknown, name?: string): Json {
  const found = name === undefined ? value : (value as Json | undefined)?.[name];
  return found !== null && typeof found === "object" && !Array.isArray(found)
    ? (found as Json)
    : {};
}

/** A member that is a list, else an empty one. */
export function list(value: unknown, name: string): unknown[] {
  const found = object(value)[name];
  return Array.isArray(found) ? found : [];
}
