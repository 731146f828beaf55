// Which Envoys the printed configuration must run in.
import { EnvoyMissing, findEnvoy, type FoundEnvoy } from "../envoy/find.ts";
import type { Checks } from "./checks.ts";

/** The Envoys that the PyPI packages carry with V8. */
const envoyMatrix: string[] = ["1.36.4", "1.37.0", "1.39.3", "1.40.0"];

/** The Envoys that are asked for, all of the matrix unless MESHWARDEN_ENVOY_VERSIONS says which; a missing one is named. */
export function envoys(checks: Checks): FoundEnvoy[] {
  const wanted = (process.env["MESHWARDEN_ENVOY_VERSIONS"] ?? "").split(",").filter(Boolean);
  return (wanted.length === 0 ? envoyMatrix : wanted).flatMap((version) => {
    try {
      return [findEnvoy(version)];
    } catch (error) {
      if (!(error instanceof EnvoyMissing)) throw error;
      checks.skip(`Envoy ${version}`, "none found, and none could be installed");
      return [];
    }
  });
}
