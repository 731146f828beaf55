// Finds a Chromium: MESHWARDEN_CHROMIUM, then the usual names on PATH.
import { spawnSync } from "node:child_process";

const names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

/** Path of a Chromium that runs. @throws Error that says what to do when there is none */
export function chromium(): string {
  const given = process.env["MESHWARDEN_CHROMIUM"] ?? "";
  for (const name of given === "" ? names : [given]) {
    const run = spawnSync(name, ["--version"], { encoding: "utf8", timeout: 20_000 });
    if (run.status !== 0) continue;
    return spawnSync("which", [name], { encoding: "utf8" }).stdout.trim() || name;
  }
  throw new Error(
    given === ""
      ? `no Chromium (${names.join(", ")}): install one, for example Debian's package chromium, or name it in MESHWARDEN_CHROMIUM`
      : `MESHWARDEN_CHROMIUM=${given} does not run`,
  );
}
