// Why filter and Coraza may log different rules for one request, and who is right: each class says which differences it
// explains. What no class explains is a fault until somebody has looked at it.
import type { MadeRequest } from "./traffic.ts";

export interface RuleDifference {
  rule: number;
  only: "ours" | "theirs";
}

export interface DifferenceClass {
  title: string;
  /** What happens, who is right and why. */
  about: string;
  explains(difference: RuleDifference, made: MadeRequest): boolean;
}

/** Rules whose operators are detectors of our own: they are meant to differ from libinjection. */
const detectorRules = new Set([942100, 942101, 941100, 941101]);
/** Rules that count or repeat `\W` or a negated class: what is one letter to one engine is two to four bytes to the other. */
const byteRules = new Set([942370, 942420, 942421, 942430, 942431, 942432, 942460]);
/** Rules whose pattern must begin where the value does: a blank before it keeps them from matching. */
const anchoredRules = new Set([931100]);

const isUtf8 = (bytes: Uint8Array): boolean => {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
};

export const differenceClasses: DifferenceClass[] = [
  {
    title: "The detectors of SQL and script injection",
    about:
      "`@detectSQLi` and `@detectXSS` are detectors of this project, not libinjection; the table below says which finds more on " +
      "attack lists and which condemns more of the benign ones. Right is who is apart on an attack, wrong who is apart on a benign value.",
    explains: ({ rule }) => detectorRules.has(rule),
  },
  {
    title: "Letters beyond ASCII, counted in bytes",
    about:
      "Patterns match bytes here, as in ModSecurity (PCRE without UTF mode), for which the rules are written; Coraza (Go) matches code " +
      "points when a pattern is valid UTF-8. Two letters of two bytes are four `\\W` here and two there. Ours is what the rule set's reference " +
      "engine does; for texts of other scripts Coraza's reading has fewer false positives at the paranoia levels 3 and 4 that these rules are in.",
    explains: ({ rule, only }, { value }) =>
      only === "ours" && byteRules.has(rule) && /[\x80-\xff]/.test(value),
  },
  {
    title: "Blanks at the ends of an XML text",
    about:
      "Coraza trims the texts of elements; libxml2, and so ModSecurity, and XML itself (W3C XML 1.0, §2.10) keep every blank, which is " +
      "what the application reads. Ours is right: patterns that begin with `\\s` match only so, and 931100, which begins with `^`, only there.",
    explains: ({ rule, only }, { place, value }) =>
      place === "xml" && value !== value.trim() && (only === "ours") !== anchoredRules.has(rule),
  },
  {
    title: "JSON that is not UTF-8",
    about:
      "Such a body is no JSON (RFC 8259 §8.1). It sets `REQBODY_ERROR` here, as in ModSecurity, and the recommended configuration " +
      "(rule 200002, not in this comparison) denies the request; Coraza reads the values all the same.",
    explains: ({ only }, { place, value }) =>
      only === "theirs" && place === "json" && !isUtf8(Buffer.from(value, "latin1")),
  },
];
