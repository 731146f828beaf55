import { IdTable } from "./id-table";

export function finds_what_was_set_and_nothing_else(): void {
  const table = IdTable.create();
  assert(table.find(1) == 0 && table.remove(1) == 0);
  table.set(1, 10);
  table.set(2, 20);
  table.set(1, 11);
  assert(table.find(1) == 11 && table.find(2) == 20 && table.find(3) == 0 && table.size == 2);
  table.set(0, 5);
  table.set(9, 0);
  assert(table.find(0) == 0 && table.find(9) == 0 && table.size == 2);
}

export function agrees_with_a_map_under_random_births_and_deaths(): void {
  const table = IdTable.create();
  const model = new Map<u32, u32>();
  let seed: u32 = 1;
  for (let i: u32 = 1; i < 20000; i++) {
    seed = seed * 1664525 + 1013904223;
    const id = (seed >>> 8) % 700;
    if ((seed & 3) == 0) {
      const known: u32 = model.has(id) ? model.get(id) : 0;
      assert(table.remove(id) == known);
      model.delete(id);
    } else if (id != 0) {
      table.set(id, i);
      model.set(id, i);
    }
    const probe = (seed >>> 4) % 700;
    const want: u32 = model.has(probe) ? model.get(probe) : 0;
    assert(table.find(probe) == want);
  }
  assert(<i32>table.size == model.size);
}

export function is_sized_by_what_lives_not_by_what_was_seen(): void {
  const table = IdTable.create();
  for (let id: u32 = 1; id < 1000000; id++) {
    table.set(id, id);
    if (id > 5) table.remove(id - 5);
  }
  assert(table.slotCount == 16 && table.size == 5);
}
