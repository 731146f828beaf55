// Higress's additions to the ABI: Redis calls, upstream hosts, injected response data, and its own marker 0.2.100. The
// Redis here is a function of the test; it sees the query in RESP and answers in RESP.
import { utf8 } from "../bytes.ts";
import { encodePairs } from "../pairs.ts";
import type { Header } from "../types.ts";
import type { VendorPack } from "../vendor-guest.ts";

export interface HigressOptions {
  /** Answers a query (RESP bytes) of a cluster; undefined = the connection fails (status 1 in the callback). */
  redis?: (cluster: string, query: Uint8Array) => Uint8Array | string | undefined;
  /** Hosts of the stream's upstream cluster and their metrics text. */
  upstreamHosts?: Header[];
  /** Told of each host a filter chose with proxy_set_upstream_override_host. */
  onOverrideHost?: (address: string) => void;
  /** Told of each piece a filter injected into the response. */
  onInject?: (bytes: Uint8Array, endOfStream: boolean) => void;
}

const invalidMemory = 6;
const badArgument = 2;
const redisBufferType = 9;

export function higress(options: HigressOptions = {}): VendorPack {
  const ready = new Set<string>();
  let nextToken = 1;
  return {
    name: "higress",
    abiMarkers: { proxy_abi_version_0_2_100: "0.2.1" },
    functions: {
      "env.proxy_redis_init": (guest, cluster: number, clusterSize: number) => {
        const name = guest.text(cluster, clusterSize);
        if (name === undefined) return invalidMemory;
        ready.add(name);
        return 0;
      },
      "env.proxy_redis_call": (
        guest,
        cluster: number,
        clusterSize: number,
        query: number,
        querySize: number,
        tokenAt: number,
      ) => {
        const name = guest.text(cluster, clusterSize);
        const bytes = guest.bytes(query, querySize);
        if (name === undefined || bytes === undefined) return invalidMemory;
        if (!ready.has(name)) return badArgument;
        const token = nextToken++;
        if (!guest.setU32(tokenAt, token)) return invalidMemory;
        const answer = options.redis?.(name, bytes);
        const response = typeof answer === "string" ? utf8(answer) : (answer ?? new Uint8Array(0));
        const status = answer === undefined ? 1 : 0;
        const args = [token, status, response.length];
        guest.callLater("proxy_on_redis_call_response", args, redisBufferType, response);
        return 0;
      },
      "env.proxy_get_upstream_hosts": (guest, pointerAt: number, sizeAt: number) =>
        guest.give(encodePairs(options.upstreamHosts ?? []), pointerAt, sizeAt) ? 0 : invalidMemory,
      "env.proxy_set_upstream_override_host": (guest, address: number, size: number) => {
        const text = guest.text(address, size);
        if (text === undefined) return invalidMemory;
        options.onOverrideHost?.(text);
        return 0;
      },
      "env.proxy_inject_encoded_data_to_filter_chain": (
        guest,
        body: number,
        size: number,
        end: number,
      ) => {
        const bytes = guest.bytes(body, size);
        if (bytes === undefined) return invalidMemory;
        options.onInject?.(bytes, end !== 0);
        return 0;
      },
    },
  };
}
