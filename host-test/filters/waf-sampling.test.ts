// The Core Rule Set's sampling: `tx.sampling_percentage` lets a share of the requests through unjudged, drawn by the request's id, and a
// higher paranoia level that only detects tells what it would deny without denying it.
import { afterEach, describe, expect, test } from "vitest";
import { ruleFiles } from "../../cli/waf/rule-files.ts";
import type { Exchange, Host } from "../host/index.ts";
import { dataFolder, suiteTitle } from "../vectors/data.ts";
import { guarded } from "./guarded.ts";

const crs = dataFolder("crs");

let host: Host;
afterEach(() => host.close());

async function walled(setting: string): Promise<void> {
  const rules = [
    "Include @recommended-conf",
    "SecRuleEngine On",
    "Include @crs-setup-conf",
    `SecAction "id:900999,phase:1,pass,nolog,${setting}"`,
    "Include @owasp_crs/*.conf",
  ];
  host = await guarded({
    filter: "waf",
    config: JSON.stringify({ version: 1, waf: { rules, files: ruleFiles(crs!) } }),
  });
}

const send = (path: string, id: number): Promise<Exchange> =>
  host.request({
    path,
    headers: [
      ["x-request-id", `4f1c9d2e-0000-4000-8000-${String(id).padStart(12, "0")}`],
      ["user-agent", "Mozilla/5.0"],
      ["accept", "*/*"],
    ],
  });

const attack = "/?id=1%27%20or%20%271%27%3D%271";

describe.skipIf(crs === undefined)(suiteTitle("sampling", crs), () => {
  test("30 % of 400 requests are judged, the same ones each time", async () => {
    await walled("setvar:tx.sampling_percentage=30");
    const first: number[] = [];
    for (let id = 0; id < 400; id++) first.push((await send(attack, id)).status);
    const denied = first.filter((status) => status === 403).length;
    expect(denied).toBeGreaterThan(400 * 0.2);
    expect(denied).toBeLessThan(400 * 0.4);
    for (let id = 0; id < 40; id++) expect((await send(attack, id)).status).toBe(first[id]);
  });

  test("a level that only detects logs its rules and does not deny", async () => {
    // 920273 asks for plain characters, at level 4.
    const odd = "/?q=%C3%A9%C3%A8~%5E";
    const ids = ({ logs }: Exchange): number[] =>
      logs.flatMap(({ message }) => Number(/^\[id "(\d+)"/.exec(message)?.[1] ?? []));
    await walled("setvar:tx.detection_paranoia_level=4");
    const detected = await send(odd, 1);
    expect([detected.status, ids(detected).includes(920273)]).toEqual([200, true]);
    host.close();
    await walled("setvar:tx.blocking_paranoia_level=4");
    expect((await send(odd, 1)).status).toBe(403);
    host.close();
    await walled("setvar:tx.blocking_paranoia_level=1");
    expect(ids(await send(odd, 1))).toEqual([]);
  });
});
