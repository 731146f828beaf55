// A list of revoked tokens that is fetched. One object for each worker.
import { DenyList } from "../authz/deny-list";
import { DenyListReader, MAX_LIST_BYTES } from "../authz/deny-list-reader";
import { FetchPolicy } from "../jwks/policy";
import { collectSoon } from "../sdk/lifecycle";
import { RemoteSource, SourceNames } from "./remote-source";
import { SharedSource } from "./shared-source";
import { RemoteAddress, SourceFetch } from "./source-fetch";

@final
class SharedDenyList extends SharedSource {
  /** The list in use; replaced as a whole. */
  list: DenyList;
  private reader: DenyListReader = new DenyListReader();

  constructor(
    address: RemoteAddress,
    fetch: SourceFetch,
    private seed: u64,
  ) {
    super("revocation", address, fetch);
    this.list = new DenyList(seed);
  }

  get count(): i32 {
    return this.list.size;
  }

  /** Its blocks are managed. */
  dispose(): void {}

  useKeys(ptr: usize, length: u32): bool {
    const fresh = new DenyList(this.seed);
    collectSoon();
    this.wrong = this.reader.read(ptr, length, fresh);
    if (this.wrong.length > 0) return false;
    this.list = fresh;
    return true;
  }
}

@final
export class RemoteDenyList extends RemoteSource {
  private shared: SharedDenyList;

  /** Sets what the answer may be, too. */
  static of(address: RemoteAddress, policy: FetchPolicy, seed: u64): RemoteDenyList {
    address.accept = "application/json";
    address.mostBytes = MAX_LIST_BYTES;
    policy.mostBytes = MAX_LIST_BYTES;
    const fetch = new SourceFetch(address);
    const shared = new SharedDenyList(address, fetch, seed);
    const names = new SourceNames("authz: revoked tokens", "revocation", "entries", "");
    return new RemoteDenyList(names, fetch, shared, policy, seed);
  }

  private constructor(
    names: SourceNames,
    fetch: SourceFetch,
    shared: SharedDenyList,
    policy: FetchPolicy,
    seed: u64,
  ) {
    super(names, fetch, shared, policy, seed);
    this.shared = shared;
  }

  /** The list in use; never to be kept. */
  get list(): DenyList {
    return this.shared.list;
  }
}
