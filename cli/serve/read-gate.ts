// Whether one side of a stream may be read. Two parties can forbid it independently, a filter that holds too much and a peer
// that takes too little; reading goes on when neither does.

export const byFilter = 1;
export const byPeer = 2;

export class ReadGate {
  #reasons = 0;

  /** Notes that `reason` (`byFilter` or `byPeer`) now holds or not. True when that changes whether the side is read. */
  set(reason: number, closed: boolean): boolean {
    const before = this.#reasons;
    this.#reasons = closed ? before | reason : before & ~reason;
    return (before === 0) !== (this.#reasons === 0);
  }

  get closed(): boolean {
    return this.#reasons !== 0;
  }
}
