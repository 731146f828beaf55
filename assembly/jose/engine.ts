// Somebody else who can verify signatures, for example the host with native code. It is asked for some algorithms only, after this
// room's own policy for keys and signatures, and gives the same verdicts; where it cannot answer, the crypto room does.
import { Algorithm } from "./algorithm";
import { JoseKey } from "./key";

export const enum Answer {
  Bad = 0,
  Good = 1,
  /** No verdict: it does not know the algorithm, the key, or is not there. */
  Unable = 2,
}

export abstract class SignatureEngine {
  /** The algorithms it is asked for, a bit each. */
  algorithms: u32 = 0;

  /**
   * Verifies a signature over `length` bytes at `message`. Allocates nothing managed.
   * @param key fits the algorithm
   * @param size octets of the signature, as many as the algorithm and key want
   */
  abstract verify(
    algorithm: Algorithm,
    key: JoseKey,
    message: usize,
    length: u32,
    signature: usize,
    size: u32,
  ): Answer;

  /** Whether this one is to be asked for the algorithm. */
  takes(algorithm: Algorithm): bool {
    return ((this.algorithms >> algorithm) & 1) != 0;
  }
}
