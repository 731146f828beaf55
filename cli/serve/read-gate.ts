// Whether one side of a stream may be read. Two parties can forbid it independently, a filter that holds too much and a peer
// that takes too little; reading goes on when neither does.

export const byFilter = 1;
export const byPeer = 2;

export class ReadGate {
  readonly #changed: (closed: boolean) => void;
  #reasons = 0;

  /** @param changed is told whenever the side may no longer, or may again, be read */
  constructor(changed: (closed: boolean) => void) {
    this.#changed = changed;
  }

  /** Notes that `reason` (`byFilter` or `byPeer`) now holds or not. */
  set(reason: number, closed: boolean): void {
    const before = this.#reasons;
    this.#reasons = closed ? before | reason : before & ~reason;
    if ((before === 0) !== (this.#reasons === 0)) this.#changed(this.closed);
  }

  get closed(): boolean {
    return this.#reasons !== 0;
  }
}
