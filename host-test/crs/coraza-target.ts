// The suite against the native Coraza: what the driver is tested with, and the score that the filter is compared to.
import { albedoAnswer } from "./albedo.ts";
import { Coraza } from "./coraza.ts";
import { refusal } from "./front.ts";
import type { Target } from "./node-target.ts";
import { parseRequest } from "./request.ts";
import type { RuleSource } from "./rules.ts";

/** @param allIds rules that matched without a log line count too */
export function corazaTarget(rules: RuleSource, allIds = true): Target {
  const coraza = new Coraza(rules, true);
  return {
    name: "coraza",
    async send(bytes, fronted) {
      const request = parseRequest(bytes);
      if (fronted && refusal(bytes, request)) return { status: 400, log: [] };
      const reply = albedoAnswer(request.method, request.uri, request.body);
      const verdict = await coraza.judge({
        method: request.method,
        uri: request.uri,
        protocol: request.version,
        headers: request.headers,
        body: request.body.toString("base64"),
        response: { ...reply, body: reply.body.toString("base64") },
      });
      return {
        status: verdict.status === 0 ? reply.status : verdict.status,
        log: [...(verdict.log ?? []), ...(allIds ? verdict.ids.map((id) => `[id "${id}"]`) : [])],
      };
    },
    close() {
      coraza.close();
      return Promise.resolve();
    },
  };
}
