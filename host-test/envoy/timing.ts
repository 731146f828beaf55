// How long the Envoy side waits between packets. A case whose packets were merged is run again with longer pauses.

/** Pause between packets, so that each reaches the filter by itself. */
export const timing = { gapMs: 15 };
