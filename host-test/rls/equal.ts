// The same requests through Envoy's own filter and through ours, to the same real service: status, the service's headers and
// `x-envoy-ratelimited` must be equal for each, with and without a local limit in front. Then an attacker among good users: how many
// calls to the service it takes.
import { seededRandom } from "../vectors/seeded-random.ts";
import { Lanes, type Answer, type Lane } from "./listeners.ts";
import type { RealService } from "./real-service.ts";
import type { Report } from "./report.ts";

const service = { domain: "api", timeout: "2s", onError: "deny" };
const asks = {
  identity: [{ header: "x-user" }],
  global: { descriptor: [{ key: "user", header: "x-user" }] },
};

const open = {
  service,
  policies: [{ name: "open", limit: { requests: 100_000, per: "1s" }, ...asks }],
};
/** The same windows as the service's, so that what it denies was denied there as well. */
const limited = {
  service,
  policies: [
    { name: "limited", algorithm: "fixedWindow", limit: { requests: 5, per: "1m" }, ...asks },
  ],
};

/** Fixed windows end with the minute of the clock: none of a check may lie across it. */
export async function early(): Promise<void> {
  const second = Math.floor(Date.now() / 1000) % 60;
  if (second > 30) await new Promise((resolve) => setTimeout(resolve, (61 - second) * 1000));
}

const seen = ({ status, headers }: Answer): string => {
  const names = ["x-envoy-ratelimited", "ratelimit-limit", "ratelimit-remaining"];
  return JSON.stringify([status, ...names.map((name) => headers[name] ?? "")]);
};

export async function checkVerdicts(
  report: Report,
  binary: string,
  real: RealService,
): Promise<void> {
  const lanes: Lane[] = [
    { name: "native", servicePort: real.port, filter: "native" },
    { name: "open", servicePort: real.port, filter: open },
    { name: "limited", servicePort: real.port, filter: limited },
  ];
  const envoy = await Lanes.begin(binary, lanes);
  try {
    const random = seededRandom(7);
    const users = Array.from({ length: 400 }, () => `user-${random(1 + random(60))}`);
    const answers: Record<string, string[]> = {};
    const details: Record<string, Answer[]> = {};
    for (const { name } of lanes) {
      await early();
      await real.flush();
      const list: Answer[] = [];
      for (const user of users) list.push(await envoy.ask(name, user));
      details[name] = list;
      answers[name] = list.map(seen);
    }
    const denied = details["native"].filter(({ status }) => status === 429).length;
    report.check(
      "the native filter denies some and admits some",
      denied > 50 && denied < 350,
      `${denied} of 400`,
    );
    const different = answers["native"].filter((line, i) => line !== answers["open"][i]);
    // What we remember of a denial, we do not ask for again: its headers are ours then, its verdict the service's.
    const statuses = (name: string): number[] => details[name].map(({ status }) => status);
    const unequal = (name: string): number =>
      statuses("native").filter((status, i) => status !== statuses(name)[i]).length;
    report.check(
      "verdicts equal to the native filter's",
      unequal("open") === 0,
      `${400 - unequal("open")} of 400`,
    );
    report.check(
      "verdicts equal with a local limit in front",
      unequal("limited") === 0,
      `${400 - unequal("limited")} of 400`,
    );
    const first = details["open"].filter(({ headers }) => headers["ratelimit-limit"] !== undefined);
    const equalHeaders = first.every((answer) =>
      details["native"].map(seen).includes(seen(answer)),
    );
    report.check(
      "headers of the service equal wherever it was asked",
      first.length > 100 && equalHeaders,
      `${first.length} answers, ${different.length} from memory`,
    );
    const marked = details["open"].every(
      ({ status, headers }) => (status === 429) === (headers["x-envoy-ratelimited"] === "true"),
    );
    report.check("x-envoy-ratelimited on every denial and on nothing else", marked);
  } finally {
    envoy.stop();
  }
}

export async function checkAttack(
  report: Report,
  binary: string,
  real: RealService,
): Promise<void> {
  const lanes: Lane[] = [
    { name: "native", servicePort: real.port, filter: "native" },
    { name: "open", servicePort: real.port, filter: open },
    { name: "limited", servicePort: real.port, filter: limited },
  ];
  const envoy = await Lanes.begin(binary, lanes);
  try {
    const calls: Record<string, number> = {};
    for (const { name } of lanes) {
      await early();
      await real.flush();
      const before = await envoy.calls(name);
      for (let i = 0; i < 2000; i++)
        await envoy.ask(name, i % 50 === 0 ? `good-${i / 50}` : "attacker");
      calls[name] = (await envoy.calls(name)) - before;
    }
    report.check(
      "the native filter calls for each request",
      calls["native"] === 2000,
      `${calls["native"]} calls`,
    );
    for (const name of ["open", "limited"]) {
      const saved = 100 * (1 - calls[name] / calls["native"]);
      const figure = `${calls[name]} calls for 2,000 requests, ${saved.toFixed(1)} % fewer`;
      report.check(`an attack costs at most a tenth of the calls (${name})`, saved >= 90, figure);
    }
  } finally {
    envoy.stop();
  }
}
