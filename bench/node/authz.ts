// Guest time of the authz stage by the number of policies, on the thin driver: what a policy that does not apply costs.
import { compile } from "../../cli/build/compile.ts";
import { policies } from "../envoy/authz.ts";
import { interleave } from "../interleave.ts";
import type { Bench } from "../record.ts";
import { loadGuest } from "./driver.ts";

const headers: [string, string][] = [
  [":authority", "shop.example.com"],
  [":path", "/cart?item=42&size=xl"],
  [":method", "GET"],
  [":scheme", "https"],
  ["user-agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"],
  ["accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"],
  ["cookie", "session=6c1b8a8f; theme=dark; consent=yes"],
  ["x-tenant", "blue"],
  ["x-request-id", "4f5c6b1e-7b5d-4b0e-9a3c-2d1f0e9b8a7c"],
];

/** The first row is a section that allows everything; the others are told against it. */
export async function authzGuestBench(): Promise<Bench> {
  const { wasm } = await compile({ entry: "assembly/filters/jwt.ts", target: "release" });
  const counts = [0, 10, 100, 1000];
  const guests = counts.map((count) => {
    const section = count === 0 ? { policies: [{ rules: [{}] }] } : { policies: policies(count) };
    return loadGuest(wasm, headers, JSON.stringify({ version: 1, authz: section }));
  });
  const timings = interleave(
    guests.map((guest, i) => ({
      name: `${counts[i]} policies`,
      run: (times: number): void => {
        for (let n = 0; n < times; n++) guest.request();
      },
    })),
  );
  const base = timings[0].bestNs;
  return {
    name: "authz",
    title: "Guest time of authz by the number of policies",
    command: "npm run bench -- authz",
    about:
      "A whole request through jwt.wasm without tokens on the thin driver. The policies have method, path, host and a header; only the " +
      "last one allows the request. The rival is one policy with an empty rule, in the same run.",
    rows: timings.map((timing, i) => ({
      name: i === 0 ? "one empty rule" : timing.name,
      "ns per request": Math.round(timing.bestNs),
      "of them for policies": Math.round(timing.bestNs - base),
      "ns per policy": i === 0 ? "" : ((timing.bestNs - base) / counts[i]).toFixed(1),
      "host calls": hostCalls(guests[i]),
    })),
  };
}

function hostCalls(guest: { hostCalls(): number; request(): void }): number {
  const before = guest.hostCalls();
  guest.request();
  return guest.hostCalls() - before;
}
