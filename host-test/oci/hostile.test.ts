// Whatever bytes a registry or an archive holds: the readers answer with a value or a named error, never with a crash.
import fc from "fast-check";
import { expect, test } from "vitest";
import { moduleOf } from "../../cli/image/module-of.ts";
import { gzipStored } from "../../cli/image/gzip.ts";
import { readTar, writeTar } from "../../cli/image/tar.ts";
import { UserError } from "../../cli/exit.ts";
import { parseChallenges } from "../../cli/oci/challenge.ts";
import { blobOf, decodeManifest, descriptorOf, encodeManifest } from "../../cli/oci/manifest.ts";
import { mediaTypes } from "../../cli/oci/media-types.ts";
import { parseReference } from "../../cli/oci/reference.ts";
import { retryAfterMs } from "../../cli/oci/retry.ts";
import { openBundle } from "../../cli/trust/bundle.ts";
import { generateKeyPair } from "../../cli/trust/keys.ts";
import { createPublicKey } from "node:crypto";
import { smallImage, smallModule } from "./fixture.ts";

/** Runs a reader; anything but a value or a UserError fails the property. */
function answers(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
  }
}

/** Good bytes with some of them changed, and cut somewhere. */
const spoilt = (good: Uint8Array): fc.Arbitrary<Uint8Array> =>
  fc
    .tuple(
      fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 8 }),
      fc.nat(good.length),
    )
    .map(([changes, length]) => {
      const bytes = Uint8Array.from(good);
      for (const [at, value] of changes) bytes[at] = value;
      return bytes.subarray(0, length);
    });

test("tar archives", () => {
  const good = writeTar([
    { name: "plugin.wasm", bytes: smallModule() },
    { name: "a/b", bytes: smallModule(700) },
  ]);
  fc.assert(fc.property(spoilt(good), (bytes) => answers(() => readTar(bytes))));
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => answers(() => readTar(bytes))),
  );
});

test("layers", () => {
  const good = gzipStored(writeTar([{ name: "plugin.wasm", bytes: smallModule() }]));
  const read = (bytes: Uint8Array): unknown => {
    const layer = blobOf(bytes);
    const { body } = smallImage().manifest;
    const layers = [descriptorOf(mediaTypes.imageLayerGzip, layer)];
    return moduleOf({ manifest: encodeManifest({ ...body, layers }), blobs: [layer] });
  };
  expect(Buffer.from(read(good) as Uint8Array)).toEqual(Buffer.from(smallModule()));
  fc.assert(fc.property(spoilt(good), (bytes) => answers(() => read(bytes))));
});

test("manifests", () => {
  const { bytes: good, mediaType } = smallImage().manifest;
  fc.assert(
    fc.property(spoilt(good), (bytes) => answers(() => decodeManifest(bytes, mediaType, "x"))),
  );
  const anything = fc.json().map((text) => new TextEncoder().encode(text));
  fc.assert(
    fc.property(anything, fc.string(), (bytes, type) =>
      answers(() => decodeManifest(bytes, type, "x")),
    ),
  );
});

test("signatures", () => {
  const key = createPublicKey(generateKeyPair("").publicPem);
  const { digest } = smallImage().manifest;
  const envelope = fc.record({
    payload: fc.anything(),
    payloadType: fc.anything(),
    signatures: fc.anything(),
  });
  const bundles = fc.oneof(
    fc.json(),
    envelope.map((dsseEnvelope) => JSON.stringify({ dsseEnvelope })),
  );
  const known = fc.record({
    payload: fc.base64String(),
    payloadType: fc.constant(mediaTypes.inToto),
    signatures: fc.array(fc.oneof(fc.record({ sig: fc.base64String() }), fc.constant(null))),
  });
  const nearly = known.map((dsseEnvelope) => JSON.stringify({ dsseEnvelope }));
  fc.assert(
    fc.property(fc.oneof(bundles, nearly), (text) => {
      expect(openBundle(new TextEncoder().encode(text ?? "null"), digest, key)).toHaveProperty(
        "refused",
      );
    }),
  );
});

test("references, challenges and pauses", () => {
  fc.assert(fc.property(fc.string(), (text) => answers(() => parseReference(text))));
  fc.assert(fc.property(fc.string(), (text) => void parseChallenges(text)));
  fc.assert(
    fc.property(fc.string(), (text) => {
      const pauseMs = retryAfterMs(text, 0);
      expect(pauseMs === undefined || pauseMs >= 0).toBe(true);
    }),
  );
});
