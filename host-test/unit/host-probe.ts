// A host around the trace probe, and its trace lines as text, for the simulator's own tests.
import { encodeScript } from "../cases/script.ts";
import { filterModule } from "../cases/modules.ts";
import { createHost, type FilterSpec, type Host, type HostOptions } from "../host/index.ts";

/** Sections of a probe script: callback name to operations. */
export type ProbeScript = Record<string, string[]>;

export async function probeFilter(
  script: ProbeScript,
  more: Partial<FilterSpec> = {},
): Promise<FilterSpec> {
  const { wasm, sourceMap } = await filterModule("probe:trace");
  return { name: "probe", wasm, sourceMap, config: encodeScript(script), ...more };
}

export async function probeHost(
  script: ProbeScript,
  options: Partial<HostOptions> & { filter?: Partial<FilterSpec> } = {},
): Promise<Host> {
  const { filter, ...rest } = options;
  return createHost({ filters: [await probeFilter(script, filter)], ...rest });
}

/** Probe records of worker lines from `start` on: `get 0 x-a -> 1`, `@requestHeaders 2 5 1`. */
export function traceLines(host: Host, start = 0): string[] {
  const lines: string[] = [];
  for (const record of host.logs.slice(start)) {
    if (record.worker < 1 || !record.message.startsWith("[")) continue;
    const [name, ...rest] = JSON.parse(record.message) as [string, ...unknown[]];
    const values = rest.map((value) => (typeof value === "string" ? value : JSON.stringify(value)));
    lines.push(
      name.startsWith("@") ? [name, ...values].join(" ") : `${name} -> ${values.join(" ")}`,
    );
  }
  return lines;
}
