// Known answers for another engine: one good and one bad signature for each algorithm, before the first token. An engine that says
// yes to the bad one, no to the good one, or nothing at all, is not asked again.
import { Curve, coordinateBytes } from "../crypto/ec/curve";
import { KeyFamily, PublicKey } from "../crypto/key/public-key";
import {
  MESSAGE,
  MESSAGE_BYTES,
  P256_KEY,
  P256_SIGNATURE,
  P384_KEY,
  P384_SIGNATURE,
  P521_KEY,
  P521_SIGNATURE,
  PKCS1_SHA384_SIGNATURE,
  PKCS1_SHA512_SIGNATURE,
  PKCS1_SIGNATURE,
  RSA_MODULUS,
} from "../crypto/self-test/vectors";
import { Algorithm } from "./algorithm";
import { Answer, SignatureEngine } from "./engine";
import { JoseKey } from "./key";

const EXPONENT: usize = memory.data<u8>([0x01, 0x00, 0x01]);
const BAD: usize = memory.data(256, 16);

/** The algorithms that known answers are kept for, a bit each: RS and ES of 256, 384 and 512. */
export const KNOWN_ALGORITHMS: u32 = 0x1c70;

/** Whether the engine gives the known answers of one of KNOWN_ALGORITHMS. Configure time. */
export function answersRightly(engine: SignatureEngine, algorithm: Algorithm): bool {
  const view = new PublicKey();
  let signature = PKCS1_SIGNATURE;
  if (algorithm <= Algorithm.RS512) {
    view.family = KeyFamily.Rsa;
    view.modulus = RSA_MODULUS;
    view.modulusBytes = 256;
    view.exponent = EXPONENT;
    view.exponentBytes = 3;
    if (algorithm == Algorithm.RS384) signature = PKCS1_SHA384_SIGNATURE;
    if (algorithm == Algorithm.RS512) signature = PKCS1_SHA512_SIGNATURE;
  } else if (algorithm == Algorithm.ES256)
    signature = point(view, Curve.P256, P256_KEY, P256_SIGNATURE);
  else if (algorithm == Algorithm.ES384)
    signature = point(view, Curve.P384, P384_KEY, P384_SIGNATURE);
  else signature = point(view, Curve.P521, P521_KEY, P521_SIGNATURE);
  const key = new JoseKey();
  key.setForeign(view);
  const size = view.family == KeyFamily.Rsa ? 256 : 2 * <u32>coordinateBytes(view.curve);
  const isRight = agrees(engine, algorithm, key, signature, size);
  key.dispose();
  return isRight;
}

function point(view: PublicKey, curve: Curve, key: usize, signature: usize): usize {
  view.family = KeyFamily.Ec;
  view.curve = curve;
  view.x = key;
  view.y = key + coordinateBytes(curve);
  return signature;
}

function agrees(
  engine: SignatureEngine,
  algorithm: Algorithm,
  key: JoseKey,
  signature: usize,
  size: u32,
): bool {
  const length = <u32>MESSAGE_BYTES;
  if (engine.verify(algorithm, key, MESSAGE, length, signature, size) != Answer.Good) return false;
  memory.copy(BAD, signature, size);
  store<u8>(BAD + size - 1, load<u8>(BAD + size - 1) ^ 1);
  return engine.verify(algorithm, key, MESSAGE, length, BAD, size) == Answer.Bad;
}
