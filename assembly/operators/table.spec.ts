import { Operator, operatorName, operatorOf, whyImpossible } from "./table";

export function every_operator_is_found_by_its_own_name(): void {
  for (let id: u32 = 0; id < <u32>Operator.Count; id++) {
    assert(operatorOf(operatorName(id)) == <i32>id, operatorName(id));
  }
}

export function the_last_number_has_the_last_name(): void {
  assert(operatorOf("DETECTCOMMAND") == Operator.DetectCommand);
  assert(operatorOf("pmf") == Operator.PmFromFile);
  assert(operatorOf("geoLookup") == -1);
  assert(whyImpossible("geolookup") == "needs a GeoIP database");
}
