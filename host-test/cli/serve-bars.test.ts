// What `serve` must stand, in seconds: `npm run test:serve` does the same with large numbers and prints the figures.
import { afterEach, describe, expect, test } from "vitest";
import { get, load } from "./load-client.ts";
import { misdeeds } from "./hostile-client.ts";
import {
  drainUnderLoad,
  guarded,
  impatient,
  manyRequests,
  reloadUnderLoad,
  siege,
  Stand,
} from "./serve-bars.ts";

let stand: Stand | undefined;
afterEach(async () => stand?.close());

describe.each([1, 2])("with %i worker(s)", (workers) => {
  const argv = ["--workers", String(workers)];

  test("no request is lost, and each gets its own verdict", async () => {
    stand = await Stand.start(guarded, argv);
    expect(await manyRequests(stand, 1000, 64)).toMatchObject({
      statuses: { 200: 1000 },
      lost: 0,
      refused: 0,
    });
    const mixed = await load({
      port: stand.served.port,
      requests: 300,
      concurrency: 30,
      reconnect: true,
      request: (i) => (i % 3 === 0 ? get("/a/..%2fb") : get("/a")),
    });
    expect(mixed).toMatchObject({ statuses: { 200: 200, 400: 100 }, lost: 0, refused: 0 });
  });

  test("reloads under load lose none", async () => {
    stand = await Stand.start(guarded, argv);
    const figures = await reloadUnderLoad(stand, 2000, 32, 50);
    expect(figures).toMatchObject({ statuses: { 200: 2000 }, lost: 0, refused: 0 });
    expect(figures.reloads).toBeGreaterThan(1);
  });

  test("SIGTERM lets what has begun end, and the process with it", async () => {
    stand = await Stand.start(guarded, argv);
    const figures = await drainUnderLoad(stand, 16, 500);
    expect(figures).toMatchObject({ lost: 0, refused: 0, exitCode: 0 });
    expect(Object.keys(figures.statuses)).toEqual(["200"]);
    expect(figures.statuses[200]).toBeGreaterThan(16);
  });
});

test("hostile clients of every kind are thrown out while an ordinary one is served", async () => {
  stand = await Stand.start({ ...guarded, serve: { limits: impatient } }, []);
  const figures = await siege(stand, misdeeds.length * 8, misdeeds.length * 4, 8000);
  expect(figures).toMatchObject({ refused: 0, leftOpen: 0, unserved: [] });
  expect(figures.ended).toBe(figures.connections);
  expect(figures.asked).toBeGreaterThan(5);
});
