// Errors of ajv as findings: the place of each, what is wrong in plain words, and the name that was probably meant.
import type { ErrorObject } from "ajv";
import { didYouMean } from "./did-you-mean.ts";
import type { Finding } from "./finding.ts";

/** Anything that knows the place of a JSON pointer. */
export interface Places {
  finding(pointer: string, message: string, mend?: string): Finding;
}

const token = (name: string): string => name.replaceAll("~", "~0").replaceAll("/", "~1");

/** @param at pointer of the value that the schema was applied to */
export function schemaFindings(errors: ErrorObject[], places: Places, at = ""): Finding[] {
  const found = errors
    .filter(({ keyword }) => !["anyOf", "oneOf", "if", "not", "allOf"].includes(keyword))
    .map((error) => schemaFinding(error, places, at));
  if (found.length > 0) return found;
  return errors.map((error) =>
    places.finding(at + error.instancePath, error.message ?? "is wrong"),
  );
}

function schemaFinding(error: ErrorObject, places: Places, at: string): Finding {
  const { keyword, params, parentSchema, data } = error;
  const pointer = at + error.instancePath;
  if (keyword === "additionalProperties") {
    const name = String((params as { additionalProperty: string }).additionalProperty);
    const known = Object.keys((parentSchema?.["properties"] as object | undefined) ?? {});
    const near = didYouMean(name, known);
    const mend = near === undefined ? `known are: ${known.join(", ")}` : `did you mean "${near}"?`;
    return places.finding(`${pointer}/${token(name)}`, "is not a known field", mend);
  }
  if (keyword === "required") {
    const name = String((params as { missingProperty: string }).missingProperty);
    return places.finding(pointer, `needs the field "${name}"`, `add "${name}"`);
  }
  if (keyword === "enum") {
    const allowed = (params as { allowedValues: unknown[] }).allowedValues;
    const near = typeof data === "string" ? didYouMean(data, allowed.map(String)) : undefined;
    const mend =
      near === undefined ? `use one of: ${allowed.join(", ")}` : `did you mean "${near}"?`;
    return places.finding(pointer, `${JSON.stringify(data)} is not one of its values`, mend);
  }
  if (keyword === "const") {
    const { allowedValue } = params as { allowedValue: unknown };
    return places.finding(pointer, `must be ${JSON.stringify(allowedValue)}, got ${shown(data)}`);
  }
  return places.finding(pointer, `${error.message ?? "is wrong"}, got ${shown(data)}`);
}

function shown(data: unknown): string {
  const text = JSON.stringify(data) ?? "nothing";
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
