// Signatures: what we sign verifies, what cosign signed verifies, and nothing that was changed, moved or signed by others does.
import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { compile } from "../../cli/build/compile.ts";
import { blobOf, descriptorOf, encodeManifest } from "../../cli/oci/manifest.ts";
import { mediaTypes } from "../../cli/oci/media-types.ts";
import { attach } from "../../cli/oci/referrers.ts";
import type { Repository } from "../../cli/oci/registry.ts";
import { pushImage } from "../../cli/oci/transfer.ts";
import { pushBlob } from "../../cli/oci/upload.ts";
import {
  openBundle,
  preAuthenticationEncoding,
  predicateTypes,
  signedStatement,
} from "../../cli/trust/bundle.ts";
import {
  generateKeyPair,
  keyHint,
  loadPrivateKey,
  loadPublicKey,
  signBytes,
} from "../../cli/trust/keys.ts";
import { openSecretbox } from "../../cli/trust/secretbox.ts";
import { verifyImage } from "../../cli/trust/verify-image.ts";
import { meshwarden } from "../cli/terminal-fixture.ts";
import { cosignKey, cosignPublicKey } from "./cosign-vectors.ts";
import type { FakeRegistry } from "./fake-registry.ts";
import { RegistryPool, repositoryAt, smallImage, smallModule } from "./fixture.ts";

const folder = mkdtempSync(path.join(os.tmpdir(), "meshwarden-trust-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, text: string): string => {
  const full = path.join(folder, name);
  writeFileSync(full, text);
  return full;
};
const image = smallImage();
const { privatePem, publicPem } = generateKeyPair("pw");
const privateKey = loadPrivateKey(file("own.key", privatePem), "pw");
const publicKey = loadPublicKey(file("own.pub", publicPem));

describe("keys", () => {
  test("a box of libsodium's kind: the example of NaCl's own documentation", () => {
    const hex = (text: string): Buffer => Buffer.from(text, "hex");
    const key = hex("1b27556473e985d462cd51197a9a46c76009549eac6474f206c4ee0844f68389");
    const nonce = hex("69696ee955b62b73cd62bda875fc73d68219e0036b7a0b37");
    const box = hex(
      "f3ffc7703f9400e52a7dfb4b3d3305d98e993b9f48681273c29650ba32fc76ce48332ea7164d96a4476fb8c531a1186a" +
        "c0dfc17c98dce87b4da7f011ec48c97271d2c20f9b928fe2270d6fb863d51738b48eeee314a7cc8ab932164548e526ae" +
        "90224368517acfeabd6bb3732bc0e9da99832b61ca01b6de56244a9e88d5f9b37973f622a43d14a6599b1f654cb45a74e355a5",
    );
    const message =
      "be075fc53c81f2d5cf141316ebeb0c7b5228c52a4c62cbd44b66849b64244ffce5ecbaaf33bd751a1ac728d45e6c6129" +
      "6cdc3c01233561f41db66cce314adb310e3be8250c46f06dceea3a7fa1348057e2f6556ad6b1318a024a838f21af1fde" +
      "048977eb48f59ffd4924ca1c60902e52f0a089bc76897040e082f937763848645e0705";
    expect(Buffer.from(openSecretbox(box, nonce, key)!).toString("hex")).toBe(message);
    box[20]! ^= 1;
    expect(openSecretbox(box, nonce, key)).toBeUndefined();
  });

  test("cosign's encrypted key opens with its password alone", () => {
    const key = loadPrivateKey(file("cosign.key", cosignKey), "pw");
    const pub = loadPublicKey(file("cosign.pub", cosignPublicKey));
    expect(createPublicKey(key).equals(pub)).toBe(true);
    expect(keyHint(key)).toBe(keyHint(pub));
    expect(() => loadPrivateKey(path.join(folder, "cosign.key"), "wrong")).toThrow(
      "holds no private key that opens",
    );
  });

  test("other keys are refused by name", () => {
    const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const pem = rsa.publicKey.export({ type: "spki", format: "pem" }) as string;
    expect(() => loadPublicKey(file("rsa.pub", pem))).toThrow("only P-256 and Ed25519");
    expect(() => loadPublicKey(path.join(folder, "own.key"))).toThrow("holds no public key");
    expect(() => loadPrivateKey(path.join(folder, "own.key"), "wrong")).toThrow("that opens");
  });
});

describe("statements", () => {
  const [, bundle] = signedStatement(image.manifest, predicateTypes.sign, {}, privateKey).blobs;
  const { digest } = image.manifest;

  test("open with the key, for the image", () => {
    expect(openBundle(bundle!.bytes, digest, publicKey)).toMatchObject({
      predicateType: predicateTypes.sign,
    });
  });

  test("Ed25519 too", () => {
    const pair = generateKeyPairSync("ed25519");
    const signed = signedStatement(image.manifest, predicateTypes.sign, {}, pair.privateKey);
    expect(openBundle(signed.blobs[1]!.bytes, digest, pair.publicKey)).toHaveProperty(
      "predicateType",
    );
    expect(openBundle(signed.blobs[1]!.bytes, digest, publicKey)).toHaveProperty("refused");
  });

  test("no single changed byte of the envelope opens to anything else", () => {
    const original = JSON.stringify(openBundle(bundle!.bytes, digest, publicKey));
    let refused = 0;
    for (let at = 0; at < bundle!.bytes.length; at++) {
      const changed = Uint8Array.from(bundle!.bytes);
      changed[at]! ^= 1;
      const opened = openBundle(changed, digest, publicKey);
      if ("refused" in opened) refused++;
      else expect(JSON.stringify(opened)).toBe(original);
    }
    expect(refused).toBeGreaterThan(300);
  });

  test("another image is another image", () => {
    const other = smallImage("artifact").manifest.digest;
    expect(openBundle(bundle!.bytes, other, publicKey)).toEqual({
      refused: "it speaks of another image",
    });
  });

  test("the lengths of the encoding keep type and payload apart", () => {
    const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
    const one = preAuthenticationEncoding("a", bytes("b c"));
    const two = preAuthenticationEncoding("a b", bytes("c"));
    expect(Buffer.from(one).toString()).toBe("DSSEv1 1 a 3 b c");
    expect(Buffer.from(one).equals(two)).toBe(false);
  });
});

describe("in a registry", () => {
  const pool = new RegistryPool();
  let registry: FakeRegistry;
  let repository: Repository;
  beforeEach(async () => {
    registry = await pool.start();
    repository = repositoryAt(registry.host, "a/b").repository;
    await pushImage(repository, image, ["1"]);
  });
  afterEach(() => pool.stop());

  test("a signature that was moved here from another image counts for nothing", async () => {
    const foreign = signedStatement(
      smallImage("artifact").manifest,
      predicateTypes.sign,
      {},
      privateKey,
    );
    const body = {
      ...foreign.manifest.body,
      subject: descriptorOf(image.manifest.mediaType, image.manifest),
    };
    await attach(repository, { manifest: encodeManifest(body), blobs: foreign.blobs });
    const verdict = await verifyImage(repository, image.manifest.digest, publicKey);
    expect(verdict.statements).toEqual([]);
    expect(verdict.refused).toMatchObject([{ why: "it speaks of another image" }]);
  });

  test("a referrer that the registry claims, and that names another image, counts for nothing", async () => {
    const signed = signedStatement(image.manifest, predicateTypes.sign, {}, privateKey);
    const other = descriptorOf(mediaTypes.imageManifest, smallImage("artifact").manifest);
    const lying = encodeManifest({ ...signed.manifest.body, subject: other });
    for (const blob of signed.blobs) await pushBlob(repository, blob);
    await repository.putManifest(lying);
    const listed = {
      ...descriptorOf(lying.mediaType, lying),
      artifactType: mediaTypes.sigstoreBundle,
    };
    const index = encodeManifest({
      schemaVersion: 2,
      mediaType: mediaTypes.imageIndex,
      manifests: [listed],
    });
    await repository.putManifest(index, image.manifest.digest.replace(":", "-"));
    const verdict = await verifyImage(repository, image.manifest.digest, publicKey);
    expect(verdict).toMatchObject({ statements: [], refused: [{ why: "it names another image" }] });
  });

  test("cosign's older form: read, and refused when it is of another key", async () => {
    const payload = Buffer.from(
      JSON.stringify({
        critical: {
          identity: { "docker-reference": "a/b" },
          image: { "docker-manifest-digest": image.manifest.digest },
          type: "cosign container image signature",
        },
        optional: null,
      }),
    );
    const layer = blobOf(payload);
    const config = blobOf(Buffer.from("{}"));
    const signature = Buffer.from(signBytes(privateKey, payload)).toString("base64");
    const annotations = { "dev.cosignproject.cosign/signature": signature };
    const manifest = encodeManifest({
      schemaVersion: 2,
      mediaType: mediaTypes.imageManifest,
      config: descriptorOf(mediaTypes.imageConfig, config),
      layers: [{ ...descriptorOf(mediaTypes.simpleSigning, layer), annotations }],
    });
    for (const blob of [layer, config]) await pushBlob(repository, blob);
    await repository.putManifest(manifest, `${image.manifest.digest.replace(":", "-")}.sig`);
    const good = await verifyImage(repository, image.manifest.digest, publicKey);
    expect(good.statements).toHaveLength(1);
    const stranger = loadPublicKey(file("stranger.pub", cosignPublicKey));
    expect(await verifyImage(repository, image.manifest.digest, stranger)).toMatchObject({
      statements: [],
    });
  });

  test("sign and verify from the command line", async () => {
    const wasm = path.join(folder, "small.wasm");
    writeFileSync(wasm, smallModule());
    const reference = `${registry.host}/c/d:1`;
    const key = file("plain.key", generateKeyPair("").privatePem);
    const pub = file(
      "plain.pub",
      createPublicKey(loadPrivateKey(key, "")).export({ type: "spki", format: "pem" }) as string,
    );
    await meshwarden("push", reference, "--filter", wasm, "--anonymous");
    const unsigned = await meshwarden("verify", reference, "--key", pub, "--anonymous");
    expect(unsigned.exitCode).toBe(4);
    expect((await meshwarden("sign", reference, "--key", key, "--anonymous")).exitCode).toBe(0);
    const verified = await meshwarden(
      "verify",
      reference,
      "--key",
      pub,
      "--anonymous",
      "--require-provenance",
      "--json",
    );
    expect(verified.exitCode).toBe(0);
    expect((JSON.parse(verified.out) as { statements: string[] }).statements.sort()).toEqual(
      Object.values(predicateTypes).sort(),
    );
    const stranger = await meshwarden(
      "verify",
      reference,
      "--key",
      path.join(folder, "own.pub"),
      "--anonymous",
    );
    expect(stranger.exitCode).toBe(4);
    expect(stranger.err).toContain("no signature of this key");
    const rebuilt = await meshwarden("verify", reference, "--rebuild", "--anonymous");
    expect(rebuilt.err).toContain("is no filter of this package");
    const twice = await meshwarden("sign", "--generate-key", path.join(folder, "own"));
    expect(twice.err).toContain("exists");
  });

  test("a module that the sources give is told from one that they do not", async () => {
    const { wasm } = await compile({ entry: "assembly/filters/validate.ts", target: "release" });
    // A custom section more: the same behaviour, other bytes.
    const padded = Buffer.concat([wasm, Uint8Array.from([0, 3, 1, 0x61, 0x58])]);
    for (const [bytes, exitCode] of [
      [wasm, 0],
      [padded, 4],
    ] as const) {
      const module = path.join(folder, "validate.wasm");
      writeFileSync(module, bytes);
      const reference = `${registry.host}/shield/validate:${exitCode}`;
      await meshwarden("push", reference, "--filter", module, "--anonymous");
      const verified = await meshwarden("verify", reference, "--rebuild", "--anonymous");
      expect(verified.exitCode).toBe(exitCode);
    }
  });
});
