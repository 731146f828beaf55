// What all workers know of one address, in shared data: a small record with the lease, and the newest bytes as they were fetched. Equal
// addresses share them, across configurations. What the bytes mean is the business of those who extend this.
import { Status } from "../abi/constants";
import { View } from "../abi/view";
import { sipHash24 } from "../base/siphash";
import { SourceStore } from "../jwks/source-store";
import { createOnly, getShared, lastCasNumber, setShared, setSharedIf } from "../sdk/shared-data";
import { RemoteAddress, SourceFetch } from "./source-fetch";

export abstract class SharedSource extends SourceStore {
  /** Why the last bytes were not taken. */
  wrong: string = "";
  private stateKey: View;
  private keysKey: View;
  private value: View = new View();
  private cas: u32 = 0;

  /** @param kind what is kept, as it stands in the keys of shared data */
  constructor(
    kind: string,
    address: RemoteAddress,
    private fetch: SourceFetch,
  ) {
    super();
    const id = idOf(address);
    this.stateKey = View.of(`meshwarden/${kind}/${id}/state`);
    this.keysKey = View.of(`meshwarden/${kind}/${id}/keys`);
  }

  /** Keys or entries in use, for metrics. */
  abstract get count(): i32;

  /** The configuration is gone. */
  abstract dispose(): void;

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
