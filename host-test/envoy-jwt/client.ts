// Requests with one token each over a few keep-alive connections.
import http from "node:http";

export interface Told {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: string;
}

export class Client {
  readonly #agent: http.Agent;

  constructor(
    readonly port: number,
    connections: number,
  ) {
    this.#agent = new http.Agent({ keepAlive: true, maxSockets: connections });
  }

  /** @throws Error when the connection breaks or nothing comes for ten seconds */
  get(headers: http.OutgoingHttpHeaders): Promise<Told> {
    return new Promise((resolve, reject) => {
      const options = { port: this.port, agent: this.#agent, path: "/orders", headers };
      const request = http.get({ ...options, timeout: 10_000 }, (response) => {
        let body = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => (body += chunk));
        response.on("end", () => {
          resolve({ status: response.statusCode!, headers: response.headers, body });
        });
        response.on("error", reject);
      });
      request.on("timeout", () => request.destroy(new Error("no answer within 10 s")));
      request.on("error", reject);
    });
  }

  bearer(token: string): Promise<Told> {
    return this.get({ authorization: `Bearer ${token}` });
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** Runs `count` jobs, `lanes` at a time, and gives their results in order. */
export async function inLanes<T>(
  count: number,
  lanes: number,
  job: (index: number) => Promise<T>,
): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) {
      const index = next++;
      results[index] = await job(index);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return results;
}
