import { Curve } from "../ec/curve";
import { KeyFamily } from "../key/public-key";
import { selfTest } from "./self-test";

export function every_family_passes(): void {
  assert(selfTest(KeyFamily.Hmac, Curve.P256, 2), "HMAC");
  assert(selfTest(KeyFamily.Rsa, Curve.P256, 2), "RSA");
  assert(selfTest(KeyFamily.Ec, Curve.P256, 2), "P-256");
  assert(selfTest(KeyFamily.Ec, Curve.P384, 2), "P-384");
  assert(selfTest(KeyFamily.Ec, Curve.P521, 2), "P-521");
  assert(selfTest(KeyFamily.Ec, Curve.Secp256k1, 2), "secp256k1");
  assert(selfTest(KeyFamily.Ed25519, Curve.Edwards25519, 2), "Ed25519");
}
