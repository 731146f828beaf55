// What Envoy keeps once a process and not once a thread. Each host makes its own, unless several hosts, one a thread, are
// handed the same: `serve` then gives them stores in shared memory.
import type { Metrics } from "./metrics.ts";
import type { SharedQueues } from "./queues.ts";
import type { SharedData } from "./shared-data.ts";

export interface Stores {
  shared?: SharedData;
  queues?: SharedQueues;
  metrics?: Metrics;
}
