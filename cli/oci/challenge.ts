// The WWW-Authenticate header of a registry. Written out because values may hold commas in quotes, and several challenges may
// stand in one header. Source: RFC 9110 §11.6.1; distribution token specification.

export interface Challenge {
  /** Lower case: "basic", "bearer". */
  scheme: string;
  parameters: Record<string, string>;
}

/** All challenges of a header; text that is none is skipped. */
export function parseChallenges(header: string): Challenge[] {
  const found: Challenge[] = [];
  const token = /([A-Za-z0-9!#$%&'*+.^_`|~-]+)\s*(=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+)))?/g;
  for (const match of header.matchAll(token)) {
    const [, name, assigned, quoted, plain] = match;
    if (assigned === undefined) found.push({ scheme: name!.toLowerCase(), parameters: {} });
    else {
      const value = quoted === undefined ? plain! : quoted.replace(/\\(.)/g, "$1");
      const last = found.at(-1);
      if (last !== undefined) last.parameters[name!.toLowerCase()] = value;
    }
  }
  return found;
}
