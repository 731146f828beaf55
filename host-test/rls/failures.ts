// A service that is down, slow (ten seconds), that talks garbage or reports errors, in a real Envoy: `onError` decides, no request waits
// longer than the timeout, and the breaker opens. Last of all the real service is killed while it is in use.
import { fakeService, type Manner } from "./fake-service.ts";
import { Lanes, type Lane } from "./listeners.ts";
import { freePort, type RealService } from "./real-service.ts";
import type { Report } from "./report.ts";

const wanted = { local: 200, allow: 200, deny: 503 };

const section = (onError: string, localLimit?: object): Record<string, unknown> => ({
  service: { domain: "api", timeout: "200ms", onError, breaker: { failures: 5, openFor: "60s" } },
  policies: [
    {
      name: "user",
      identity: [{ header: "x-user" }],
      limit: { requests: 100_000, per: "1s" },
      global: {
        descriptor: [{ key: "user", header: "x-user" }],
        ...(localLimit === undefined ? {} : { localLimit }),
      },
    },
  ],
});

export async function checkFailures(
  report: Report,
  binary: string,
  real: RealService,
): Promise<void> {
  const manners: Manner[] = ["slow", "garbage", "error"];
  const fakes = await Promise.all(manners.map(fakeService));
  const ports: [string, number][] = [
    ["down", await freePort()],
    ...manners.map((manner, i): [string, number] => [manner, fakes[i].port]),
    ["real", real.port],
  ];
  const lanes: Lane[] = ports.flatMap(([how, servicePort]) =>
    Object.keys(wanted).map((onError) => ({
      name: `${how}-${onError}`,
      servicePort,
      filter: section(onError),
    })),
  );
  lanes.push({
    name: "down-limited",
    servicePort: ports[0][1],
    filter: section("local", { requests: 3, per: "1m" }),
  });
  const envoy = await Lanes.begin(binary, lanes);
  try {
    for (const [how] of ports.slice(0, -1)) {
      for (const [onError, status] of Object.entries(wanted)) {
        const lane = `${how}-${onError}`;
        const statuses: number[] = [];
        let slowest = 0;
        const before = await envoy.calls(lane);
        for (let i = 0; i < 40; i++) {
          const started = performance.now();
          statuses.push((await envoy.ask(lane, `user-${i}`)).status);
          slowest = Math.max(slowest, performance.now() - started);
        }
        const calls = (await envoy.calls(lane)) - before;
        const holds = statuses.every((seen) => seen === status) && slowest < 1500 && calls <= 5;
        const figure = `40 × ${[...new Set(statuses)].join(", ")}, ${calls} calls, slowest ${slowest.toFixed(0)} ms`;
        report.check(`${how}, onError ${onError}`, holds, figure);
      }
    }
    const limited: number[] = [];
    for (let i = 0; i < 6; i++) limited.push((await envoy.ask("down-limited", "ann")).status);
    report.check(
      "down, local limit of three",
      limited.join() === "200,200,200,429,429,429",
      limited.join(),
    );
    const alive = (await envoy.ask("real-deny", "survivor")).status;
    await real.kill();
    const after = [
      await envoy.ask("real-deny", "survivor"),
      await envoy.ask("real-local", "survivor"),
      await envoy.ask("real-allow", "survivor"),
    ].map(({ status }) => status);
    report.check(
      "the real service dies in use",
      alive === 200 && after.join() === "503,200,200",
      `before ${alive}, after ${after.join(", ")}`,
    );
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const timeouts = await envoy.metric("result=.=timeout");
    report.check(
      "timeouts are told apart from other failures",
      timeouts > 0,
      `${timeouts} timeouts`,
    );
  } finally {
    envoy.stop();
    await Promise.all(fakes.map((fake) => fake.stop()));
  }
}
