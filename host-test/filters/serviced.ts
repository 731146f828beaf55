// A filter with a rate-limit service behind it, for the tests of policies that ask one.
import type { ClusterMock, GrpcAnswer, GrpcRequest, Host, VirtualClock } from "../host/index.ts";
import {
  methodName,
  readAsked,
  serviceName,
  writeSaid,
  type Asked,
  type Said,
} from "../rls/codec.ts";
import { limited, type Limiting, type Policy } from "./limited.ts";

export type Serviced = Host & { clock: VirtualClock };

export const user = (name: string): { headers: [string, string][] } => ({
  headers: [["x-user", name]],
});

/** Wide open locally, so that what is denied is the service's word. */
export const global: Policy = {
  name: "user",
  identity: [{ header: "x-user" }],
  limit: { requests: 1000, per: "1s" },
  global: {},
};

export const serviceSection = { cluster: "rls", domain: "api", timeout: "100ms" };

export async function serviced(
  policies: Policy[],
  service: Record<string, unknown> = {},
  options: Partial<Limiting> = {},
): Promise<Serviced> {
  return limited({
    policies,
    ...options,
    section: { service: { ...serviceSection, ...service }, ...options.section },
  });
}

/** The service's end: what answers `say` gives, and what it was asked. */
export function answering(
  host: Host,
  say: (asked: Asked) => Said,
): { asked: Asked[]; cluster: ClusterMock } {
  const asked: Asked[] = [];
  const cluster = host.cluster("rls");
  cluster.onGrpc(serviceName, methodName).reply((request: GrpcRequest) => {
    const message = readAsked(request.message);
    asked.push(message);
    return { message: writeSaid(say(message)) };
  });
  return { asked, cluster };
}

export const failing = (host: Host, answer: GrpcAnswer): ClusterMock =>
  host.cluster("rls").onGrpc(serviceName, methodName).reply(answer);

export const calls = (host: Host, result: string): number | undefined =>
  host.metrics.value(`result=.=${result};.;meshwarden_ratelimit_service_calls`);
