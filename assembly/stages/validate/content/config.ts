// Reads `validate.content` of the configuration document. `{}` takes every default: all classes, everywhere
// but in the bytes of files. All mistakes are reported at once, each at its place.
import { lowerAscii } from "../../../base/ascii";
import { ConfigValue } from "../../../config/value";
import { DETECT_ALL } from "../../../detect/verdict";
import { Place } from "../../../fields/field";
import { fileKindNames } from "../../../http/file-kind";
import { Judge } from "../../judge";
import { entriesOf, MAX_LIST, tokens } from "../../lists";
import { readModes } from "../../modes";
import { StatusTable } from "../../status-table";
import { Mode } from "../../verdict";
import { globs } from "../patterns";
import { BodyFormat } from "./body-format";
import { BodyRules, Exception, InjectionRules, MAX_EXCEPTIONS, UploadRules } from "./rules";
import { ContentStatus } from "./status";

@final
export class ContentConfig {
  readonly injection: InjectionRules = new InjectionRules();
  readonly bodies: BodyRules = new BodyRules();
  readonly uploads: UploadRules = new UploadRules();

  /** Whether bodies of a format are looked at. */
  reads(format: BodyFormat): bool {
    if (format == BodyFormat.Multipart) return true;
    return this.injection.looksAt(placesOf(format));
  }
}

/** Places that a format's fields have, one bit each. */
function placesOf(format: BodyFormat): u32 {
  switch (format) {
    case BodyFormat.Form:
      return 1 << Place.Form;
    case BodyFormat.Json:
      return 1 << Place.Json;
    case BodyFormat.Xml:
      return (1 << Place.XmlText) | (1 << Place.XmlAttribute);
    case BodyFormat.Text:
      return 1 << Place.Text;
    case BodyFormat.Guess:
      return (1 << Place.Form) | (1 << Place.Json) | (1 << Place.Text);
    default:
      return 0;
  }
}

/** Words of the configuration for places; several places can have one word. */
const PLACE_WORDS: StaticArray<string> = [
  "query",
  "path",
  "headers",
  "cookies",
  "form",
  "json",
  "multipart",
  "xml",
  "text",
];

function placesOfWord(index: i32): u32 {
  switch (index) {
    case 0:
      return 1 << Place.Query;
    case 1:
      return 1 << Place.Path;
    case 2:
      return 1 << Place.Header;
    case 3:
      return 1 << Place.Cookie;
    case 4:
      return 1 << Place.Form;
    case 5:
      return 1 << Place.Json;
    case 6:
      return (1 << Place.Part) | (1 << Place.FileName);
    case 7:
      return (1 << Place.XmlText) | (1 << Place.XmlAttribute);
    default:
      return 1 << Place.Text;
  }
}

/** Fills `rules` and the modes of `judge`. False when there is no such section. */
export function readContent(
  root: ConfigValue,
  rules: ContentConfig,
  judge: Judge,
  table: StatusTable,
): bool {
  const section = root.get("validate").get("content");
  readModes(section, judge, table);
  const injection = rules.injection;
  // The names stand in the order of `Sensitivity`, which begins with 1.
  const level = section.get("sensitivity").choice(["low", "normal", "high", "paranoid"], 1);
  injection.level = level + 1;
  readPlaces(section.get("classes"), injection, table);
  injection.skippedHeaders = tokens(
    section.get("skipHeaders"),
    true,
    'write a header name such as "x-signature"',
  );
  readExceptions(section.get("exceptions"), injection, table);
  readBodies(section.get("bodies"), rules.bodies, judge);
  readUploads(section.get("uploads"), rules.uploads);
  return section.isPresent;
}

function readPlaces(section: ConfigValue, rules: InjectionRules, table: StatusTable): void {
  for (let word = 0; word < PLACE_WORDS.length; word++) {
    const list = section.get(PLACE_WORDS[word]);
    const classes = readClasses(list, 0, table);
    if (!list.isPresent) continue;
    const places = placesOfWord(word);
    for (let place = 0; place < rules.classes.length; place++) {
      if ((places & (1 << place)) != 0) rules.classes[place] = classes;
    }
  }
}

/** Classes by the names of their statuses; all of them when the list is absent. */
function readClasses(list: ConfigValue, least: i32, table: StatusTable): u32 {
  const entries = entriesOf(list, least, 16);
  if (!list.isPresent) return DETECT_ALL;
  const names: string[] = [];
  for (let i = 0; i <= ContentStatus.PrototypePollution; i++) names.push(table.rows[i].name);
  let classes: u32 = 0;
  for (let i = 0; i < entries.length; i++) classes |= 1 << entries[i].choice(names, 0);
  return classes;
}

function readExceptions(list: ConfigValue, rules: InjectionRules, table: StatusTable): void {
  const entries = entriesOf(list, 0, MAX_EXCEPTIONS);
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i];
    const exception = new Exception();
    exception.names = globs(entry.get("names"));
    exception.paths = globs(entry.get("paths"));
    exception.classes = readClasses(entry.get("classes"), 1, table);
    const places = entry.get("in");
    const words = entriesOf(places, 1, 16);
    if (places.isPresent) exception.places = 0;
    for (let k = 0; k < words.length; k++) {
      exception.places |= placesOfWord(words[k].choice(PLACE_WORDS.slice<string[]>(), 0));
    }
    const isNarrow = exception.names !== null || exception.paths !== null;
    if (entry.isObject && !isNarrow) {
      entry.fail("excepts every value", 'add "names" or "paths", or turn the class off in "modes"');
    }
    if (rules.exceptions.length < MAX_EXCEPTIONS) rules.exceptions.push(exception);
  }
}

function readBodies(section: ConfigValue, rules: BodyRules, judge: Judge): void {
  rules.maxBytes = <u32>section.get("maxBytes").sizeBytes(rules.maxBytes, 1, 67108864);
  rules.maxParts = <u32>section.get("maxParts").integer(rules.maxParts, 1, 65536);
  rules.processPartial = section.get("overLimit").choice(["deny", "processPartial"], 0) == 1;
  const skipsEncoded = section.get("encoded").choice(["deny", "skip"], 0) == 1;
  if (rules.processPartial) shadow(judge, ContentStatus.BodyTooLarge);
  if (skipsEncoded) shadow(judge, ContentStatus.BodyEncoded);
}

/** What is let through on purpose is still counted. */
function shadow(judge: Judge, status: ContentStatus): void {
  if (judge.mode(status) == Mode.Enforce) judge.setMode(status, Mode.Shadow);
}

function readUploads(section: ConfigValue, rules: UploadRules): void {
  rules.maxFiles = <u32>section.get("maxFiles").integer(rules.maxFiles, 0, 65536);
  rules.maxFileBytes = <u32>(
    section.get("maxFileBytes").sizeBytes(rules.maxFileBytes, 0, u32.MAX_VALUE)
  );
  const extensions = section.get("extensions");
  const entries = entriesOf(extensions, 0, MAX_LIST);
  if (extensions.isPresent) {
    const names: string[] = [];
    for (let i = 0; i < entries.length; i++) {
      if (!entries[i].isText(1, 32)) continue;
      const name = lowerAscii(entries[i].string(""));
      if (name.includes(".")) entries[i].fail("holds a dot", 'write "png", not ".png"');
      names.push(name);
    }
    rules.extensions = names;
  }
  const kinds = entriesOf(section.get("types"), 1, 32);
  const names = fileKindNames.slice<string[]>();
  for (let i = 0; i < kinds.length; i++) rules.kinds |= 1 << kinds[i].choice(names, 0);
}
