// What identities cost: a million different ones pass a table of the default size, and neither the guest's memory nor shared data grows
// by a byte; a slot costs at most 20 bytes, keys included, and a policy at most 0.6 MiB.
import { expect, test } from "vitest";
import { loadGuest } from "../../bench/node/driver.ts";
import { compile } from "../../cli/build/compile.ts";

/** Slots of the default table. */
const slots = 31_744;
/** `meshwarden/rl/<16 digits>/<8 digits>`, as adapters/shared-store.ts writes it. */
const keyBytes = 39;

test("a million identities leave memory where it was, and a slot costs at most 20 bytes", async () => {
  const user = "user-0000000";
  const { wasm } = await compile({ entry: "assembly/filters/ratelimit.ts", target: "release" });
  const policy = {
    name: "user",
    identity: [{ header: "x-user" }],
    limit: { requests: 5, per: "1m" },
  };
  const guest = loadGuest(
    wasm,
    [
      [":authority", "api.example"],
      [":path", "/"],
      [":method", "GET"],
      ["x-user", user],
    ],
    JSON.stringify({ version: 1, rateLimit: { policies: [policy] } }),
  );
  const at = Buffer.from(guest.pairs).indexOf(user) + user.length;
  const ask = (identity: number): void => {
    for (let i = at - 1, rest = identity; i >= at - 7; i--) {
      guest.pairs[i] = 0x30 + (rest % 10);
      rest = Math.floor(rest / 10);
    }
    guest.request();
  };
  for (let identity = 0; identity < 1000; identity++) ask(identity);
  const pages = guest.memoryPages();
  const before = guest.sharedValues();
  for (let identity = 1000; identity < 1_001_000; identity++) ask(identity);
  expect(guest.memoryPages()).toBe(pages);
  expect(guest.sharedValues()).toEqual(before);
  // One value is the key of the identity hashes, the others are the table.
  const shards = before.count - 1;
  // A seventh more than the default asks for, so that shards do not fill before the table does.
  expect(shards).toBe(512 + 73);
  const table = before.bytes + before.count * keyBytes;
  expect(table / slots).toBeLessThanOrEqual(20);
  expect(table).toBeLessThanOrEqual(0.6 * 1024 * 1024);
});
