// One test runner for everything: TypeScript tests directly, AssemblyScript specs through host-test/bridge.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // AssemblyScript specs (assembly/**/*.spec.ts) reach vitest through host-test/unit, never directly.
    include: ["host-test/**/*.test.ts", "examples/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
