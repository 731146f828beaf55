// examples/global-ratelimit, run whole: Redis, the real service with the example's rules, and two Envoys with the example's configuration.
import { readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { packageRoot } from "../../cli/build/compile.ts";
import { early } from "./equal.ts";
import { Lanes } from "./listeners.ts";
import { RealService } from "./real-service.ts";

const folder = path.join(packageRoot, "examples", "global-ratelimit");

export interface Seen {
  /** Statuses of nine requests of one user, to the two proxies in turns. */
  together: number[];
  /** Statuses of four requests to each proxy after the service was killed. */
  alone: number[][];
}

/** @param tell is told what happens */
export async function runExample(binary: string, tell: (line: string) => void): Promise<Seen> {
  const config = parse(readFileSync(path.join(folder, "config.yaml"), "utf8")) as {
    rateLimit: Record<string, unknown>;
  };
  const service = await RealService.begin(readFileSync(path.join(folder, "rules.yaml"), "utf8"));
  const proxies: Lanes[] = [];
  try {
    tell("Redis and the rate-limit service are up");
    const lane = { name: "gateway", servicePort: service.port, filter: config.rateLimit };
    for (let i = 0; i < 2; i++) proxies.push(await Lanes.begin(binary, [lane]));
    tell("two Envoys ask it");
    await early();
    const together: number[] = [];
    for (let i = 0; i < 9; i++) together.push((await proxies[i % 2].ask("gateway", "ann")).status);
    tell(`ann, to the two in turns:            ${together.join(" ")}`);
    await service.kill();
    tell("the service is killed");
    const alone: number[][] = [];
    for (const proxy of proxies) {
      const statuses: number[] = [];
      for (let i = 0; i < 4; i++) statuses.push((await proxy.ask("gateway", "bob")).status);
      alone.push(statuses);
      tell(`bob, to one of them:                 ${statuses.join(" ")}`);
    }
    return { together, alone };
  } finally {
    for (const proxy of proxies) proxy.stop();
    await service.stop();
  }
}
