// Everything the schema stage can say, in one table; see validate/limits/status.ts for how it is used. Each rule gets a
// copy of these rows, so that it can have a mode of its own.

/** Places of the rows below. */
export const enum SchemaStatus {
  BodyMissing = 0,
  BodyType,
  BodyEncoded,
  BodyTooLarge,
  BodyMalformed,
  BodyInvalid,
  BodyUndecided,
  ResponseUnread,
  ResponseMalformed,
  ResponseInvalid,
  ResponseUndecided,
  /** How many there are. */
  Count,
}

/** One row a status, in the order of `SchemaStatus`; Node reads this text too. */
export const schemaStatuses: string = `
  body_missing       | 400 | 3  | enforce | The request has no body.
  body_type          | 415 | 3  | enforce | The body is of a type that no schema here is for.
  body_encoded       | 415 | 3  | enforce | The body has a content encoding and cannot be read.
  body_too_large     | 413 | 8  | enforce | The body is larger than what is read of bodies.
  body_malformed     | 400 | 3  | enforce | The body is not well-formed JSON.
  body_invalid       | 400 | 3  | enforce | The body is not what its schema says.
  body_undecided     | 400 | 3  | enforce | The body could not be compared with its schema within the limits.
  response_unread    | 502 | 13 | shadow  | The response is encoded, too large or no JSON, and was not compared with its schema.
  response_malformed | 502 | 13 | shadow  | The response is not well-formed JSON.
  response_invalid   | 502 | 13 | shadow  | The response is not what its schema says.
  response_undecided | 502 | 13 | shadow  | The response could not be compared with its schema within the limits.
`;
