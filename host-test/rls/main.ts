// `npm run test:rls`: our client before the real github.com/envoyproxy/ratelimit with Redis, in a real Envoy, side by side with
// Envoy's own filter. Verdicts must be equal, an attack must cost a tenth of the calls, and a service that is down, slow or talks
// garbage must lead to what `onError` says. With `--latency` how long requests take while the breaker is open, and nothing else (needs wrk, no service).
import { findEnvoy } from "../envoy/find.ts";
import { checkAttack, checkVerdicts } from "./equal.ts";
import { runExample } from "./example.ts";
import { checkFailures } from "./failures.ts";
import { checkLatency } from "./latency.ts";
import { RealService, RlsMissing } from "./real-service.ts";
import { Report } from "./report.ts";

/** Five in a minute for each user. */
const rules = `domain: api
descriptors:
  - key: user
    rate_limit: {unit: minute, requests_per_unit: 5}
`;

const report = new Report();
const { binary, version } = findEnvoy();
console.log(`Envoy ${version}`);
let service: RealService | undefined;
if (process.argv.includes("--latency")) {
  await checkLatency(report, binary);
  process.exit(report.finish());
}
try {
  service = await RealService.begin(rules);
  await checkVerdicts(report, binary, service);
  await checkAttack(report, binary, service);
  await checkFailures(report, binary, service);
  const { together, alone } = await runExample(binary, () => {});
  const passed = together.filter((status) => status === 200).length;
  report.check("the example: two proxies, one limit of five", passed === 5, together.join());
  const shares = alone.every((statuses) => statuses.join() === "200,200,429,429");
  report.check("the example: a share each without the service", shares, alone.join(" and "));
} catch (error) {
  if (!(error instanceof RlsMissing)) throw error;
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await service?.stop();
}
process.exitCode ??= report.finish();
