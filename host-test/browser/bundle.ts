// The simulator's core as one minified module for a browser: what `meshwarden/host` exports, without any import.
import { gzipSync } from "node:zlib";
import path from "node:path";
import { rolldown } from "rolldown";
import { packageRoot } from "../../cli/build/compile.ts";

/** The goal of the bundle's size over the wire. */
export const gzipLimitBytes = 40 * 1024;

export interface Bundle {
  code: string;
  /** What the module still imports: Node's modules would stand here. */
  imports: string[];
  gzipBytes: number;
}

export async function bundleCore(): Promise<Bundle> {
  const input = path.join(packageRoot, "host-test", "host", "index.ts");
  const build = await rolldown({ input, platform: "browser" });
  const { output } = await build.generate({ format: "esm", minify: true });
  await build.close();
  const [chunk] = output;
  return {
    code: chunk.code,
    imports: [...chunk.imports, ...chunk.dynamicImports],
    gzipBytes: gzipSync(chunk.code, { level: 9 }).length,
  };
}
