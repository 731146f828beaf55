// Where a source of keys keeps what all workers know, in shared data, and the set of keys it verifies with. Two values for each
// address: a small record with the lease, and the newest set as it was fetched. Equal addresses share them, across configurations.
import { Status } from "../abi/constants";
import { View } from "../abi/view";
import { sipHash24 } from "../base/siphash";
import { KeyStatus, keyStatusName } from "../crypto/key/status";
import { KeySet } from "../jose/key-set";
import { KnownAnswers } from "../jose/known-answers";
import { SourceStore } from "../jwks/source-store";
import { collectSoon } from "../sdk/lifecycle";
import { createOnly, getShared, lastCasNumber, setShared, setSharedIf } from "../sdk/shared-data";
import { KeyFetch, RemoteAddress } from "./key-fetch";

@final
export class SharedKeys extends SourceStore {
  /** The set in use; replaced as a whole. */
  keys: KeySet = new KeySet();
  /** Why the last set was not taken. */
  wrong: string = "";
  private stateKey: View;
  private keysKey: View;
  private value: View = new View();
  private cas: u32 = 0;
  private answers: KnownAnswers = new KnownAnswers();

  constructor(
    address: RemoteAddress,
    private fetch: KeyFetch,
  ) {
    super();
    const id = idOf(address);
    this.stateKey = View.of(`meshwarden/jwks/${id}/state`);
    this.keysKey = View.of(`meshwarden/jwks/${id}/keys`);
  }

  readState(): bool {
    const status = getShared(this.stateKey, this.value);
    this.cas = status == Status.Ok ? lastCasNumber() : createOnly;
    return this.point(status);
  }

  writeState(ptr: usize, length: u32): bool {
    return setSharedIf(this.stateKey, ptr, length, this.cas) == Status.Ok;
  }

  readKeys(): bool {
    return this.point(getShared(this.keysKey, this.value));
  }

  writeKeys(ptr: usize, length: u32): bool {
    return setShared(this.keysKey, ptr, length) == Status.Ok;
  }

  startFetch(): bool {
    return this.fetch.start();
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

  private point(status: Status): bool {
    this.ptr = this.value.ptr;
    this.length = this.value.length;
    return status == Status.Ok;
  }
}

/** Names an address by its hash. */
function idOf(address: RemoteAddress): string {
  const target = address.target;
  const where = `${target.scheme} ${target.authority} ${target.path}`;
  const bytes = View.of(`${where} ${address.cluster} ${address.keysCluster} ${address.issuer}`);
  const first = sipHash24(1, 2, bytes.ptr, bytes.length);
  return hex(first) + hex(sipHash24(3, 4, bytes.ptr, bytes.length));
}

function hex(value: u64): string {
  return value.toString(16).padStart(16, "0");
}
