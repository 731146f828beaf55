// Shared data of all threads: the host core's rules (cas numbers that are global and never 0) on a table in shared memory.
import { Status } from "../../../assembly/abi/constants.ts";
import { SharedData } from "../../../host-test/host/shared-data.ts";
import { firstRootWord } from "./heap.ts";
import type { SharedTable } from "./table.ts";

/** Root word of the last cas number that was given out. */
const casRoot = firstRootWord + 3;
const prefix = "d";

export class ThreadSharedData extends SharedData {
  readonly #table: SharedTable;

  constructor(table: SharedTable) {
    super();
    this.#table = table;
  }

  override get(vmId: string, key: string): { value: Uint8Array; cas: number } | undefined {
    const table = this.#table;
    return table.heap.locked(() => {
      const entry = table.find(`${prefix}${vmId}\0${key}`);
      return entry === 0 ? undefined : { value: table.value(entry), cas: table.number(entry) };
    });
  }

  override set(vmId: string, key: string, value: Uint8Array, cas: number): Status {
    const table = this.#table;
    return table.heap.locked(() => {
      const name = `${prefix}${vmId}\0${key}`;
      const found = table.find(name);
      if (found !== 0 && cas !== 0 && table.number(found) !== cas) return Status.CasMismatch;
      const entry = found !== 0 ? found : table.findOrAdd(name);
      if (entry === 0 || !table.setValue(entry, value)) return Status.InternalFailure;
      const { words } = table.heap;
      const next = words[casRoot]! + 1;
      words[casRoot] = next === 0 ? 1 : next;
      table.setNumber(entry, words[casRoot]!);
      return Status.Ok;
    });
  }

  override keys(vmId = ""): string[] {
    const start = `${prefix}${vmId}\0`;
    const all = this.#table.heap.locked(() => [...this.#table.keys()]);
    return all.filter((key) => key.startsWith(start)).map((key) => key.slice(start.length));
  }
}
