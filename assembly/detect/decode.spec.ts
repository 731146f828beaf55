// Each decoding step on bytes it changes, and on bytes it leaves alone.
import { traitsOf } from "./byte-traits";
import { Step, decodeStep, decodedBytes } from "./decode";

const SOURCE: usize = memory.data(64);
const TARGET: usize = memory.data(64);

/** What the step makes of the text, or "" when it changes nothing. */
function decoded(step: Step, text: string): string {
  for (let i = 0; i < text.length; i++) store<u8>(SOURCE + i, <u8>text.charCodeAt(i));
  const end = SOURCE + text.length;
  if (!decodeStep(step, SOURCE, end, TARGET, traitsOf(SOURCE, end))) return "";
  return String.UTF8.decodeUnsafe(TARGET, decodedBytes());
}

export function percent_escapes_and_units_are_decoded(): void {
  assert(decoded(Step.Percent, "a%3Cb%u003e%") == "a<b>%", "both forms, a lone sign stays");
  assert(decoded(Step.Percent, "100%") == "", "a lone sign alone changes nothing");
}

export function character_references_are_decoded(): void {
  assert(decoded(Step.Reference, "&lt;&#62;&#x27;&colon;") == "<>':", "named and numeric");
  assert(decoded(Step.Reference, "a&b=c") == "", "an ampersand is not a reference");
}

export function escapes_of_scripts_are_decoded(): void {
  assert(decoded(Step.Escape, "\\x3c\\u003e\\57") == "<>\\57", "hexadecimal and units");
  assert(decoded(Step.Escape, "C:\\dir") == "", "a path is not an escape");
}

export function escapes_of_style_sheets_are_decoded(): void {
  assert(decoded(Step.Css, "\\6a \\00061vascript") == "javascript", "with and without zeros");
  assert(decoded(Step.Css, "C:\\dir\\face") == "", "a path is not an escape");
}

export function hexadecimal_literals_are_decoded(): void {
  assert(decoded(Step.Hex, "0x2e0x2e0x2fetc") == "../etc", "marks of paths");
  assert(decoded(Step.Hex, "0x770061006900740066006f0072") == "waitfor", "wide characters");
  assert(decoded(Step.Hex, "0xdeadbeefdeadbeef 0x10") == "", "numbers stay");
}

export function overlong_forms_are_folded(): void {
  assert(decoded(Step.Fold, "\xc0\xae\xe0\x80\xaf\xef\xbc\x9c") == "./<", "dot, slash, full width");
  assert(decoded(Step.Fold, "\xc3\xa9") == "", "a letter stays");
}

export function base64_of_text_is_decoded(): void {
  assert(decoded(Step.Base64, "PHNjcmlwdD54PC9zY3JpcHQ+") == "<script>x</script>", "text");
  assert(decoded(Step.Base64, "AAECAwQFBgcICQoLDA0ODw==") == "", "binary data stays");
}
