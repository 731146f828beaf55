// A Node host with guard.wasm (or another filter of this repository) and a configuration, for the tests of this folder.
import { compile } from "../../cli/build/compile.ts";
import { createHost, type Config, type Host, type HostOptions } from "../host/index.ts";

const modules = new Map<string, Promise<WebAssembly.Module>>();

/** The release build of assembly/filters/<name>.ts, compiled once a test file. */
export function filterModule(name: string): Promise<WebAssembly.Module> {
  let module = modules.get(name);
  if (module === undefined) {
    module = compile({ entry: `assembly/filters/${name}.ts`, target: "release" }).then(
      ({ wasm }) => new WebAssembly.Module(wasm),
    );
    modules.set(name, module);
  }
  return module;
}

export interface Guarding {
  /** `validate.limits` of the document. */
  limits?: unknown;
  /** Other members of the document. */
  document?: Record<string, unknown>;
  /** The whole configuration as it is, instead. */
  config?: Config;
  filter?: string;
  allowOnHeadersStopIteration?: boolean;
  host?: Partial<HostOptions>;
}

/** A host whose only filter is guarded by these limits. */
export async function guarded(options: Guarding = {}): Promise<Host> {
  const document = { version: 1, validate: { limits: options.limits ?? {} }, ...options.document };
  return createHost({
    filters: [
      {
        name: "guard",
        wasm: await filterModule(options.filter ?? "guard"),
        config: options.config ?? JSON.stringify(document),
        allowOnHeadersStopIteration: options.allowOnHeadersStopIteration ?? false,
      },
    ],
    workers: 1,
    ...options.host,
  });
}

/** Name of the counter of one status in one mode. */
export function counter(code: string, mode = "enforce"): string {
  const [stage, status] = code.split(".");
  return `stage=.=${stage};.;status=.=${status};.;mode=.=${mode};.;meshwarden_findings`;
}
