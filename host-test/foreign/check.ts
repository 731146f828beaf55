// What a foreign filter is to this suite: a built module and the expectations that its own project published for it.

export type Language = "Go" | "Rust" | "AssemblyScript" | "C++";

/** One published expectation; `run` throws when the host does not meet it. */
export interface Check {
  name: string;
  run: (wasm: Uint8Array) => void | Promise<void>;
  /** Set where no Envoy can meet it: why. Counted apart, neither as passed nor as failed. */
  notInEnvoy?: string | undefined;
}

export interface ForeignFilter {
  project: string;
  name: string;
  language: Language;
  /** The built module; absent when building failed, and `why` says how. */
  wasm?: Uint8Array;
  why?: string;
  checks: Check[];
}

export interface Outcome {
  filter: ForeignFilter;
  passed: number;
  /** "check: reason" of each that no Envoy can meet. */
  setAside: string[];
  /** "check: message" of each that failed. */
  failures: string[];
}

/** Runs a filter's checks; a filter without a module or without checks has not passed anything. */
export async function judge(filter: ForeignFilter): Promise<Outcome> {
  const outcome: Outcome = { filter, passed: 0, setAside: [], failures: [] };
  if (filter.wasm === undefined) {
    outcome.failures.push(`not built: ${filter.why ?? "no reason given"}`);
    return outcome;
  }
  for (const check of filter.checks) {
    if (check.notInEnvoy !== undefined) {
      outcome.setAside.push(`${check.name}: ${check.notInEnvoy}`);
      continue;
    }
    try {
      await check.run(filter.wasm);
      outcome.passed++;
    } catch (error) {
      outcome.failures.push(`${check.name}: ${error instanceof Error ? error.message : error}`);
    }
  }
  return outcome;
}
