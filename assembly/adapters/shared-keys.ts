// The set of keys that a provider verifies with, made of what was fetched; replaced as a whole, and only by a set that can verify.
import { KeyStatus, keyStatusName } from "../crypto/key/status";
import { KeySet } from "../jose/key-set";
import { KnownAnswers } from "../jose/known-answers";
import { collectSoon } from "../sdk/lifecycle";
import { SharedSource } from "./shared-source";
import { RemoteAddress, SourceFetch } from "./source-fetch";

@final
export class SharedKeys extends SharedSource {
  /** The set in use. */
  keys: KeySet = new KeySet();
  private answers: KnownAnswers = new KnownAnswers();

  constructor(address: RemoteAddress, fetch: SourceFetch) {
    super("jwks", address, fetch);
  }

  get count(): i32 {
    return this.keys.keys.length;
  }

  dispose(): void {
    this.keys.dispose();
  }

  useKeys(ptr: usize, length: u32): bool {
    const fresh = new KeySet();
    collectSoon();
    const status = fresh.read(ptr, length);
    this.wrong = status == KeyStatus.Ok ? "" : `no usable key set, ${keyStatusName(status)}`;
    if (status == KeyStatus.Ok && !this.answers.hold(fresh))
      this.wrong = "a known-answer test failed";
    if (this.wrong.length > 0) {
      fresh.dispose();
      return false;
    }
    const old = this.keys;
    this.keys = fresh;
    old.dispose();
    return true;
  }
}
