// The reader's limits, set once at configure time. Every loop of the reader is bounded by one of
// them; the defaults suit request bodies of APIs (most published API descriptions stay below depth
// 10 and 200 keys).

/** Limits and policies of one `JsonReader`. A limit of n allows n and refuses n + 1. */
@final
export class JsonLimits {
  /** Bytes of the whole text. */
  maxBytes: u32 = 1048576;
  /** Open objects and arrays at one place; a scalar at the top has depth 0. Costs 16 bytes each. */
  maxDepth: u32 = 64;
  /** Bytes of one string or name as written, without its quotes. */
  maxStringBytes: u32 = 1048576;
  /** Bytes of one number as written. */
  maxNumberBytes: u32 = 64;
  /** Members of one object. */
  maxMembers: u32 = 1024;
  /** Elements of one array. */
  maxElements: u32 = 65536;
  /** Names in the whole text. Costs 32 to 64 bytes each while `refuseDuplicates` is set. */
  maxKeys: u32 = 4096;
  /** Refuse an object that has the same name twice; names are compared after unescaping. */
  refuseDuplicates: bool = true;
  /** Let `\ud800` without its other half pass; unescaping then writes U+FFFD for it. */
  allowLoneSurrogates: bool = false;
}
