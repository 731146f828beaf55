// Runs the crypto room's known-answer test for each kind of key that a set holds, once for each kind: a module that was damaged on
// its way, or an engine that computes wrongly, must not be the one that says yes. It also warms the code that requests will run.
import { selfTest } from "../crypto/self-test/self-test";
import { KeySet } from "./key-set";

@final
export class KnownAnswers {
  private done: u32 = 0;

  /** Whether every kind of key in the set gives its known answers. */
  hold(keys: KeySet): bool {
    for (let i = 0; i < keys.keys.length; i++) {
      const key = keys.keys[i];
      const bit: u32 = 1 << (<u32>key.family * 4 + <u32>key.curve);
      if ((this.done & bit) != 0) continue;
      if (!selfTest(key.family, key.curve, 1)) return false;
      this.done |= bit;
    }
    return true;
  }
}
