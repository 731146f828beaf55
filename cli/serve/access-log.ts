// One JSON line for each request, written in batches. It names who asked for what and what came of it; it never holds a
// query, a header value that could be a credential, or a body: paths are cut at the question mark.

export interface AccessRecord {
  time: string;
  client: string;
  requestId: string;
  method: string;
  authority: string;
  /** Without the query. */
  path: string;
  status: number;
  /** Envoy's response code details; who decided and why. */
  details: string;
  bytesReceived: number;
  bytesSent: number;
  durationMs: number;
  /** Whether the request reached the upstream. */
  upstream: boolean;
}

/** A batch is written when it has this many characters, and at each `flush`. */
const batchChars = 32 * 1024;

export class AccessLog {
  readonly #write: (text: string) => void;
  #batch = "";

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  add(record: AccessRecord): void {
    this.#batch += `${JSON.stringify(record)}\n`;
    if (this.#batch.length >= batchChars) this.flush();
  }

  flush(): void {
    if (this.#batch === "") return;
    const text = this.#batch;
    this.#batch = "";
    this.#write(text);
  }
}

/** The path without query and fragment, cut to a length that keeps one line one line. */
export function pathForLog(path: string): string {
  const end = path.search(/[?#]/);
  const bare = end < 0 ? path : path.slice(0, end);
  return bare.length <= 1024 ? bare : `${bare.slice(0, 1024)}...`;
}
