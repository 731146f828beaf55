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
