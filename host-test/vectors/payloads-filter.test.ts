// The attack and benign lists through validate.wasm as it comes: each line as a query value, form field, JSON string, cookie and
// header. What is denied is what a client would see. `score-filter.ts` prints the whole table.
import { beforeAll, describe, expect, test } from "vitest";
import { filterModule } from "../filters/guarded.ts";
import { createHost, type Header, type Host, type RequestInit } from "../host/index.ts";
import { suiteTitle } from "./data.ts";
import {
  attackLists,
  benignDocuments,
  benignLists,
  hardLines,
  type ValueList,
} from "./detect-corpus.ts";
import { placeNames, requestWith } from "./filter-places.ts";

/** Share of the distinct lines of a class, in per cent, in every place. */
const floors: Record<string, number> = {
  sqli: 91,
  xss: 97.5,
  "command-injection": 75,
  "path-traversal-lfi": 98,
  ssrf: 85,
  ssti: 96,
  ssi: 90,
  nosql: 90,
  ldap: 60,
  crlf: 80,
  // 24 of the 107 lines are `*`, `0`, `null` and the like; as XML bodies see below.
  xxe: 72,
};

/** At most so many lines of a list, evenly taken. */
const most = 6000;

let host: Host;
beforeAll(async () => {
  host = await createHost({
    filters: [
      {
        name: "validate",
        wasm: await filterModule("validate"),
        config: JSON.stringify({ version: 1, validate: { content: {} } }),
      },
    ],
    workers: 1,
    lean: true,
  });
}, 60_000);

function sample(list: ValueList): Buffer[] {
  const step = Math.max(1, Math.ceil(list.values.length / most));
  return list.values.filter((_, i) => i % step === 0);
}

async function denied(
  requests: (RequestInit | undefined)[],
): Promise<{ hits: number; sent: number }> {
  let hits = 0;
  let sent = 0;
  for (const request of requests) {
    if (request === undefined) continue;
    sent++;
    if ((await host.request(request)).status !== 200) hits++;
  }
  return { hits, sent };
}

const attacks = attackLists();
describe.skipIf(attacks === undefined)(suiteTitle("attacks", attacks && "found"), () => {
  test.each(Object.entries(floors))(
    "%s: at least %d %% in every place",
    async (name, floor) => {
      const values = sample(attacks!.find((list) => list.name === name)!);
      for (const place of placeNames) {
        const { hits, sent } = await denied(values.map((value) => requestWith(place, value)));
        expect((hits * 100) / sent, place).toBeGreaterThanOrEqual(floor);
      }
    },
    60_000,
  );

  test("xxe as XML bodies: at least 90 %", async () => {
    const { values } = attacks!.find((list) => list.name === "xxe")!;
    const requests = values.map((body): RequestInit => {
      return { method: "POST", path: "/", headers: [["content-type", "text/xml"]], body };
    });
    const { hits, sent } = await denied(requests);
    expect((hits * 100) / sent).toBeGreaterThanOrEqual(90);
  });
});

const benign = benignLists();
const hard = hardLines();
describe.skipIf(benign === undefined || hard === undefined)(
  suiteTitle("benign lines", benign && "found"),
  () => {
    test.each(placeNames)(
      "at most 0.15 %% as %s, and 10 of the hard ones",
      async (place) => {
        const lists = benign!.filter((list) => !list.name.startsWith("markdown"));
        const all = lists.flatMap((list) => sample(list).filter((_, i) => i % 4 === 0));
        const { hits, sent } = await denied(all.map((value) => requestWith(place, value)));
        expect((hits * 100) / sent).toBeLessThanOrEqual(0.15);
        const difficult = hard!.values.map((value) => requestWith(place, value));
        expect((await denied(difficult)).hits).toBeLessThanOrEqual(10);
      },
      60_000,
    );

    test("at most 2 % of JSON bodies and of Markdown pages, sent as bodies", async () => {
      const bodies = benignDocuments()!;
      for (const [type, values] of Object.entries(bodies)) {
        const headers: Header[] = [["content-type", type]];
        const requests = values.map((body): RequestInit => ({
          method: "POST",
          path: "/",
          headers,
          body,
        }));
        const { hits, sent } = await denied(requests);
        expect(sent, type).toBeGreaterThan(50);
        expect((hits * 100) / sent, type).toBeLessThanOrEqual(2);
      }
    }, 60_000);
  },
);
