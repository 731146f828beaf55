// `npm run test:browser`: bundles the simulator's core for a browser, holds its size and its imports, and runs its tests
// in headless Chromium against that very bundle.
import { spawnSync } from "node:child_process";
import path from "node:path";
import { packageRoot } from "../../cli/build/compile.ts";
import { bundleCore, gzipLimitBytes } from "./bundle.ts";
import { chromium } from "./chromium.ts";

async function main(): Promise<number> {
  const { code, imports, gzipBytes } = await bundleCore();
  console.log(`core bundle: ${code.length} B, ${gzipBytes} B gzip (limit ${gzipLimitBytes})`);
  if (imports.length > 0 || gzipBytes > gzipLimitBytes) {
    console.error(imports.length > 0 ? `it imports ${imports.join(", ")}` : "it is too large");
    return 1;
  }
  try {
    console.log(`browser: ${chromium()}`);
  } catch (error) {
    console.error((error as Error).message);
    return 1;
  }
  const config = path.join("host-test", "browser", "vitest.config.ts");
  const vitest = path.join(packageRoot, "node_modules", "vitest", "vitest.mjs");
  const run = spawnSync(process.execPath, [vitest, "run", "--config", config], {
    cwd: packageRoot,
    stdio: "inherit",
  });
  return run.status ?? 1;
}

process.exitCode = await main();
