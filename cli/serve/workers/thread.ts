// The entry of a worker thread: the same data path as in one thread, on stores that all threads share. It takes orders from
// the main thread one at a time and publishes its figures where the main thread reads them.
import { parentPort, workerData } from "node:worker_threads";
import { LocalFront } from "../front.ts";
import { hostEngineLoader } from "../host-engine.ts";
import { sweepIntervalMs } from "../limits.ts";
import type { Recording } from "../record/recorder.ts";
import { ThreadSharedData } from "../shared/data.ts";
import { SharedHeap } from "../shared/heap.ts";
import { ThreadMetrics } from "../shared/metrics.ts";
import { ThreadSharedQueues } from "../shared/queues.ts";
import { SharedTable } from "../shared/table.ts";
import { processTimers } from "../timers.ts";
import { publish } from "./figures.ts";
import type { Order, Report, ThreadSettings } from "./orders.ts";

const settings = workerData as ThreadSettings;
const port = parentPort!;
const report = (message: Report): void => port.postMessage(message);

const table = new SharedTable(new SharedHeap(settings.memory));
const queues = new ThreadSharedQueues(table, settings.thread, (thread, queue) => {
  report({ kind: "queue", thread, queue });
});
const stores = { shared: new ThreadSharedData(table), queues, metrics: new ThreadMetrics(table) };
const figures = new Float64Array(settings.figures);

const recording: Recording = {
  take: (tape) => report({ kind: "tape", tape }),
  calledOut: (cluster, answer) => report({ kind: "callout", cluster, answer }),
};

const front = new LocalFront(
  {
    upstream: new URL(settings.upstream),
    upstreamHttp2: settings.upstreamHttp2,
    limits: settings.limits,
    timers: processTimers,
    ...(settings.tls !== undefined ? { tls: settings.tls } : {}),
    ...(settings.recording ? { recording } : {}),
    ...(settings.accessLog
      ? { accessLog: (text: string) => report({ kind: "accessLog", text }) }
      : {}),
  },
  hostEngineLoader(settings.logLevel, { stores, tried: true }),
);

const publishing = setInterval(() => publish(figures, front), sweepIntervalMs);

async function carryOut(order: Order): Promise<Report> {
  switch (order.kind) {
    case "load": {
      const onLog = (level: string, line: string): void => {
        report({ kind: "filterLog", level, line });
      };
      const findings = await front.load({ ...order.input, onLog });
      return { kind: "done", findings };
    }
    case "listen":
      await front.listen({ fd: order.fd });
      break;
    case "tls":
      front.replaceTls(order.tls);
      break;
    case "drain":
      await front.drain();
      publish(figures, front);
      clearInterval(publishing);
      break;
    default:
  }
  return { kind: "done", findings: [] };
}

let turn: Promise<void> = Promise.resolve();
port.on("message", (order: Order) => {
  if (order.kind === "arrived") return queues.arrived(order.queue);
  turn = turn.then(async () => report(await carryOut(order)));
});
