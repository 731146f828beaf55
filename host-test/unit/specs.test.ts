// Every AssemblyScript spec, found by name: a new assembly/<room>/<name>.spec.ts needs no registration.
import { readdirSync } from "node:fs";
import path from "node:path";
import { packageRoot } from "../../cli/build/compile.ts";
import { specTests } from "../bridge/specs.ts";

const assembly = path.join(packageRoot, "assembly");
const specs = (readdirSync(assembly, { recursive: true }) as string[])
  .filter((name) => name.endsWith(".spec.ts"))
  .sort();
for (const name of specs) await specTests(`assembly/${name.replaceAll(path.sep, "/")}`);
