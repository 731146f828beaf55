// A Node host with ratelimit.wasm and one `rateLimit` section, for the tests of the limiter.
import type { VirtualClock } from "../host/index.ts";
import {
  createHost,
  type Exchange,
  type Header,
  type Host,
  type HostOptions,
  type RequestInit,
} from "../host/index.ts";
import { filterModule } from "./guarded.ts";

export interface Policy {
  name: string;
  [field: string]: unknown;
}

export interface Limiting {
  policies: Policy[];
  /** Other members of the section. */
  section?: Record<string, unknown>;
  filter?: string;
  document?: Record<string, unknown>;
  host?: Partial<HostOptions>;
}

/** Five requests a minute, at once if need be, for each client address. */
export const fivePerMinute: Policy = {
  name: "five",
  identity: [{ clientIp: {} }],
  limit: { requests: 5, per: "1m" },
};

export function section(options: Limiting): string {
  const rateLimit = { policies: options.policies, ...options.section };
  return JSON.stringify({ version: 1, rateLimit, ...options.document });
}

export async function limited(options: Limiting): Promise<Host & { clock: VirtualClock }> {
  const host = await createHost({
    filters: [
      {
        name: "limiter",
        wasm: await filterModule(options.filter ?? "ratelimit"),
        config: section(options),
      },
    ],
    useRemoteAddress: true,
    ...options.host,
  });
  return host as Host & { clock: VirtualClock };
}

/** Statuses of requests sent one after the other. */
export async function statuses(
  host: Host,
  requests: RequestInit[] | number,
  init: RequestInit = {},
): Promise<number[]> {
  const list = typeof requests === "number" ? Array<RequestInit>(requests).fill(init) : requests;
  const seen: number[] = [];
  for (const request of list) seen.push((await host.request(request)).status);
  return seen;
}

export async function admitted(host: Host, count: number, init: RequestInit = {}): Promise<number> {
  return (await statuses(host, count, init)).filter((status) => status === 200).length;
}

export const from = (address: string, headers: Header[] = []): RequestInit => ({
  source: address,
  headers,
});

export const fieldsOf = (exchange: Exchange, ...names: string[]): (string | undefined)[] =>
  names.map((name) => exchange.header(name));

/** What a limiter logs when it refuses this configuration; empty when it takes it. */
export async function refusal(options: Limiting): Promise<string> {
  const host = await limited({ policies: [fivePerMinute] });
  const result = host.updateConfig("limiter", section(options));
  host.close();
  return result.ok ? "" : result.logs.map((line) => line.message).join("\n");
}
