// Is a plugin being started or configured now? Some things belong there and nowhere else: metrics,
// and whatever allocates managed memory.

let configuring: bool = false;

/** Set around onVmStart and onConfigure by callbacks.ts. */
export function setConfiguring(now: bool): void {
  configuring = now;
}

/** Is onVmStart or onConfigure running? */
export function isConfiguring(): bool {
  return configuring;
}
