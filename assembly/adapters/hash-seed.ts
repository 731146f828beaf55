// The secret key of identity hashes. All workers must hash alike, so the first one to ask keeps its key in shared data and the
// others take that. The ABI has no source of randomness: the key comes from the nanosecond clock of the first configuration,
// which nobody outside can read, and from the configured secret when there is one. It only has to make collisions hard to
// find from outside; whoever can read shared data could rewrite the counts as well.
import { Status } from "../abi/constants";
import { View } from "../abi/view";
import { sipHash24 } from "../base/siphash";
import { nowNs } from "../sdk/clock";
import { createOnly, getShared, setSharedIf } from "../sdk/shared-data";

const magic: u64 = 0x3164656553574d72;
const seedBytes: u32 = 32;

@final
export class HashSeed {
  k0: u64 = 0;
  k1: u64 = 0;

  /**
   * Takes the key of this proxy, making it when there is none. Configure time only.
   * @param entropy any number that differs from start to start
   * @param secret mixed in after reading; every worker must give the same
   * @returns false when shared data answers neither read nor write
   */
  load(entropy: u64, secret: string): bool {
    const key = View.of("meshwarden/rl/seed");
    const value = new View();
    let status = getShared(key, value);
    if (status != Status.Ok || !isSeed(value)) {
      const made = makeSeed(entropy);
      // What is no seed of ours is replaced; a missing one is created unless another worker was faster.
      const cas = status == Status.Ok ? 0 : createOnly;
      setSharedIf(key, made, seedBytes, cas);
      heap.free(made);
      status = getShared(key, value);
    }
    if (status != Status.Ok || !isSeed(value)) return false;
    const bytes = View.of(secret);
    const s0 = load<u64>(value.ptr, 8);
    const s1 = load<u64>(value.ptr, 16);
    this.k0 = sipHash24(s0, s1, bytes.ptr, bytes.length);
    this.k1 = sipHash24(s1, s0 ^ this.k0, bytes.ptr, bytes.length);
    return true;
  }
}

/** Magic, two words and their mix: a value that somebody else left there is not taken for a seed. */
function isSeed(value: View): bool {
  if (value.length != seedBytes || load<u64>(value.ptr) != magic) return false;
  return load<u64>(value.ptr, 24) == sipHash24(magic, magic, value.ptr + 8, 16);
}

function makeSeed(entropy: u64): usize {
  const seed = heap.alloc(seedBytes);
  store<u64>(seed, magic);
  store<u64>(seed, entropy ^ nowNs(), 8);
  store<u64>(seed, nowNs(), 16);
  for (let round: u64 = 0; round < 8; round++) {
    const first = sipHash24(nowNs(), round, seed + 8, 16);
    store<u64>(seed, load<u64>(seed, 16), 8);
    store<u64>(seed, first, 16);
  }
  store<u64>(seed, sipHash24(magic, magic, seed + 8, 16), 24);
  return seed;
}
