// Everything the response stage can say, in one table; see validate/limits/status.ts for how it is used.

/** Places of the rows below; the first three stand in the order of the bits of Leak. */
export const enum ResponseStatus {
  LeakCard = 0,
  LeakKey,
  LeakTrace,
  BodyUnread,
}

/** One row a status, in the order of `ResponseStatus`; Node reads this text too. */
export const responseStatuses: string = `
  leak_card_number | 502 | 13 | off    | The response holds a card number.
  leak_key         | 502 | 13 | off    | The response holds a key.
  leak_stack_trace | 502 | 13 | off    | The response holds a stack trace.
  body_unread      | 502 | 13 | shadow | The response is encoded or too large and was not searched for leaks.
`;
