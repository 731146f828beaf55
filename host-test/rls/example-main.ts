// `npm run example:global`: shows examples/global-ratelimit at work.
import { findEnvoy } from "../envoy/find.ts";
import { runExample } from "./example.ts";
import { RlsMissing } from "./real-service.ts";

try {
  await runExample(findEnvoy().binary, console.log);
} catch (error) {
  if (!(error instanceof RlsMissing)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
