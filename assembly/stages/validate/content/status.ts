// Everything the content stage can say, in one table: docs/filters/validate.md, counters, audit reasons and the
// configuration's `modes` are made from it. The names are stable; new ones go to the end of both lists.

/** Places of the rows below. The first eleven stand in the order of the bits of DetectClass. */
export const enum ContentStatus {
  SqlInjection = 0,
  ScriptInjection,
  CommandInjection,
  PathTraversal,
  Ssrf,
  TemplateInjection,
  NoSqlInjection,
  LdapInjection,
  HeaderInjection,
  XmlEntity,
  PrototypePollution,
  BodyEncoded,
  BodyTooLarge,
  BodyUnknown,
  JsonMalformed,
  XmlMalformed,
  XmlDocumentType,
  MultipartMalformed,
  MultipartTooLarge,
  UploadTooMany,
  UploadTooLarge,
  UploadName,
  UploadExtension,
  UploadType,
  UploadProgram,
}

/** One row a status, in the order of `ContentStatus`; Node reads this text too. */
export const contentStatuses: string = `
  sql_injection          | 403 | 7  | enforce | A value of the request is SQL.
  script_injection       | 403 | 7  | enforce | A value of the request is markup or script.
  command_injection      | 403 | 7  | enforce | A value of the request is a command line.
  path_traversal         | 403 | 7  | enforce | A value of the request leads to a file of the system.
  ssrf                   | 403 | 7  | enforce | A value of the request leads to an internal address.
  template_injection     | 403 | 7  | enforce | A value of the request is a template expression.
  nosql_injection        | 403 | 7  | enforce | A name or value of the request is a query operator.
  ldap_injection         | 403 | 7  | enforce | A value of the request is an LDAP filter.
  header_injection       | 403 | 7  | enforce | A value of the request begins a header line of its own.
  xml_entity             | 403 | 7  | enforce | A value of the request declares XML entities.
  prototype_pollution    | 403 | 7  | enforce | A name of the request reaches the prototype of objects.
  body_encoded           | 415 | 3  | enforce | The body has a content encoding and cannot be read.
  body_too_large         | 413 | 8  | enforce | The body is larger than what is read of bodies.
  body_unknown           | 415 | 3  | off     | The body is of a type that is not read.
  json_malformed         | 400 | 3  | enforce | The body is not well-formed JSON.
  xml_malformed          | 400 | 3  | enforce | The body is not well-formed XML.
  xml_document_type      | 400 | 3  | enforce | The XML body has a document type.
  multipart_malformed    | 400 | 3  | enforce | The multipart body can be read in more than one way.
  multipart_too_large    | 413 | 8  | enforce | The multipart body has too many parts or part headers.
  upload_too_many        | 413 | 8  | enforce | The request has too many files.
  upload_too_large       | 413 | 8  | enforce | A file is too large.
  upload_name            | 400 | 3  | enforce | The name of a file holds a path or control bytes.
  upload_extension       | 415 | 3  | enforce | The extension of a file is not allowed.
  upload_type            | 415 | 3  | enforce | A file is not of the type that its name says, or of none that is allowed.
  upload_program         | 415 | 3  | enforce | A file is a program or a script.
`;
