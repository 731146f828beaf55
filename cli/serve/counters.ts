// What the data path counts about itself, and its form in Prometheus' text format (version 0.0.4). The filters' own metrics
// come from the host; both appear on the admin port's /stats/prometheus.

const counted = [
  "connectionsTotal",
  "connectionsRefused",
  "handshakesFailed",
  "requestsRefused",
  "upstreamFailures",
  "bytesReceived",
  "bytesSent",
  "reloadsDone",
  "reloadsRefused",
] as const;

/** What is open or held now, by metric name without prefix. */
export const gaugeNames = [
  "connections_active",
  "requests_active",
  "upstream_requests_active",
  "buffered_bytes",
] as const;
export type Gauges = Record<(typeof gaugeNames)[number], number>;

export class Counters {
  requestsByClass = [0, 0, 0, 0, 0, 0];
  connectionsTotal = 0;
  connectionsRefused = 0;
  /** TLS handshakes that failed, certificates of clients that nobody vouches for among them. */
  handshakesFailed = 0;
  /** Requests refused before any filter: not HTTP, or against a limit. */
  requestsRefused = 0;
  upstreamFailures = 0;
  bytesReceived = 0;
  bytesSent = 0;
  reloadsDone = 0;
  reloadsRefused = 0;

  /** All counts in a fixed order, for another thread's `add`. */
  values(): number[] {
    return [...this.requestsByClass, ...counted.map((name) => this[name])];
  }

  /** Adds the `values` of other counters. */
  add(values: ArrayLike<number>): void {
    const classes = this.requestsByClass.length;
    for (let i = 0; i < classes; i++) this.requestsByClass[i]! += values[i]!;
    counted.forEach((name, i) => (this[name] += values[classes + i]!));
  }

  /** One finished request; `status` 0 means that the client saw no answer. */
  countRequest(status: number): void {
    this.requestsByClass[Math.min(5, Math.floor(status / 100))]!++;
  }

  prometheusText(gauges: Gauges): string {
    let text = "# TYPE meshwarden_requests_total counter\n";
    this.requestsByClass.forEach((value, i) => {
      const label = i === 0 ? "none" : `${i}xx`;
      text += `meshwarden_requests_total{response_code_class="${label}"} ${value}\n`;
    });
    const counters: Record<string, number> = {
      connections_total: this.connectionsTotal,
      connections_refused_total: this.connectionsRefused,
      handshakes_failed_total: this.handshakesFailed,
      requests_refused_total: this.requestsRefused,
      upstream_failures_total: this.upstreamFailures,
      received_bytes_total: this.bytesReceived,
      sent_bytes_total: this.bytesSent,
      reloads_total: this.reloadsDone,
      reloads_refused_total: this.reloadsRefused,
    };
    for (const [name, value] of Object.entries(counters)) text += series(name, "counter", value);
    for (const [name, value] of Object.entries(gauges)) text += series(name, "gauge", value);
    return text;
  }
}

function series(name: string, type: string, value: number): string {
  return `# TYPE meshwarden_${name} ${type}\nmeshwarden_${name} ${value}\n`;
}
