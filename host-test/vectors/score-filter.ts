// Prints how many values of each list a filter denies in each place of a request, with every default: validate.wasm, or with
// `--filter waf` the rule set in waf.wasm.
// `--missed CLASS PLACE` lists what passed, `--benign` the benign lists, `--limit N` at most N values of a list.
import { filterModule } from "../filters/guarded.ts";
import { createHost, type Host } from "../host/index.ts";
import { attackLists, benignLists, hardLines, type ValueList } from "./detect-corpus.ts";
import { placeNames, requestWith, type PlaceName } from "./filter-places.ts";

const argument = (name: string): string[] => {
  const at = process.argv.indexOf(name);
  return at < 0 ? [] : process.argv.slice(at + 1, at + 3);
};
const limit = Number(argument("--limit")[0] ?? Infinity);
const name = argument("--filter")[0] ?? "validate";
const section = name === "waf" ? { waf: { logMatchedData: true } } : { validate: { content: {} } };
const host: Host = await createHost({
  filters: [
    {
      name,
      wasm: await filterModule(name),
      config: JSON.stringify({ version: 1, ...section }),
    },
  ],
  workers: 1,
  lean: true,
});

async function scoreIn(place: PlaceName, list: ValueList, told: boolean): Promise<string> {
  let sent = 0;
  let denied = 0;
  for (const value of list.values.slice(0, limit)) {
    const request = requestWith(place, value);
    if (request === undefined) continue;
    sent++;
    const exchange = await host.request(request);
    const hit = exchange.status !== 200;
    if (hit) denied++;
    if (told !== hit) continue;
    if (told)
      console.log(
        exchange.logs
          .map((line) => line.message)
          .join(" ")
          .slice(0, 300),
      );
    console.log(`   ${value.toString("utf8").slice(0, 200)}`);
  }
  return `${denied}/${sent} ${((denied * 100) / Math.max(1, sent)).toFixed(2)} %`;
}

const [missedClass, missedPlace] = argument("--missed");
if (missedClass !== undefined) {
  const list = attackLists()!.find((one) => one.name === missedClass)!;
  const sent = { ...list };
  console.log(await scoreIn((missedPlace ?? "query") as PlaceName, sent, false));
} else if (process.argv.includes("--benign")) {
  for (const list of [...benignLists()!, hardLines()!]) {
    for (const place of placeNames)
      console.log(`${list.name}\t${place}\t${await scoreIn(place, list, true)}`);
  }
} else {
  for (const list of attackLists()!) {
    const cells: string[] = [];
    for (const place of placeNames) cells.push(await scoreInQuiet(place, list));
    console.log(`${list.name}\t${cells.join("\t")}`);
  }
}

async function scoreInQuiet(place: PlaceName, list: ValueList): Promise<string> {
  const log = console.log;
  console.log = () => {};
  const line = await scoreIn(place, list, false);
  console.log = log;
  return line;
}
