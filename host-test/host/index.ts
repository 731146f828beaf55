// Public door of the simulator, published as meshwarden/host.
export * from "./types.ts";
export * from "./grpc-types.ts";
export { createHost, createHostSync, Host } from "./host.ts";
export { ClusterMock } from "./clusters.ts";
export { RealClock, VirtualClock, parseDurationMs, type Clock, type Timer } from "./clock.ts";
export { runWorkers, type WorkerPlan, type WorkerReport } from "./scheduler.ts";
export { traceShape, traceText } from "./trace-text.ts";
export type { FaultOptions, Faults } from "./faults.ts";
export { connect, type ConnectInit, type TcpSession } from "./tcp-session.ts";
export { EnvoyCrash, LoadError } from "./crash.ts";
export { decodePairs, encodePairs } from "./pairs.ts";
export { SourceMap, type SourcePlace } from "./source-map.ts";
export { describeTrap, trapMessage, type Trap, type TrapFrame } from "./trap.ts";
export type { Metrics } from "./metrics.ts";
export type { SharedData } from "./shared-data.ts";
export type { SharedQueues } from "./queues.ts";
export type { VendorFunction, VendorGuest, VendorPack } from "./vendor-guest.ts";
export type { Worker } from "./worker.ts";
