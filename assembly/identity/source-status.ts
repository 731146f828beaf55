// What reading one part of an identity found.

export const enum SourceStatus {
  Ok = 0,
  /** Not there, or empty: an empty key is no key. */
  Missing = 1,
  /** There more than once: two readers would take different ones. */
  Repeated = 2,
  /** Longer than `maxPartBytes`. */
  Oversized = 3,
}
