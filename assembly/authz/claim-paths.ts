// Which claims the rules speak of, as a tree of names, so that one walk over a token's payload finds them all, however many rules
// ask. Made at configure time.
import { Text } from "./text";

/** Places of the claims that are asked for without a rule. */
export const enum ClaimSlot {
  Issuer = 0,
  Subject = 1,
  TokenId = 2,
  Session = 3,
  IssuedAt = 4,
  /** `cnf`, `x5t#S256`: RFC 8705 §3.1. */
  Thumbprint = 5,
}

/** Claims that a configuration can name. */
export const MAX_CLAIMS: i32 = 256;
/** Names in one path. */
export const MAX_CLAIM_DEPTH: i32 = 12;

@final
export class ClaimNode {
  readonly children: Array<ClaimNode> = [];
  /** Place of this claim's values; -1 when no rule asks for it itself. */
  slot: i32 = -1;
  /** A string here is a list of words: Istio reads `scope` and `permission` so (RFC 8693 §4.2). */
  splits: bool = false;
  /** Place of the words of a string here, for those who always want them; -1: nobody does. */
  words: i32 = -1;

  constructor(readonly name: Text) {}

  /** The member of this name, or null. */
  child(ptr: usize, length: u32): ClaimNode | null {
    const children = this.children;
    for (let i = 0; i < children.length; i++) {
      if (children[i].name.equals(ptr, length)) return children[i];
    }
    return null;
  }
}

@final
export class ClaimPaths {
  readonly root: ClaimNode = new ClaimNode(Text.of(""));
  /** Claims asked for so far. */
  count: i32 = 0;

  constructor() {
    // In the order of ClaimSlot.
    this.slotOf(["iss"]);
    this.slotOf(["sub"]);
    this.slotOf(["jti"]);
    this.slotOf(["sid"]);
    this.slotOf(["iat"]);
    this.slotOf(["cnf", "x5t#S256"]);
  }

  /**
   * The slot of a claim.
   * @param path names from the top of the payload down, 1 to MAX_CLAIM_DEPTH
   * @returns the same number for the same path; -1 when there are MAX_CLAIMS others
   */
  slotOf(path: string[]): i32 {
    const node = this.nodeOf(path);
    if (node.slot >= 0) return node.slot;
    if (this.count == MAX_CLAIMS) return -1;
    node.splits = path.length == 1 && (path[0] == "scope" || path[0] == "permission");
    node.slot = this.count++;
    return node.slot;
  }

  /** As `slotOf`, for the words of a claim that may be a string of them or an array. */
  wordsOf(path: string[]): i32 {
    const node = this.nodeOf(path);
    if (node.words < 0 && this.count < MAX_CLAIMS) node.words = this.count++;
    return node.words;
  }

  private nodeOf(path: string[]): ClaimNode {
    let node = this.root;
    for (let i = 0; i < path.length; i++) {
      const name = Text.of(path[i]);
      const known = node.child(name.ptr, name.length);
      if (known !== null) node = known;
      else {
        const made = new ClaimNode(name);
        node.children.push(made);
        node = made;
      }
    }
    return node;
  }
}
