// Shared queues: registered by (vm_id, name), readable from any VM; the last registrant is told when something arrives.
import { Status } from "../../assembly/abi/constants.ts";

interface Queue {
  items: Uint8Array[];
  /** Tells the registrant, on its own worker and in a later turn. */
  notify: () => void;
}

export class SharedQueues {
  readonly #ids = new Map<string, number>();
  readonly #queues = new Map<number, Queue>();
  #nextId = 1;

  register(vmId: string, name: string, notify: (id: number) => void): number {
    const key = `${vmId}\0${name}`;
    let id = this.#ids.get(key);
    if (id === undefined) {
      id = this.#nextId++;
      this.#ids.set(key, id);
    }
    const known = this.#queues.get(id);
    const tell = (): void => notify(id);
    if (known === undefined) this.#queues.set(id, { items: [], notify: tell });
    else known.notify = tell;
    return id;
  }

  /** Id of a queue that somebody registered, undefined when nobody did. */
  resolve(vmId: string, name: string): number | undefined {
    return this.#ids.get(`${vmId}\0${name}`);
  }

  enqueue(id: number, value: Uint8Array): Status {
    const queue = this.#queues.get(id);
    if (queue === undefined) return Status.NotFound;
    queue.items.push(value);
    queue.notify();
    return Status.Ok;
  }

  dequeue(id: number): Uint8Array | Status {
    const queue = this.#queues.get(id);
    if (queue === undefined) return Status.NotFound;
    return queue.items.shift() ?? Status.Empty;
  }

  /** Items waiting, 0 for an unknown queue. */
  size(vmId: string, name: string): number {
    const id = this.resolve(vmId, name);
    return id === undefined ? 0 : this.#queues.get(id)!.items.length;
  }
}
