// What is said about an image besides "signed": what is in it (CycloneDX 1.6) and how it was made (SLSA provenance 1). Both hold
// nothing of the machine and no time of day, so that the same sources give the same documents.
// Sources: CycloneDX 1.6 JSON; SLSA provenance v1.
import { compilerVersion, sourcesDigest } from "../build/sources.ts";
import type { WasmFacts } from "../wasm/facts.ts";

export interface Origin {
  title: string;
  version: string;
  /** Version of this package. */
  toolVersion: string;
  source?: string;
  revision?: string;
  /** Entry of the module, relative to the package root; for shipped filters. */
  entry?: string;
}

/** Bill of materials: the module has no dependency beyond the compiler's own runtime, which is compiled into it. */
export function cyclonedx({ title, version, toolVersion }: Origin, facts: WasmFacts): object {
  const reference = `pkg:generic/${title}@${version}`;
  const runtime = `pkg:npm/assemblyscript@${compilerVersion()}`;
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      tools: { components: [{ type: "application", name: "meshwarden", version: toolVersion }] },
      component: {
        "bom-ref": reference,
        type: "library",
        name: title,
        version,
        hashes: [{ alg: "SHA-256", content: facts.sha256 }],
        properties: [
          { name: "meshwarden:abi", value: facts.abi },
          ...facts.capabilities.map((name) => ({ name: "meshwarden:capability", value: name })),
        ],
      },
    },
    components: [
      {
        "bom-ref": runtime,
        type: "library",
        name: "assemblyscript",
        version: compilerVersion(),
        purl: runtime,
        licenses: [{ license: { id: "Apache-2.0" } }],
      },
    ],
    dependencies: [{ ref: reference, dependsOn: [runtime] }, { ref: runtime }],
  };
}

/** How the module came to be, as far as this program knows it: sources by digest, compiler by version. */
export function provenance(origin: Origin, facts: WasmFacts): object {
  const { title, version, toolVersion, source, revision, entry } = origin;
  const dependencies = [
    ...(source === undefined
      ? []
      : [{ uri: source, ...(revision ? { digest: { gitCommit: revision } } : {}) }]),
    { uri: `pkg:npm/assemblyscript@${compilerVersion()}` },
  ];
  return {
    buildDefinition: {
      buildType: "urn:meshwarden:build:v1",
      externalParameters: { filter: title, version, ...(entry ? { entry } : {}) },
      internalParameters: {
        wasmSha256: facts.sha256,
        ...(entry ? { sourcesDigest: sourcesDigest(entry, []) } : {}),
      },
      resolvedDependencies: dependencies,
    },
    runDetails: { builder: { id: `urn:meshwarden:cli:${toolVersion}` } },
  };
}
