// Everything the openapi stage can say, in one table and in the order of `ApiFault`; see validate/limits/status.ts for how it is used.
// The statuses of responses are switched on by `responses`.

/** One row a status; Node reads this text too. */
export const openapiStatuses: string = `
  path_unknown       | 404 | 5  | enforce | The description has no such path.
  method_unknown     | 405 | 12 | enforce | The description has no such method for this path.
  credential_missing | 401 | 16 | off     | The request carries none of the credentials that the operation asks for.
  parameter_missing  | 400 | 3  | enforce | A parameter that the operation requires is missing.
  parameter_invalid  | 400 | 3  | enforce | A parameter is not what the description says.
  parameter_unknown  | 400 | 3  | off     | The query has a parameter that the operation does not describe.
  parameter_reserved | 400 | 3  | off     | A parameter holds reserved characters that have to be percent-encoded.
  body_missing       | 400 | 3  | enforce | The request has no body.
  body_unexpected    | 400 | 3  | shadow  | The request has a body that the operation does not describe.
  body_type          | 415 | 3  | enforce | The operation takes no body of this type.
  body_encoded       | 415 | 3  | enforce | The body has a content encoding and cannot be read.
  body_too_large     | 413 | 8  | enforce | The body is larger than what is read of bodies.
  body_malformed     | 400 | 3  | enforce | The body is not well-formed.
  body_invalid       | 400 | 3  | enforce | The body is not what the description says.
  body_undecided     | 400 | 3  | enforce | The body could not be compared with the description within the limits.
  body_unread        | 415 | 3  | shadow  | The body is of a type that is not read, and was not compared with its schema.
  response_unknown   | 502 | 13 | off     | The description has no such status for the operation.
  response_type      | 502 | 13 | off     | The operation answers with no body of this type.
  response_header    | 502 | 13 | off     | A header of the response is not what the description says.
  response_unread    | 502 | 13 | off     | The response is encoded or too large, and was not compared with its schema.
  response_malformed | 502 | 13 | off     | The response is not well-formed.
  response_invalid   | 502 | 13 | off     | The response is not what the description says.
  response_undecided | 502 | 13 | off     | The response could not be compared with the description within the limits.
`;
