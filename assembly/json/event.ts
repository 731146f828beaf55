// The events of the pull reader. A member's name has no event of its own: it is on the event of its
// value, which halves the calls per member and is what every consumer wants to see together.

/** What `JsonReader.next()` has just read. */
export const enum JsonEvent {
  /**
   * The text was refused; `status` and `faultOffset` say why and where. Every later call returns it
   * again.
   */
  Fault = 0,
  /** The one value and all blanks after it are read. Every later call returns it again. */
  End = 1,
  ObjectStart = 2,
  ObjectEnd = 3,
  ArrayStart = 4,
  ArrayEnd = 5,
  String = 6,
  Number = 7,
  True = 8,
  False = 9,
  Null = 10,
}
