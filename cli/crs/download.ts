// One file over HTTP: retries, at most five redirects, never from TLS to plain HTTP, a limit on its size. What arrives is trusted
// by nobody until its checksum has been compared.
import { systemClock, type Clock } from "../oci/clock.ts";
import { RegistryError } from "../oci/failure.ts";
import {
  defaultRetryPolicy,
  sendWithRetries,
  unreachable,
  type RetryPolicy,
} from "../oci/retry.ts";
import { discard, isConnectionError, readBody, Transport, type Reply } from "../oci/transport.ts";

const redirectsMax = 5;
const limitBytes = 32 * 1024 * 1024;

export interface DownloadOptions {
  /** PEM certificates trusted besides the system's. */
  ca?: string[];
  signal?: AbortSignal;
  clock?: Clock;
  retry?: Partial<RetryPolicy>;
  idleTimeoutMs?: number;
}

/** The bytes at an address. @throws RegistryError (exit code `network`) */
export async function download(address: string, options: DownloadOptions): Promise<Uint8Array> {
  const transport = new Transport({
    idleTimeoutMs: options.idleTimeoutMs ?? 60_000,
    userAgent: "meshwarden",
    ...(options.ca ? { ca: options.ca } : {}),
    ...(options.signal ? { signal: options.signal } : {}),
  });
  const policy = { ...defaultRetryPolicy, ...options.retry };
  try {
    // A connection that breaks within the body counts as one that was never there.
    for (let attempt = 1; ; attempt++) {
      const reply = await follow(new URL(address), transport, policy, options);
      try {
        return await readBody(reply, limitBytes);
      } catch (error) {
        if (!isConnectionError(error)) throw error;
        if (attempt >= policy.attemptsMax) throw unreachable(reply.url.host, error);
      }
    }
  } finally {
    transport.close();
  }
}

async function follow(
  first: URL,
  transport: Transport,
  policy: RetryPolicy,
  { clock = systemClock, signal }: DownloadOptions,
): Promise<Reply> {
  let url = first;
  for (let hops = 0; ; hops++) {
    refuseFall(url, first);
    const send = (): Promise<Reply> => transport.send({ method: "GET", url, headers: {} });
    const reply = await sendWithRetries(send, {
      clock,
      policy,
      host: url.host,
      repeatable: true,
      signal,
    });
    const location = reply.headers["location"];
    if (reply.status === 200) return reply;
    await discard(reply);
    if (reply.status < 300 || reply.status > 399 || location === undefined) {
      throw new RegistryError(
        reply.status === 404 ? "notFound" : "protocol",
        `${url.href} answered ${reply.status}`,
        "check the version or the address",
      );
    }
    if (hops >= redirectsMax || !URL.canParse(location, url))
      throw new RegistryError("redirect", `${first.host} redirects without end`);
    url = new URL(location, url);
  }
}

/** The checksum decides what is kept, so an internal mirror may be plain; falling from TLS to plain HTTP is never meant. */
function refuseFall(url: URL, first: URL): void {
  if (url.protocol === "https:" || (url.protocol === "http:" && first.protocol === "http:")) return;
  throw new RegistryError(
    "plainHttp",
    `${first.host} leads to ${url.protocol}//${url.host}, which is not encrypted`,
    "nothing was sent there",
  );
}
