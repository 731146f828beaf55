// Reads `validate.openapi` of the configuration document, and the description in it. Faults of the description are told with the others,
// each at its JSON pointer.
import { ByteBuffer } from "../../../base/byte-buffer";
import { appendJson } from "../../../config/json-text";
import { nodeAt } from "../../../config/node";
import { ConfigValue } from "../../../config/value";
import { Api } from "../../../openapi/api";
import { ApiFault } from "../../../openapi/fault";
import { ApiLoader } from "../../../openapi/load/loader";
import { pathOf } from "../../../openapi/load/servers";
import { Judge } from "../../judge";
import { entriesOf, tokens } from "../../lists";
import { readModes } from "../../modes";
import { StatusTable } from "../../status-table";
import { Mode } from "../../verdict";

const MAX_BASES: i32 = 32;

@final
export class OpenApiConfig {
  api: Api | null = null;
  maxBytes: u32 = 262144;
  maxValues: u32 = 16384;
  /** Members that are for the other direction are refused. */
  refusesReadOnly: bool = false;
  /** Methods that pass without being looked at. */
  passMethods: string[] = [];
  /** Some status of responses is looked for. */
  looksAtResponses: bool = false;
}

/** Fills `config`. False when there is no such section. */
export function readOpenApi(
  root: ConfigValue,
  config: OpenApiConfig,
  judge: Judge,
  table: StatusTable,
  seed: u64,
): bool {
  const section = root.get("validate").get("openapi");
  readModes(section, judge, table);
  readResponses(section, config, judge, table);
  config.maxBytes = <u32>section.get("maxBytes").sizeBytes(config.maxBytes, 1, 67108864);
  config.maxValues = <u32>section.get("maxValues").integer(config.maxValues, 16, 262144);
  config.refusesReadOnly = section.get("refuseReadOnly").bool(false);
  const methods = section.get("passMethods");
  config.passMethods = tokens(methods, false, 'write a method such as "OPTIONS"');
  const formats = section.get("formats").bool(true);
  const bases = basePaths(section.get("basePaths"));
  const document = section.get("document");
  if (section.isObject) document.required("add the description");
  config.api = readDocument(document, bases, formats, seed);
  return section.isPresent;
}

/** One word for all statuses of responses that `modes` does not name. */
function readResponses(
  section: ConfigValue,
  config: OpenApiConfig,
  judge: Judge,
  table: StatusTable,
): void {
  const words = ["off", "shadow", "tag", "enforce"];
  const mode = <Mode>section.get("responses").choice(words, 0);
  const modes = section.get("modes");
  for (let i: i32 = ApiFault.ResponseUnknown; i < table.rows.length; i++) {
    if (!modes.get(table.rows[i].name).isPresent) judge.setMode(i, mode);
    if (judge.looksFor(i)) config.looksAtResponses = true;
  }
}

function basePaths(list: ConfigValue): string[] | null {
  const entries = entriesOf(list, 1, MAX_BASES);
  if (!list.isPresent) return null;
  const paths: string[] = [];
  for (let i = 0; i < entries.length; i++) {
    if (!entries[i].isText(1, 255)) continue;
    const text = entries[i].string("");
    if (text.startsWith("/")) paths.push(pathOf(text));
    else entries[i].fail("is no path", 'begin with a slash; "/" for none');
  }
  return paths;
}

function readDocument(
  document: ConfigValue,
  bases: string[] | null,
  formats: bool,
  seed: u64,
): Api | null {
  if (!document.isPresent) return null;
  if (document.isString) {
    document.fail(
      "is a text",
      "put the description itself here; the command line does so for the name of a file",
    );
    return null;
  }
  const node = document.opaque();
  if (node == 0) return null;
  const text = new ByteBuffer();
  appendJson(text, nodeAt(node));
  const api = new ApiLoader(seed, formats).load(text.ptr, text.length, bases);
  text.dispose();
  for (let i = 0; i < api.faults.length; i++) {
    const fault = api.faults[i];
    document.failBelow(fault.pointer, fault.message, fault.mend);
  }
  return api;
}
