// The JSON reader against JSON.parse on the same bytes. The two do different things on purpose: ours checks UTF-8,
// duplicate names and limits and builds nothing, JSON.parse builds the tree that a filter does not need.
import { JsonProbe } from "../../host-test/vectors/json-probe.ts";
import { interleave } from "../interleave.ts";
import type { Bench, Row } from "../record.ts";

const claims = {
  iss: "https://login.example.com/realms/main",
  sub: "f3b0c7a2-5d1e-4a77-9a51-0c6f2b8e4d10",
  aud: ["orders-api", "https://api.example.com/"],
  azp: "web-frontend",
  exp: 1764003600,
  iat: 1764000000,
  auth_time: 1763999990,
  jti: "0e7a52b6-91f1-4a0c-8cf3-6a1c64e0e2b7",
  scope: "openid profile email orders:read orders:write",
  realm_access: { roles: ["offline_access", "uma_authorization", "orders-admin"] },
  resource_access: { "orders-api": { roles: ["reader", "writer"] } },
  email_verified: true,
  name: "Ada Example",
  preferred_username: "ada",
  email: "ada@example.com",
};

const order = (i: number) => ({
  id: 100000 + i,
  sku: `SKU-${(i * 7919) % 10007}`,
  title: `Item number ${i}, with a longer description of what it is`,
  price: ((i * 1237) % 10000) / 100,
  tags: ["new", "sale"],
  inStock: i % 3 !== 0,
  note: i % 5 === 0 ? 'said "hello"\nand left' : null,
});

const orders = (count: number, spaces: number): string =>
  JSON.stringify(
    {
      customer: { id: "c-17", name: "Ada Example" },
      items: Array.from({ length: count }, (_, i) => order(i)),
    },
    null,
    spaces,
  );

/** Bodies by name; all are made here, so that every machine measures the same bytes. */
export const bodies: Record<string, string> = {
  "JWT claims": JSON.stringify(claims),
  "API body, compact": orders(6, 0),
  "API body, large": orders(70, 0),
  "API body, indented": orders(45, 2),
  "text beyond ASCII": JSON.stringify(
    Array.from({ length: 40 }, (_, i) => ({
      id: i,
      text: `Grüße aus Zürich und 東京, Nummer ${i} 😀`,
    })),
  ),
};

/** Strict reader and JSON.parse in turns; the ratio is how many times faster the reader is. */
export async function jsonBench(rounds = 60): Promise<Bench> {
  const probe = await JsonProbe.create(1 << 17);
  probe.limits({ maxWide: 4096 });
  const rows: Row[] = [];
  for (const [name, text] of Object.entries(bodies)) {
    const bytes = Buffer.from(text);
    if (probe.status(bytes) !== "ok") throw new Error(`${name} is refused`);
    let sink: unknown;
    const times = interleave(
      [
        {
          name: "ours",
          run: (count) => {
            for (let i = 0; i < count; i++) sink = probe.run(bytes.length);
          },
        },
        {
          name: "string",
          run: (count) => {
            for (let i = 0; i < count; i++) sink = JSON.parse(text);
          },
        },
        {
          name: "bytes",
          run: (count) => {
            for (let i = 0; i < count; i++) sink = JSON.parse(bytes.toString("utf8"));
          },
        },
      ],
      { rounds },
    );
    if (sink === undefined) throw new Error("nothing ran");
    const [ours, parsed, decoded] = times.map((timing) => timing.bestNs);
    rows.push({
      name,
      bytes: bytes.length,
      "reader, µs": (ours / 1000).toFixed(2),
      "MB/s": Math.round((bytes.length / ours) * 1000),
      "× JSON.parse of a string": (parsed / ours).toFixed(2),
      "× JSON.parse of bytes": (decoded / ours).toFixed(2),
    });
  }
  return {
    name: "json",
    title: "JSON reader",
    command: "npm run bench -- json",
    about:
      "The pull reader with every check on (UTF-8, duplicate names, limits) over whole texts, against `JSON.parse` of a " +
      "string and of bytes in the same run. The reader builds no tree; ratios above 1 mean that it is faster.",
    rows,
  };
}
