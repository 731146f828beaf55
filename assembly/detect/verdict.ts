// What a detector says about a value: which class of attack, why, and where. The value itself is never
// part of an answer, so that it cannot reach a log by way of one. Detectors return a reason (0 is none)
// and leave the place in `span`; the judge collects one finding.

/** Classes of attack, one bit each. */
export const enum DetectClass {
  Sql = 1,
  Script = 2,
  Command = 4,
  Path = 8,
  Ssrf = 16,
  Template = 32,
  NoSql = 64,
  Ldap = 128,
  HeaderBreak = 256,
  Xml = 512,
  Prototype = 1024,
}

/** All classes. */
export const DETECT_ALL: u32 = 2047;

/** How much evidence is asked for. */
export const enum Sensitivity {
  /** Only what is an attack by itself: no lone names, no marks that were encoded without need. */
  Low = 1,
  /** The default: documents by the classes they can carry, private addresses in URLs only. */
  Normal = 2,
  /** Documents by every class, and bare private addresses too. */
  High = 3,
  /** Also the marks without the grammar: for fields that hold names, numbers and codes. */
  Paranoid = 4,
}

/** Why a value was condemned; the name of each is `reasonName`. The order is part of the records. */
export const enum Reason {
  None = 0,
  SqlTautology,
  SqlUnion,
  SqlStacked,
  SqlComment,
  SqlFunction,
  SqlQuery,
  SqlClause,
  SqlOperator,
  ScriptTag,
  ScriptEvent,
  ScriptUrl,
  ScriptStyle,
  ScriptCall,
  CommandChain,
  CommandSubstitution,
  CommandLine,
  CommandName,
  CommandCode,
  PathDots,
  PathFile,
  PathWrapper,
  PathNull,
  SsrfAddress,
  SsrfHost,
  SsrfScheme,
  SsrfCredentials,
  TemplateExpression,
  TemplateObject,
  TemplateInclude,
  NoSqlOperator,
  NoSqlScript,
  LdapFilter,
  HeaderLine,
  XmlEntity,
  PrototypeKey,
  QueryBreak,
  ScriptEncoded,
}

/** Stable name of a reason, for audit events. */
export function reasonName(reason: Reason): string {
  return NAMES[<u32>reason < <u32>NAMES.length ? <i32>reason : 0];
}

const NAMES: StaticArray<string> = [
  "none",
  "sql.tautology",
  "sql.union",
  "sql.stacked_statement",
  "sql.comment_truncation",
  "sql.function",
  "sql.query",
  "sql.clause",
  "sql.operator",
  "script.tag",
  "script.event_attribute",
  "script.url",
  "script.style",
  "script.call",
  "command.chain",
  "command.substitution",
  "command.line",
  "command.name",
  "command.code",
  "path.dot_segments",
  "path.sensitive_file",
  "path.wrapper",
  "path.null_byte",
  "ssrf.address",
  "ssrf.host",
  "ssrf.scheme",
  "ssrf.credentials",
  "template.expression",
  "template.object",
  "template.include",
  "nosql.operator",
  "nosql.script",
  "ldap.filter",
  "header.line_break",
  "xml.entity",
  "prototype.key",
  "header.query_break",
  "script.encoded_markup",
];

let spanStart: usize = 0;
let spanEnd: usize = 0;

/** Notes where the evidence stands and passes the reason on. */
export function at(start: usize, end: usize, reason: Reason): Reason {
  spanStart = start;
  spanEnd = end;
  return reason;
}

/** First byte of the evidence that the last detector found. */
export function evidenceStart(): usize {
  return spanStart;
}

/** Behind the last byte of the evidence. */
export function evidenceEnd(): usize {
  return spanEnd;
}
