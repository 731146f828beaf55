// Is a plugin being started or configured now? Some things belong there and nowhere else: metrics,
// and whatever allocates managed memory.

let configuring: bool = false;
let collecting: bool = false;

/** Set around onVmStart and onConfigure by callbacks.ts. */
export function setConfiguring(now: bool): void {
  configuring = now;
}

/** Is onVmStart or onConfigure running? */
export function isConfiguring(): bool {
  return configuring;
}

/** Whoever has made managed garbage outside of configure time says so here: it goes with the next tick. */
export function collectSoon(): void {
  collecting = true;
}

/** Whether somebody said so since the last call. */
export function takesCollection(): bool {
  const taken = collecting;
  collecting = false;
  return taken;
}
