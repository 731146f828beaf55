import { parseActions } from "./action-list";
import { parseOperatorText } from "./operator-text";
import { Selection, Target, parseTargets, targetFault } from "./target-list";
import { TextPool } from "./text";
import { Variable, variableName } from "./variable-table";

function targets(text: string): string {
  const found: Target[] = [];
  if (!parseTargets(new TextPool().of(text), found)) return "fault: " + targetFault();
  let out = "";
  for (let i = 0; i < found.length; i++) {
    const target = found[i];
    out += target.isExclusion ? "!" : target.isCount ? "&" : "";
    out += variableName(target.variable);
    if (target.selection == Selection.Name) out += ":" + target.name.toText();
    if (target.selection == Selection.Pattern) out += "~" + target.name.toText();
    out += ";";
  }
  return out;
}

function is(found: string, wanted: string): void {
  assert(found == wanted, found);
}

export function targets_with_names_patterns_counts_and_exclusions(): void {
  is(targets("ARGS|!ARGS:pass|&REQUEST_HEADERS:Host"), "ARGS;!ARGS:pass;&REQUEST_HEADERS:Host;");
  is(targets("args_names|TX:/^a|b/|ARGS"), "ARGS_NAMES;TX~^a|b;ARGS;");
  is(
    targets("REQUEST_COOKIES:'/__utm|x/'|XML:/*|XML://@*"),
    "REQUEST_COOKIES~__utm|x;XML:/*;XML://@*;",
  );
  is(targets("TX:/a\\/b/|ARGS"), "TX~a\\/b;ARGS;");
}

export function targets_that_cannot_be(): void {
  is(targets("ARGZ"), "fault: unknown variable ARGZ");
  is(targets("GEO:COUNTRY"), "fault: GEO needs a GeoIP database");
  is(
    targets("REQUEST_URI:x"),
    "fault: REQUEST_URI holds one value, so nothing can be selected from it",
  );
  is(targets(""), "fault: no variable to look at");
}

export function the_tables_of_variables_agree(): void {
  assert(variableName(Variable.Args) == "ARGS");
  assert(variableName(Variable.Resource) == "RESOURCE");
  assert(variableName(Variable.UniqueId) == "UNIQUE_ID");
}

export function operators_with_and_without_a_name(): void {
  const named = parseOperatorText(new TextPool().of("!@beginsWith  /a b"));
  assert(named.isNegated && named.name == "beginsWith" && named.argument.toText() == "/a b");
  const bare = parseOperatorText(new TextPool().of("^a$"));
  assert(!bare.isNegated && bare.name == "rx" && bare.argument.toText() == "^a$");
  const alone = parseOperatorText(new TextPool().of("@detectSQLi"));
  assert(alone.name == "detectSQLi" && alone.argument.length == 0);
}

export function actions_with_quotes_commas_and_blanks(): void {
  const text = "id:'12', Phase:2,msg:'it\\'s, so: yes',deny,setvar:tx.a=+%{tx.b},t:none";
  const actions = parseActions(new TextPool().of(text));
  assert(actions.length == 6);
  assert(actions[0].name == "id" && actions[0].value.toText() == "12");
  assert(actions[1].name == "phase" && actions[1].value.toText() == "2");
  assert(actions[2].value.toText() == "it's, so: yes");
  assert(actions[3].name == "deny" && actions[3].value.length == 0);
  assert(actions[4].value.toText() == "tx.a=+%{tx.b}");
}
