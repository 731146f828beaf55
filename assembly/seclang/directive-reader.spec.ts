import { DirectiveReader } from "./directive-reader";
import { TextPool } from "./text";

let reader: DirectiveReader | null = null;

function open(text: string): DirectiveReader {
  const pool = new TextPool();
  const source = pool.of(text);
  const made = new DirectiveReader(source.ptr, source.length, pool);
  reader = made;
  return made;
}

/** `line:name(argument|argument)` of every directive. */
function all(text: string): string {
  const directives = open(text);
  let out = "";
  while (true) {
    const directive = directives.next();
    if (directive === null) return out;
    const parts: string[] = [];
    for (let i = 0; i < directive.arguments.length; i++) {
      parts.push(directive.argument(i).toText());
    }
    out += `${directive.line}:${directive.name}(${parts.join("|")})`;
    if (directives.fault.length > 0) out += "!";
  }
  return out;
}

function is(text: string, wanted: string): void {
  const found = all(text);
  assert(found == wanted, found);
}

export function comments_and_empty_lines_are_left_out(): void {
  is("# a\n\n  # b\nSecRuleEngine On\n", "4:SecRuleEngine(On)");
}

export function lines_go_on_behind_a_backslash(): void {
  is(
    'SecRule ARGS \\\n  "@rx a" \\\n  "id:1,\\\n  deny"\nA b',
    "1:SecRule(ARGS|@rx a|id:1,deny)5:A(b)",
  );
  is("A b \\\n# a comment between\nc", "1:A(b|c)");
}

export function quotes_are_taken_off_and_escaped_quotes_stay(): void {
  is('A "x \\"y\\" \\d"', '1:A(x "y" \\d)');
  is("A 'x \"y\"'", '1:A(x "y")');
  is('A "x \'`] y"', "1:A(x '`] y)");
}

export function raw_arguments_are_not_unescaped(): void {
  is('A "`x \\" y`" b', '1:A(x \\" y|b)');
  is('A "`whoami" b', "1:A(`whoami|b)");
  is('A "`\none\ntwo\n`" b', "1:A(\none\ntwo\n|b)");
}

export function a_quote_that_does_not_end_is_a_fault(): void {
  is('A "x', "1:A(x)!");
}

export function carriage_returns_are_blanks(): void {
  is("A b\r\nC d\r\n", "1:A(b)2:C(d)");
}
