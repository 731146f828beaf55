// What a VM of validate.wasm takes with every detector on: at most 4 MiB, and not a page more however many requests pass,
// good and bad, of every kind of body. MESHWARDEN_CONTENT_REQUESTS=1000000 is the long run.
import { expect, test } from "vitest";
import { createHost, type Header, type RequestInit } from "../host/index.ts";
import { seededRandom } from "../vectors/seeded-random.ts";
import { filterModule } from "./guarded.ts";

const count = Number(process.env["MESHWARDEN_CONTENT_REQUESTS"] ?? 20_000);

const json = JSON.stringify({
  items: Array.from({ length: 30 }, (_, i) => ({ id: i, name: `Größe ${i}`, note: "x".repeat(i) })),
});
const part = (name: string, value: string): string =>
  `--b\r\nContent-Disposition: form-data; name="${name}"; filename="${name}.txt"\r\n\r\n${value}\r\n`;
const bodies: [type: string, body: string][] = [
  ["application/json", json],
  ["application/json", '{"a":"1\' or 1=1--"}'],
  ["application/json", '{"a":['],
  ["application/x-www-form-urlencoded", "name=Ada+Example&text=%3Cb%3Ehello%3C%2Fb%3E&n=1"],
  ["application/x-www-form-urlencoded", "q=%253Cscript%253Ex%253C/script%253E"],
  ["multipart/form-data; boundary=b", `${part("a", "one")}${part("b", "two")}--b--\r\n`],
  ["multipart/form-data; boundary=b", "--b\nno: end"],
  ["application/xml", "<r><a b='c'>text &amp; more</a></r>"],
  ["application/xml", "<!DOCTYPE r [<!ENTITY a 'b'>]><r>&a;</r>"],
  ["text/plain", "A sentence; and another one.\n".repeat(40)],
];

test(`${count} requests leave the memory of a VM where it was, within 4 MiB`, async () => {
  const host = await createHost({
    filters: [
      {
        name: "validate",
        wasm: await filterModule("validate"),
        config: JSON.stringify({
          version: 1,
          validate: { limits: {}, content: {}, csrf: {}, response: { leaks: { keys: "mask" } } },
        }),
      },
    ],
    workers: 1,
    lean: true,
  });
  const random = seededRandom(17);
  const requestOf = (i: number): RequestInit => {
    const headers: Header[] = [
      ["user-agent", `Browser/${random(2000)}`],
      ["cookie", `session=${random(1e6)}; theme=dark`],
    ];
    if (random(3) === 0) return { path: `/search?q=item+${i}&page=${random(9)}`, headers };
    const [type, body] = bodies[random(bodies.length)]!;
    headers.push(["content-type", type]);
    const cut = random(body.length);
    return { method: "POST", path: "/", headers, body: [body.slice(0, cut), body.slice(cut)] };
  };
  const answers = new Map<number, number>();
  const some = async (from: number, to: number): Promise<void> => {
    for (let i = from; i < to; i++) {
      const { status } = await host.request(requestOf(i));
      answers.set(status, (answers.get(status) ?? 0) + 1);
    }
  };
  await some(0, 1000);
  const pages = host.pages;
  await some(1000, count);
  expect(host.pages).toBe(pages);
  expect(pages).toBeLessThanOrEqual(64);
  expect([...answers.keys()].sort()).toEqual([200, 400, 403]);
  expect(answers.get(200)).toBeGreaterThan(count / 4);
}, 3_600_000);
