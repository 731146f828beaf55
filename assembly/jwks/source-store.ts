// What a source of keys needs from outside: the record that all workers share, the newest set's bytes, a fetch, and somebody who
// makes keys of bytes. In a proxy these are shared data, a callout and the jose room (adapters/remote-keys.ts), in a spec arrays.

export abstract class SourceStore {
  /** Bytes read last by `readState` or `readKeys`, valid until the callback ends. */
  ptr: usize = 0;
  length: u32 = 0;

  /** Reads the shared record; false when there is none. */
  abstract readState(): bool;

  /** Replaces the record that `readState` read last; false when somebody else did so first, or the store refuses. */
  abstract writeState(ptr: usize, length: u32): bool;

  /** Reads the newest set of keys with its head; false when there is none. */
  abstract readKeys(): bool;

  /** Replaces it, whoever wrote the one that is there. */
  abstract writeKeys(ptr: usize, length: u32): bool;

  /** Starts the fetch; its end comes as `KeySource.succeeded` or `failed`. False: nothing was started. */
  abstract startFetch(): bool;

  /** Makes these bytes the set that verifies. False: they hold no usable key, and the old set stays. */
  abstract useKeys(ptr: usize, length: u32): bool;
}
