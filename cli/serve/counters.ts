// What the data path counts about itself, and its form in Prometheus' text format (version 0.0.4). The filters' own metrics
// come from the host; both appear on the admin port's /stats/prometheus.

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

  /** One finished request; `status` 0 means that the client saw no answer. */
  countRequest(status: number): void {
    this.requestsByClass[Math.min(5, Math.floor(status / 100))]!++;
  }

  /** @param gauges current values, by metric name without prefix */
  prometheusText(gauges: Record<string, number>): string {
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
