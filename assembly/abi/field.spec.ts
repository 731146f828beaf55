import { isFieldName, isFieldValue, isToken, isTokenByte } from "./field";
import { View } from "./view";

function value(text: string): bool {
  const view = View.of(text);
  return isFieldValue(view.ptr, view.length);
}

function name(text: string): bool {
  const view = View.of(text);
  return isFieldName(view.ptr, view.length);
}

export function knows_the_77_token_bytes(): void {
  let count = 0;
  for (let byte: u32 = 0; byte < 512; byte++) if (isTokenByte(byte)) count++;
  assert(count == 77, count.toString());
  const others = View.of('"(),/:;<=>?@[\\]{} \t\x00\x7f');
  for (let i: u32 = 0; i < others.length; i++) assert(!isTokenByte(load<u8>(others.ptr + i)));
}

export function names_are_tokens_or_pseudo_headers(): void {
  assert(name("x-request-id") && name(":path") && name("!#$%&'*+-.^_`|~"));
  assert(!name("") && !name(":") && !name("::a") && !name("a:") && !name("a b") && !name("é"));
  assert(!name("a\x00") && !name("a\r\nb") && !isToken(0, 0));
}

export function values_hold_no_control_byte_but_tab(): void {
  assert(value("") && value("a\tb") && value("gr\u00fcn") && value('q="x"; y'));
  for (let byte = 0; byte < 0x20; byte++) {
    if (byte != 9) assert(!value("a" + String.fromCharCode(byte) + "b"), byte.toString());
  }
  assert(!value("\x7f") && !value("x\r\nset-cookie: a=b") && !value("end\n"));
}
