// Operator cases of the public suites that are not met, each with the reason. A case that is met must not stand here.
import type { Suite } from "./unit-cases.ts";

const prefix =
  "a prefix longer than the address is refused when rules are loaded, not taken for no match";
const bytes = "a list that is no list is refused when rules are loaded, not taken for an empty one";

export const operatorDifferences: Record<Suite, Record<string, string>> = {
  "secrules-language-tests": {
    "ipMatch.json#16": prefix,
    "ipMatch.json#883":
      "::ffff:255.255.255.255 is an IPv4 address and lies in no IPv6 network, as in Coraza",
    "validateByteRange.json#2": bytes,
    "validateByteRange.json#3": bytes,
  },
  coraza: { "ipMatch.json#16": prefix },
};

const linear = "look-around takes no linear time: refused";
const zero =
  "its \\\\0 is a zero byte to the suites' own runners and two characters to this reader";
const schema = "a schema of a body belongs into the section `validate`: @validateSchema is refused";

/** The same for operators that the firewall itself answers. */
export const ruleDifferences: Record<Suite, Record<string, string>> = {
  "secrules-language-tests": {
    "containsWord.json#10": zero,
    "rx.json#11": linear,
    "rx.json#12": linear,
    "rxGlobal.json#11": linear,
    "rxGlobal.json#12": linear,
  },
  coraza: {
    "containsWord.json#10": zero,
    ...Object.fromEntries([0, 1, 2, 3, 4].map((index) => [`validateSchema.json#${index}`, schema])),
  },
};

/** Operators of the suites that a sandbox cannot answer. */
export const whyNoOperator: Record<string, string> = {
  geoLookup: "needs a GeoIP database",
};
