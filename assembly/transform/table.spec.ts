import { Transformation, transformationName, transformationOf } from "./table";

export function every_transformation_is_found_by_its_own_name(): void {
  for (let id: u32 = 0; id < <u32>Transformation.Count; id++) {
    assert(transformationOf(transformationName(id)) == <i32>id, transformationName(id));
  }
}

export function the_last_number_has_the_last_name(): void {
  assert(transformationOf("UTF8TOUNICODE") == Transformation.Utf8ToUnicode);
  assert(transformationOf("phpargsnames") == Transformation.PhpArgsNames);
  assert(transformationOf("normalisePathWin") == Transformation.NormalizePathWin);
  assert(transformationOf("rot13") == -1);
}
