// Shared queues of all threads: items in shared memory, and the last registrant's thread is told when one arrives.
import { Status } from "../../../assembly/abi/constants.ts";
import { SharedQueues } from "../../../host-test/host/queues.ts";
import { firstRootWord } from "./heap.ts";
import type { SharedTable } from "./table.ts";

/** Root word of the last queue id. */
const idRoot = firstRootWord + 4;
/** A queue's value: first item, last item, number of items, thread of the registrant. */
const queueWords = 4;
/** An item's words: next item, length; then its bytes. */
const itemWords = 2;

export class ThreadSharedQueues extends SharedQueues {
  readonly #table: SharedTable;
  readonly #thread: number;
  readonly #tell: (thread: number, id: number) => void;
  /** Registrations of this thread. */
  readonly #notify = new Map<number, () => void>();

  /**
   * @param thread this thread's number
   * @param tell sends word to another thread, which then calls `arrived`
   */
  constructor(table: SharedTable, thread: number, tell: (thread: number, id: number) => void) {
    super();
    this.#table = table;
    this.#thread = thread;
    this.#tell = tell;
  }

  override register(vmId: string, name: string, notify: (id: number) => void): number {
    const id = this.#table.heap.locked(() => this.#registerLocked(`q${vmId}\0${name}`));
    this.#notify.set(id, () => notify(id));
    return id;
  }

  override resolve(vmId: string, name: string): number | undefined {
    const table = this.#table;
    return table.heap.locked(() => {
      const entry = table.find(`q${vmId}\0${name}`);
      return entry === 0 ? undefined : table.number(entry);
    });
  }

  override enqueue(id: number, value: Uint8Array): Status {
    const { heap } = this.#table;
    const owner = heap.locked(() => {
      const queue = this.#queue(id);
      if (queue === 0) return Status.NotFound;
      const item = heap.allocate(itemWords * 4 + value.length);
      if (item === 0) return Status.InternalFailure;
      const { words } = heap;
      words[item >> 2] = 0;
      words[(item >> 2) + 1] = value.length;
      heap.bytes.set(value, item + itemWords * 4);
      if (words[queue] === 0) words[queue] = item;
      else words[words[queue + 1]! >> 2] = item;
      words[queue + 1] = item;
      words[queue + 2]!++;
      return { thread: words[queue + 3]! };
    });
    if (typeof owner === "number") return owner;
    if (owner.thread === this.#thread) this.arrived(id);
    else this.#tell(owner.thread, id);
    return Status.Ok;
  }

  override dequeue(id: number): Uint8Array | Status {
    const { heap } = this.#table;
    return heap.locked(() => {
      const queue = this.#queue(id);
      if (queue === 0) return Status.NotFound;
      const { words } = heap;
      const item = words[queue]!;
      if (item === 0) return Status.Empty;
      const length = words[(item >> 2) + 1]!;
      const at = item + itemWords * 4;
      const value = new Uint8Array(heap.bytes.subarray(at, at + length));
      words[queue] = words[item >> 2]!;
      words[queue + 2]!--;
      heap.release(item, itemWords * 4 + length);
      return value;
    });
  }

  override size(vmId: string, name: string): number {
    const id = this.resolve(vmId, name);
    if (id === undefined) return 0;
    const { heap } = this.#table;
    return heap.locked(() => heap.words[this.#queue(id) + 2]!);
  }

  /** An item came for a queue that this thread registered. */
  arrived(id: number): void {
    this.#notify.get(id)?.();
  }

  #registerLocked(key: string): number {
    const table = this.#table;
    const { words } = table.heap;
    const entry = table.findOrAdd(key);
    if (entry === 0) throw new Error("shared memory is full");
    let id = table.number(entry);
    if (id === 0) {
      id = ++words[idRoot]!;
      table.setNumber(entry, id);
      const named = table.findOrAdd(`i${id}`);
      table.setValue(entry, new Uint8Array(0));
      table.setValue(named, new Uint8Array(queueWords * 4));
    }
    words[this.#queue(id) + 3] = this.#thread;
    return id;
  }

  /** Word at which a queue's value begins; 0 for an unknown id. */
  #queue(id: number): number {
    const entry = this.#table.find(`i${id}`);
    return entry === 0 ? 0 : this.#table.heap.words[(entry >> 2) + 3]! >> 2;
  }
}
