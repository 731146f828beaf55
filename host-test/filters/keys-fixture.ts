// A Node host whose jwt provider fetches its keys, the key server that tests can break, and time that passes on demand.
import type { CalloutAnswer, Exchange, Host, HostOptions, VirtualClock } from "../host/index.ts";
import { guarded } from "./guarded.ts";
import { bearer } from "./token-host.ts";
import type { Issuer } from "./tokens.ts";

/** Answers for the cluster "idp"; `answer` can be replaced at any time. */
export class KeyServer {
  /** Paths asked for, in order. */
  readonly asked: string[] = [];
  answer: CalloutAnswer | ((path: string) => CalloutAnswer);

  constructor(answer: CalloutAnswer | ((path: string) => CalloutAnswer)) {
    this.answer = answer;
  }

  handle = (path: string): CalloutAnswer => {
    this.asked.push(path);
    return typeof this.answer === "function" ? this.answer(path) : this.answer;
  };
}

/** The key sets of issuers as one. */
export function keysOf(...issuers: Issuer[]): string {
  const keys = issuers.flatMap(({ jwks }) => (JSON.parse(jwks) as { keys: object[] }).keys);
  return JSON.stringify({ keys });
}

/** Fields of a provider whose keys come from the cluster "idp". */
export const remote = (fields: object = {}): object => ({
  issuer: "https://issuer.example",
  audiences: ["api"],
  remoteJwks: {
    httpUri: { uri: "https://idp.example/keys?v=1", cluster: "idp", timeout: "1s" },
    ...fields,
  },
});

/** jwt.wasm with these providers and that server. */
export function remoteHost(
  server: KeyServer,
  section: object,
  host: Partial<HostOptions> = {},
): Promise<Host> {
  return guarded({
    filter: "jwt",
    config: JSON.stringify({ version: 1, jwt: section }),
    host: {
      lean: true,
      clusters: {
        idp: ({ path }) => server.handle(path),
      },
      ...host,
    },
  });
}

/** Lets virtual time pass: ticks fire, answers arrive. */
export function pass(host: Host, seconds: number): void {
  (host.clock as VirtualClock).advance(seconds * 1000);
}

/** What one bearer token gets. */
export const present = async (host: Host, token: string, worker = 0): Promise<Exchange> =>
  host.request({ headers: bearer(token), worker });

/** Status and reason of an answer. */
export const told = ({ status, details }: Exchange): [number, string] => [status, details];
