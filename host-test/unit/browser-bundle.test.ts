// The core's bundle for a browser stays importless and small; its tests in Chromium are npm run test:browser.
import { expect, test } from "vitest";
import { bundleCore, gzipLimitBytes } from "../browser/bundle.ts";

test("the core bundles to at most 40 KB gzip and needs nothing of Node", async () => {
  const { code, imports, gzipBytes } = await bundleCore();
  expect(imports).toEqual([]);
  expect(code).not.toMatch(/["']node:|\brequire\(|\bBuffer\b|\bprocess\.(?!.*=)/);
  expect(gzipBytes).toBeLessThanOrEqual(gzipLimitBytes);
});
