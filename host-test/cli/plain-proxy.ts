// The same proxy without any filter, as a program: what the throughput of `serve` is compared with. It takes the arguments
// that `serve` takes and ignores all but the upstream.
import { noFilters } from "../../cli/serve/engine.ts";
import { defaultLimits } from "../../cli/serve/limits.ts";
import { Listener } from "../../cli/serve/listener.ts";
import { processTimers } from "../../cli/serve/timers.ts";

const { argv } = process;
const upstream = new URL(argv[argv.indexOf("--upstream") + 1]!);
const listener = new Listener({
  engine: noFilters,
  upstream,
  limits: defaultLimits,
  timers: processTimers,
});
const { port } = await listener.listen({ port: 0, host: "127.0.0.1" });
const url = `http://127.0.0.1:${port}`;
process.stdout.write(`${JSON.stringify({ url, adminUrl: url })}\n`);
