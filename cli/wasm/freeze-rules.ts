// A firewall module with its rules compiled: the filter is configured once with every file and every profile, told to keep
// them, and frozen. What a user writes later (exclusions, settings, own rules) is compiled in the filter when it is
// configured, and finds all operators of the frozen rules prepared.
import { UserError } from "../exit.ts";
import { freeze } from "./freeze.ts";
import { QuietHost } from "./quiet-host.ts";

export interface FrozenRules {
  /** File texts by the name that Include and operators use. */
  files: Record<string, string>;
  /** Files of a configuration, kept to the byte: a later one that brings the same takes its profiles as they are. */
  own?: Record<string, string>;
  /** Rule text of each profile; a configuration with the very same text takes it as it is. */
  profiles: Record<string, string[]>;
}

/**
 * The module with the rules inside.
 * @throws UserError with the filter's own words where a rule is refused
 */
export function freezeRules(wasm: Uint8Array, rules: FrozenRules): Uint8Array {
  const host = new QuietHost();
  const encoder = new TextEncoder();
  const [first] = Object.keys(rules.profiles);
  const section = {
    keep: true,
    files: { ...withoutComments(rules.files), ...rules.own },
    directivesMap: rules.profiles,
    defaultDirectives: first,
  };
  return freeze(wasm, host.imports, (exports) => {
    host.open(exports);
    const kept = host.configure(1, encoder.encode(JSON.stringify({ version: 1, waf: section })));
    if (!kept)
      throw new UserError(
        `the rules were refused:\n${host.log.join("\n")}`,
        "mend each file and line named above; a rule that asks for what a sandbox lacks (a script, a database, lookaround) is taken out of its file",
      );
    // A second, small configuration: its end collects what the first has left behind.
    host.configure(
      2,
      encoder.encode(JSON.stringify({ version: 1, waf: { rules: "SecRuleEngine Off" } })),
    );
    host.configuration = new Uint8Array(0);
  });
}

/** Rule files without the text of their comments; lines stay where they are, for messages. */
function withoutComments(files: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(files).map(([name, text]) => [
      name,
      // An argument between back quotes goes over lines that may begin with anything.
      text.includes('"`') ? text : text.replaceAll(/^[ \t]*#.*$/gm, ""),
    ]),
  );
}
