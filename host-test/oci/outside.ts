// Other programs against the open registry: what they make of what we push and sign, and we of what they do.
import { writeFileSync } from "node:fs";
import path from "node:path";
import { readLayout, writeLayout } from "../../cli/image/layout.ts";
import { moduleOf } from "../../cli/image/module-of.ts";
import type { Image } from "../../cli/oci/manifest.ts";
import { parseReference } from "../../cli/oci/reference.ts";
import { attach } from "../../cli/oci/referrers.ts";
import { Repository, type RegistryOptions } from "../../cli/oci/registry.ts";
import { pullImage, pushImage } from "../../cli/oci/transfer.ts";
import { makeImage } from "../../cli/publish/make-image.ts";
import { predicateTypes, signedStatement } from "../../cli/trust/bundle.ts";
import { generateKeyPair, loadPrivateKey, loadPublicKey } from "../../cli/trust/keys.ts";
import { verifyImage } from "../../cli/trust/verify-image.ts";
import { same, type Checks } from "./checks.ts";
import { account } from "./fake-gate.ts";
import type { RealRegistry } from "./real-registry.ts";
import { findTool, mustRun, runTool } from "./tools.ts";

/** What every check here works on. */
export interface Outside {
  checks: Checks;
  registry: RealRegistry;
  image: Image;
  /** Folder for files. */
  root: string;
}

/** A client for a repository of a test registry. */
export function open(
  registry: RealRegistry,
  name: string,
  options: RegistryOptions = {},
): Repository {
  const { host, ca } = registry;
  const trust = ca === undefined ? {} : { ca: [ca] };
  return new Repository(parseReference(`${host}/${name}`), {
    env: {},
    credentials: account,
    ...trust,
    ...options,
  });
}

/** Other programs, against the open registry. */
export async function checkOutside(outside: Outside): Promise<void> {
  const { checks, registry, image, root } = outside;
  const { digest } = image.manifest;
  const reference = `${registry.host}/shield/guard`;
  const crane = findTool("crane");
  if (crane === undefined) checks.skip("crane", "not on PATH and not built");
  else {
    await checks.check("crane: validates, agrees on the digest, and its layout reads back", () => {
      mustRun(crane, ["validate", "--remote", `${reference}:1.0.0`]);
      same(mustRun(crane, ["digest", `${reference}:1.0.0`]).trim(), digest);
      mustRun(crane, ["pull", "--format=oci", `${reference}:1.0.0`, path.join(root, "crane")]);
      same(readLayout(path.join(root, "crane")).manifest.digest, digest);
    });
    await checks.check("crane: pushes our layout to the same digest", () => {
      const layout = path.join(root, "ours");
      writeLayout(image, layout, "1.0.0");
      same(
        mustRun(crane, ["push", layout, `${registry.host}/by/crane:1`])
          .trim()
          .split("@")[1],
        digest,
      );
    });
    await checks.check("crane: an image appended by crane is read by us", async () => {
      const tar = path.join(root, "layer.tar");
      const wasm = path.join(root, "plugin.wasm");
      writeFileSync(wasm, moduleOf(image));
      mustRun("tar", ["-cf", tar, "-C", root, "plugin.wasm"]);
      mustRun(crane, [
        "append",
        "--oci-empty-base",
        "-f",
        tar,
        "-t",
        `${registry.host}/by/crane:2`,
      ]);
      const repository = open(registry, "by/crane");
      same(Buffer.from(moduleOf(await pullImage(repository, "2"))).equals(moduleOf(image)), true);
      repository.close();
    });
    await ratio(crane, outside);
  }
  const skopeo = findTool("skopeo");
  if (skopeo === undefined) checks.skip("skopeo", "not on PATH (apt install skopeo)");
  else {
    await checks.check(
      "skopeo: inspects, copies to a layout and from our archive, digest unchanged",
      () => {
        const flags = [
          "--insecure-policy",
          "copy",
          "--src-tls-verify=false",
          "--dest-tls-verify=false",
        ];
        const inspected = mustRun(skopeo, [
          "inspect",
          "--tls-verify=false",
          `docker://${reference}:1.0.0`,
        ]);
        same((JSON.parse(inspected) as { Digest: string }).Digest, digest);
        mustRun(skopeo, [
          ...flags,
          `docker://${reference}:1.0.0`,
          `oci:${path.join(root, "skopeo")}:1.0.0`,
        ]);
        same(readLayout(path.join(root, "skopeo")).manifest.digest, digest);
        const archive = path.join(root, "ours.tar");
        writeLayout(image, archive, "1.0.0");
        mustRun(skopeo, [
          ...flags,
          `oci-archive:${archive}:1.0.0`,
          `docker://${registry.host}/by/skopeo:1`,
        ]);
        const again = mustRun(skopeo, [
          "inspect",
          "--tls-verify=false",
          `docker://${registry.host}/by/skopeo:1`,
        ]);
        same((JSON.parse(again) as { Digest: string }).Digest, digest);
      },
    );
  }
  await checkIstio(outside, reference);
  await checkCosign(outside, reference);
}

async function checkIstio({ checks, registry, image }: Outside, reference: string): Promise<void> {
  const { digest } = image.manifest;
  const fetcher = findTool("istio-fetch");
  if (fetcher === undefined)
    return checks.skip("Istio's image fetcher", "needs Go and its module proxy");
  const wanted = { digest: digest.slice(7), sizeBytes: moduleOf(image).length };
  for (const target of [`${reference}:1.0.0`, `${reference}@${digest}`]) {
    await checks.check(
      `Istio's image fetcher loads ${target.includes("@") ? "by digest" : "by tag"}`,
      () => {
        const said = JSON.parse(
          mustRun(fetcher, [target]).trim().split("\n").at(-1)!,
        ) as typeof wanted;
        same({ digest: said.digest, sizeBytes: said.sizeBytes }, wanted);
      },
    );
  }
  for (const [format, loads] of [
    ["artifact", true],
    ["cncf", false],
  ] as const) {
    await checks.check(
      `Istio's image fetcher ${loads ? "loads" : "refuses"} ${format}, as inspect says`,
      async () => {
        const other: Image = makeImage({ format }, {});
        const repository = open(registry, "shield/guard");
        await pushImage(repository, other, [format]);
        repository.close();
        same(runTool(fetcher, [`${reference}:${format}`]).status === 0, loads);
      },
    );
  }
}

async function checkCosign(outside: Outside, reference: string): Promise<void> {
  const { checks, registry, image, root } = outside;
  const { digest } = image.manifest;
  const cosign = findTool("cosign");
  if (cosign === undefined) return checks.skip("cosign", "not on PATH and not built");
  const file = (name: string, text: string): string => {
    writeFileSync(path.join(root, name), text);
    return path.join(root, name);
  };
  const env = { COSIGN_PASSWORD: "pw" };
  const flags = ["--insecure-ignore-tlog=true", "--allow-http-registry"];
  const pair = generateKeyPair("");
  const pub = file("own.pub", pair.publicPem);
  const repository = open(registry, "shield/guard");
  await checks.check(
    "cosign verifies what we sign, attestations too, and not with another key",
    async () => {
      const key = loadPrivateKey(file("own.key", pair.privatePem), "");
      for (const type of Object.values(predicateTypes)) {
        const predicate =
          type === predicateTypes.cyclonedx ? { bomFormat: "CycloneDX", specVersion: "1.6" } : {};
        await attach(repository, signedStatement(image.manifest, type, predicate, key));
      }
      mustRun(cosign, ["verify", "--key", pub, ...flags, `${reference}@${digest}`]);
      for (const type of ["cyclonedx", "slsaprovenance1"]) {
        mustRun(cosign, [
          "verify-attestation",
          "--type",
          type,
          "--key",
          pub,
          ...flags,
          `${reference}@${digest}`,
        ]);
      }
      const other = file("other.pub", generateKeyPair("").publicPem);
      same(
        runTool(cosign, ["verify", "--key", other, ...flags, `${reference}@${digest}`]).status ===
          0,
        false,
      );
    },
  );
  const prefix = path.join(root, "cosign");
  await checks.check(
    "we verify what cosign signs, in both of its forms, and sign with its key",
    async () => {
      mustRun(cosign, ["generate-key-pair", "--output-key-prefix", prefix], env);
      const theirs = loadPublicKey(`${prefix}.pub`);
      same((await verifyImage(repository, digest, theirs)).statements.length, 0);
      const sign = [
        "sign",
        "-y",
        "--key",
        `${prefix}.key`,
        "--tlog-upload=false",
        "--use-signing-config=false",
        "--allow-http-registry",
      ];
      mustRun(cosign, [...sign, `${reference}@${digest}`], env);
      same((await verifyImage(repository, digest, theirs)).statements.length, 1);
      mustRun(cosign, [...sign, "--new-bundle-format=false", `${reference}@${digest}`], env);
      same((await verifyImage(repository, digest, theirs)).statements.length, 2);
      const key = loadPrivateKey(`${prefix}.key`, "pw");
      await attach(
        repository,
        signedStatement(image.manifest, predicateTypes.sign, { again: true }, key),
      );
      mustRun(cosign, ["verify", "--key", `${prefix}.pub`, ...flags, `${reference}@${digest}`]);
    },
  );
  repository.close();
}

/** Wall time of push and pull of a 1 MiB image, ours as a library against crane as a process less its bare start. */
async function ratio(crane: string, { registry, root }: Outside): Promise<void> {
  const file = path.join(root, "big");
  writeFileSync(file, Buffer.alloc(1024 * 1024, "meshwarden"));
  const big = makeImage({ format: "compat", file: [`big=${file}`] }, {});
  const layout = path.join(root, "big-layout");
  writeLayout(big, layout, "1");
  const bareMs = timed(() => mustRun(crane, ["version"]));
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < 5; round++) {
    const startedMs = performance.now();
    const repository = open(registry, `ours/big${round}`);
    await pushImage(repository, big, ["1"]);
    await pullImage(repository, "1");
    repository.close();
    ours.push(performance.now() - startedMs);
    theirs.push(
      timed(() => {
        mustRun(crane, ["push", layout, `${registry.host}/theirs/big${round}:1`]);
        mustRun(crane, [
          "pull",
          "--format=oci",
          `${registry.host}/theirs/big${round}:1`,
          path.join(root, `pulled${round}`),
        ]);
      }) -
        2 * bareMs,
    );
  }
  const middle = (values: number[]): number => values.sort((a, b) => a - b)[2]!;
  const times = (middle(ours) / middle(theirs)).toFixed(2);
  process.stdout.write(
    `      push and pull of 1 MiB: ${times} times the wall time of crane, its bare start taken off (median of 5)\n`,
  );
}

function timed(body: () => void): number {
  const startedMs = performance.now();
  body();
  return performance.now() - startedMs;
}
