// Which gates are open for the values that a class of rules looks at: bitsets that are made when the first rule of a
// class is reached and kept until values are added. A closed gate means that the rule cannot match, so that most rules of
// a phase cost one bit test.
import { Block } from "../../base/block";
import { Transformation } from "../../transform/table";
import { Variable } from "../../seclang/variable-table";
import { GatePair } from "../model/gate-class";
import { RuleSet } from "../model/rule-set";
import { Forms, formMask } from "./forms";
import { Transaction } from "./transaction";
import { nextValue, valueName, valueNameLength } from "./value";

@final
export class GateBoard {
  private set: RuleSet | null = null;
  /** Rows by class, by pair, by list; 0: not made yet. */
  private classRows: Block = new Block(0);
  private pairRows: Block = new Block(0);
  private listRows: Block = new Block(4 * <u32>Variable.Count);
  /** Bits of the transformations that could change some value of a list. */
  private listMasks: Block = new Block(8 * <u32>Variable.Count);
  private classBytes: u32 = 0;
  private pairBytes: u32 = 0;

  constructor(private forms: Forms) {}

  /** Makes room for a rule set. Configure time only. */
  reserve(set: RuleSet): void {
    const classes: u32 = 4 * <u32>set.gates.classes.length;
    const pairs: u32 = 4 * <u32>set.gates.pairs.length;
    if (classes > this.classBytes) {
      this.classBytes = classes;
      this.classRows = new Block(classes);
    }
    if (pairs > this.pairBytes) {
      this.pairBytes = pairs;
      this.pairRows = new Block(pairs);
    }
  }

  /** Begins with a rule set. */
  use(set: RuleSet): void {
    if (this.set === set) return;
    this.clear();
    this.set = set;
  }

  /** Forgets all rows: forms are gone, or values were added. */
  clear(): void {
    memory.fill(this.classRows.ptr, 0, this.classBytes);
    memory.fill(this.pairRows.ptr, 0, this.pairBytes);
    memory.fill(this.listRows.ptr, 0, 4 * <usize>Variable.Count);
  }

  /** Whether the gate is open for some value that a class looks at; true when memory is out. */
  opens(index: i32, gate: i32, tx: Transaction): bool {
    const cell = this.classRows.ptr + ((<usize>index) << 2);
    let row = <usize>load<u32>(cell);
    if (row == 0) {
      row = this.classRow(index, tx);
      if (row == 0) return true;
      store<u32>(cell, <u32>row);
    }
    return (load<u32>(row + (((<usize>gate) >> 5) << 2)) & ((<u32>1) << (gate & 31))) != 0;
  }

  private classRow(index: i32, tx: Transaction): usize {
    const set = this.set;
    if (set === null) return 0;
    const pairs = set.gates.classes[index].pairs;
    if (pairs.length == 1) return this.pairRow(set.gates.pairs[pairs[0]], pairs[0], tx);
    const row = this.forms.takeRow();
    for (let i = 0; i < pairs.length && row != 0; i++) {
      const other = this.pairRow(set.gates.pairs[pairs[i]], pairs[i], tx);
      if (other == 0) return 0;
      this.forms.join(row, other);
    }
    return row;
  }

  private pairRow(pair: GatePair, index: i32, tx: Transaction): usize {
    const cell = this.pairRows.ptr + ((<usize>index) << 2);
    const known = <usize>load<u32>(cell);
    if (known != 0) return known;
    const row = pair.target === null ? this.allRow(pair, tx) : this.namedRow(pair, tx);
    store<u32>(cell, <u32>row);
    return row;
  }

  /** All values of a list: what their own bytes open, and for those that the chain changes, what it makes of them. */
  private allRow(pair: GatePair, tx: Transaction): usize {
    const base = this.listRow(pair.list, tx);
    const mask = load<u64>(this.listMasks.ptr + ((<usize>pair.list) << 3));
    // Literals are found in either case: lower case alone opens no further gate.
    const changes = pair.changes & ~((<u64>1) << Transformation.Lowercase);
    if (base == 0 || (mask & changes) == 0) return base;
    const row = this.forms.takeRow();
    if (row == 0) return 0;
    this.forms.join(row, base);
    const side: u32 = pair.list == Variable.ResponseBody ? 1 : 0;
    for (let value = tx.values.first(pair.list); value != 0; value = nextValue(value)) {
      const form = this.forms.of(value, side);
      if (form == 0) return 0;
      if ((formMask(form) & changes) == 0) continue;
      if (!this.addChain(row, form, pair)) return 0;
    }
    return row;
  }

  private namedRow(pair: GatePair, tx: Transaction): usize {
    const target = pair.target;
    const row = this.forms.takeRow();
    if (row == 0 || target === null) return 0;
    for (let value = tx.values.first(pair.list); value != 0; value = nextValue(value)) {
      if (!target.picks(valueName(value), valueNameLength(value))) continue;
      const form = this.forms.of(value, 0);
      if (form == 0 || !this.addForm(row, form) || !this.addChain(row, form, pair)) return 0;
    }
    return row;
  }

  /** What a chain makes of a form, or all that it makes on the way; false when memory is out. */
  private addChain(row: usize, root: usize, pair: GatePair): bool {
    if (!pair.each) {
      const last = this.forms.walk(root, pair.chain);
      return last == root || this.addForm(row, last);
    }
    let form = root;
    for (let i = 0; i < pair.chain.length; i++) {
      const next = this.forms.step(form, pair.chain[i]);
      if (next == form) continue;
      if (!this.addForm(row, next)) return false;
      form = next;
    }
    return true;
  }

  private addForm(row: usize, form: usize): bool {
    const hits = form == 0 ? 0 : this.forms.hits(form);
    if (hits != 0) this.forms.join(row, hits);
    return hits != 0;
  }

  private listRow(list: u32, tx: Transaction): usize {
    const cell = this.listRows.ptr + ((<usize>list) << 2);
    const known = <usize>load<u32>(cell);
    if (known != 0) return known;
    const row = this.forms.takeRow();
    let mask: u64 = 0;
    const side: u32 = list == Variable.ResponseBody ? 1 : 0;
    for (let value = tx.values.first(list); value != 0 && row != 0; value = nextValue(value)) {
      const form = this.forms.of(value, side);
      if (form == 0 || !this.addForm(row, form)) return 0;
      mask |= formMask(form);
    }
    store<u64>(this.listMasks.ptr + ((<usize>list) << 3), mask);
    store<u32>(cell, <u32>row);
    return row;
  }
}
