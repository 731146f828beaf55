// Configuration updates of a running Envoy: listeners come from a file that Envoy watches, and a step replaces that file.
import { renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Case, Step } from "../cases/format.ts";
import { filterName } from "../cases/modules.ts";
import { listener, type PlacedCase } from "./bootstrap.ts";
import type { EnvoyProcess } from "./process.ts";

const listenerType = "type.googleapis.com/envoy.config.listener.v3.Listener";
/** How long replaced listeners drain; Envoy's default of ten minutes would outlast any test. */
export const updateFlags = ["--drain-time-s", "1", "--parent-shutdown-time-s", "2"];

export function hasUpdates(what: Case): boolean {
  return what.steps.some((step) => step.update !== undefined);
}

/** Put the listener of a case where Envoy looks for it; a rename is what Envoy watches for. */
export async function writeListener(
  placed: PlacedCase,
  folder: string,
  version: string,
): Promise<void> {
  const one = { "@type": listenerType, ...((await listener(placed, folder)) as object) };
  const fresh = `${file(folder)}.new`;
  writeFileSync(fresh, JSON.stringify({ version_info: version, resources: [one] }));
  renameSync(fresh, file(folder));
}

function file(folder: string): string {
  return path.join(folder, "listeners.json");
}

/** Case with the step's configuration in place of the old one. */
export function updatedCase(what: Case, update: NonNullable<Step["update"]>): Case {
  const filters = what.filters.map((use) => {
    if (update.filter !== undefined && filterName(use) !== update.filter) return use;
    return { ...use, config: update.config, script: update.script };
  });
  return { ...what, filters };
}

/** Hand Envoy a new listener and wait for its verdict: true when it took it. */
export async function update(
  envoy: EnvoyProcess,
  placed: PlacedCase,
  version: number,
): Promise<boolean> {
  const before = await verdicts(envoy);
  await writeListener(placed, envoy.folder, String(version));
  for (let waited = 0; waited < 3000; waited += 10) {
    const now = await verdicts(envoy);
    if (now.rejected > before.rejected) return false;
    if (now.success > before.success) return true;
    await sleep(10);
  }
  throw new Error("Envoy said nothing about the update within 3 s");
}

async function verdicts(envoy: EnvoyProcess): Promise<{ success: number; rejected: number }> {
  const text = await envoy.get("/stats?filter=listener_manager.lds.update");
  const value = (name: string): number =>
    Number(new RegExp(`lds\\.${name}: (\\d+)`).exec(text)?.[1] ?? 0);
  return { success: value("update_success"), rejected: value("update_rejected") };
}
