// `npm run coverage`: the tests that run AssemblyScript, on modules with counters and without optimisation. What measures the
// release build itself (sizes, times, host calls that the optimiser saves) has nothing to say here and is left out.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: [
      "host-test/unit/**/*.test.ts",
      "host-test/filters/**/*.test.ts",
      "host-test/vectors/**/*.test.ts",
    ],
    // It asks for the line of a trap, which counters move.
    exclude: ["host-test/unit/node-only.test.ts"],
    env: { MESHWARDEN_COVERAGE: "1" },
    testTimeout: 300_000,
    hookTimeout: 300_000,
    coverage: {
      enabled: true,
      // One failed test must not cost the figures of all others.
      reportOnFailure: true,
      provider: "custom",
      customProviderModule: "host-test/line-coverage/provider.ts",
    },
  },
});
