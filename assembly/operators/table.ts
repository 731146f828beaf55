// The operators of SecLang by name: what stands behind `@` in a rule. Names are ModSecurity's and Coraza's, and one
// of this project; case does not matter. What a sandbox cannot do (a file, a program, a name server, a database) is refused when rules are
// loaded, by name and with a mend; it is never ignored.

import { lowerAscii } from "../base/ascii";

/** `@` by number. */
export const enum Operator {
  Rx = 0,
  Eq,
  Ge,
  Gt,
  Le,
  Lt,
  Ne,
  StrEq,
  StrMatch,
  Contains,
  ContainsWord,
  BeginsWith,
  EndsWith,
  Within,
  Pm,
  PmFromFile,
  PmFromDataset,
  IpMatch,
  IpMatchFromFile,
  IpMatchFromDataset,
  DetectSqli,
  DetectXss,
  ValidateByteRange,
  ValidateUrlEncoding,
  ValidateUtf8Encoding,
  VerifyCc,
  VerifySsn,
  VerifyCpf,
  VerifySvnr,
  UnconditionalMatch,
  NoMatch,
  RestPath,
  ValidateNid,
  RxGlobal,
  /** Of this project. */
  DetectCommand,
  Count,
}

/** In the order of the numbers; `a/b` are two spellings of one. */
const names: string = `rx eq ge gt le lt ne streq strmatch contains containsWord beginsWith endsWith within pm pmFromFile/pmf
pmFromDataset ipMatch ipMatchFromFile/ipMatchF ipMatchFromDataset detectSQLi detectXSS validateByteRange
validateUrlEncoding validateUtf8Encoding verifyCC verifySSN verifyCPF verifySVNR unconditionalMatch noMatch
restpath validateNid rxGlobal detectCommand`;

/** `name=reason` of operators that exist elsewhere and cannot work here. */
const impossible: string = `geoLookup=needs a GeoIP database
rbl=needs a name server
gsbLookup=needs a database
inspectFile=runs a program
fuzzyHash=needs a database of hashes
validateDTD=reads a DTD from a file
validateSchema=reads a schema from a file
verifyHash=needs the hash engine
rsub=changes the stream`;

function entriesOf(text: string): string[] {
  return text.split("\n").join(" ").split(" ");
}

let numbers: Map<string, i32> | null = null;

/** Every spelling in lower case, made once: rule files ask a thousand times. */
function table(): Map<string, i32> {
  const known = numbers;
  if (known !== null) return known;
  const made = new Map<string, i32>();
  const entries = entriesOf(names);
  for (let i = 0; i < entries.length; i++) {
    const spellings = entries[i].split("/");
    for (let k = 0; k < spellings.length; k++) made.set(lowerAscii(spellings[k]), i);
  }
  numbers = made;
  return made;
}

/** Number of an operator by its name without `@`, case ignored; -1 when there is none. Configure time only. */
export function operatorOf(name: string): i32 {
  const wanted = lowerAscii(name);
  const known = table();
  return known.has(wanted) ? known.get(wanted) : -1;
}

/** Name of an operator as ModSecurity spells it. Configure time only. */
export function operatorName(id: u32): string {
  return id < <u32>Operator.Count ? entriesOf(names)[id].split("/")[0] : "";
}

/** Why an operator cannot work in a sandbox; empty when that is not the matter with it. */
export function whyImpossible(name: string): string {
  const entries = impossible.split("\n");
  const wanted = lowerAscii(name);
  for (let i = 0; i < entries.length; i++) {
    const at = entries[i].indexOf("=");
    if (lowerAscii(entries[i].substring(0, at)) == wanted) return entries[i].substring(at + 1);
  }
  return "";
}
