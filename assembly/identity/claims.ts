// Who may hand claims to an identity: only a stage that has verified the token they stand in. A token that was merely
// decoded is the client's own word, and an identity made of it can be rotated at will.

/** Verified claims of one request. */
export abstract class ClaimSource {
  /** Bytes of the claim found last; valid in the current callback alone. */
  ptr: usize = 0;
  length: u32 = 0;

  /**
   * Looks for a claim that is a string, a number or a boolean.
   * @param name the claim's name as UTF-8 bytes
   * @returns false when there is none; also for an object or an array
   */
  abstract find(name: usize, nameLength: u32): bool;
}
