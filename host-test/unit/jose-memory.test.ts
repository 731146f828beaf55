// A verification allocates nothing: after keys are warm, the next block of the guest's heap lies where it would have lain before.
import { beforeAll, expect, test } from "vitest";
import {
  hmacToken,
  now,
  probe,
  publicKeys,
  secret,
  secretKeys,
  setKeys,
  signers,
  withClaims,
  withHeader,
} from "../vectors/jose-mint.ts";

/** Address and heap size after one fixed allocation. */
function mark(): { next: number; bytes: number } {
  return { next: probe.allocate(64), bytes: probe.memory.buffer.byteLength };
}

/** Runs the tokens `rounds` times between two marks and gives the distance of the marks. */
function distance(tokens: string[], rounds: number): number {
  const first = mark();
  for (let i = 0; i < rounds; i++) for (const text of tokens) probe.admit(text, now);
  const last = mark();
  expect(last.bytes).toBe(first.bytes);
  return last.next - first.next;
}

beforeAll(() => setKeys(publicKeys));

test("thousands of good and bad tokens leave the heap as it was", () => {
  const tokens = signers.flatMap((signer) => [
    withClaims(signer, {}),
    withClaims(signer, { sub: '\u00e9\n"' }),
    withHeader(signer, { kid: "unknown" }),
    `${withClaims(signer, {})}x`,
    "a.b.c",
  ]);
  for (let i = 0; i < 5; i++) for (const text of tokens) probe.admit(text, now); // tables are built
  const idle = distance([], 0);
  expect(distance(tokens, 20)).toBe(idle);
  setKeys({ keys: secretKeys });
  const macs = secretKeys.map(({ alg }) => hmacToken(alg, secret));
  const idleMacs = distance([], 0);
  expect(distance(macs, 2000)).toBe(idleMacs);
});
