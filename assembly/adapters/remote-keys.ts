// Keys of an issuer that are fetched. One object for each provider and worker.
import { KeySet } from "../jose/key-set";
import { FetchPolicy } from "../jwks/policy";
import { RemoteSource, SourceNames } from "./remote-source";
import { SharedKeys } from "./shared-keys";
import { RemoteAddress, SourceFetch } from "./source-fetch";

@final
export class RemoteKeys extends RemoteSource {
  private shared: SharedKeys;

  /** @param provider its name, for logs and metrics */
  static of(provider: string, address: RemoteAddress, policy: FetchPolicy, seed: u64): RemoteKeys {
    const fetch = new SourceFetch(address);
    const names = new SourceNames(`jwt provider ${provider}: its keys`, "jwks", "keys", provider);
    return new RemoteKeys(names, fetch, new SharedKeys(address, fetch), policy, seed);
  }

  private constructor(
    names: SourceNames,
    fetch: SourceFetch,
    shared: SharedKeys,
    policy: FetchPolicy,
    seed: u64,
  ) {
    super(names, fetch, shared, policy, seed);
    this.shared = shared;
  }

  /** The set in use; never to be kept. */
  get keys(): KeySet {
    return this.shared.keys;
  }
}
