// What a stage answers, and what a found violation leads to. Both are values: nothing on the data
// path throws.

/** A stage's answer for one phase of a request. */
export const enum Verdict {
  /** Nothing against it: the next stage is asked. */
  Allow = 0,
  /** The last recorded finding denies the request; no later stage is asked. */
  Deny = 1,
  /** As Allow, and the body must be held back until the stage has seen all of it. */
  Hold = 2,
  /** Nothing can be said yet: the request waits until the stage calls `exchange.resume()`. Only from
   * `onRequestHeaders` and `onResume`. */
  Wait = 3,
  /** From a body callback of a stage that holds: what has come of the body is judged now as if it were
   * all, and the rest passes unseen by this stage. */
  Enough = 4,
}

/** What a violation leads to; set for each status in the configuration. */
export const enum Mode {
  /** Not looked for. */
  Off = 0,
  /** Counted and logged, without effect. */
  Shadow = 1,
  /** Counted and logged, and named in a header to the upstream. */
  Tag = 2,
  /** Counted and logged, and the request denied. */
  Enforce = 3,
}

/** The mode's name in configurations, metrics and audit lines. */
export function modeName(mode: Mode): string {
  if (mode == Mode.Enforce) return "enforce";
  if (mode == Mode.Tag) return "tag";
  return mode == Mode.Shadow ? "shadow" : "off";
}

/** The mode of a name; Off for any other text. */
export function modeOf(name: string): Mode {
  if (name == "enforce") return Mode.Enforce;
  if (name == "tag") return Mode.Tag;
  return name == "shadow" ? Mode.Shadow : Mode.Off;
}
