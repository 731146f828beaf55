// Public door of the simulator, published as meshwarden/host.
export * from "./types.ts";
export { RealClock, VirtualClock, parseDurationMs, type Clock, type Timer } from "./clock.ts";
export { decodePairs, encodePairs } from "./pairs.ts";
export { SourceMap, type SourcePlace } from "./source-map.ts";
export { describeTrap, trapMessage, type Trap, type TrapFrame } from "./trap.ts";
