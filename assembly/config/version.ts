// `version` of the configuration document: a number that changes when a document would change its
// meaning.
import { ConfigValue } from "./value";

/** The one version there is. */
export const CONFIG_VERSION: i64 = 1;

/** Reads the `version` member of the document; missing, older or newer ones are errors. */
export function readVersion(root: ConfigValue): void {
  const value = root.get("version").required(`add "version": ${CONFIG_VERSION}`);
  value.integer(CONFIG_VERSION, CONFIG_VERSION, CONFIG_VERSION);
}
