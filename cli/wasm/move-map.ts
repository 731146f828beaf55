// A source map (version 3) for a module whose instructions have moved: only the first number of each mapping, the distance to
// the offset before it, changes. Source: Source Map Revision 3 (base64 VLQ).

const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const values = new Map([...digits].map((digit, value) => [digit, value]));

/** The map with every offset put through `moved`, which must not change their order. */
export function moveMap(text: string, moved: (offset: number) => number): string {
  const map = JSON.parse(text) as { mappings: string };
  let before = 0;
  let after = 0;
  const mappings = map.mappings.split(",").map((segment) => {
    if (segment === "") return segment;
    const { value, length } = firstNumber(segment);
    before += value;
    const place = moved(before);
    const distance = place - after;
    after = place;
    return vlq(distance) + segment.slice(length);
  });
  return JSON.stringify({ ...map, mappings: mappings.join(",") });
}

function firstNumber(segment: string): { value: number; length: number } {
  let bits = 0;
  for (let at = 0; at < segment.length; at++) {
    const digit = values.get(segment[at]);
    if (digit === undefined) break;
    bits += (digit & 31) * 2 ** (5 * at);
    if ((digit & 32) === 0) return { value: bits & 1 ? -(bits >>> 1) : bits >>> 1, length: at + 1 };
  }
  throw new RangeError("source map: the mappings are no base64 VLQ");
}

function vlq(value: number): string {
  let left = value < 0 ? (-value << 1) | 1 : value << 1;
  let text = "";
  do {
    const low = left & 31;
    left >>>= 5;
    text += digits[left > 0 ? low | 32 : low];
  } while (left > 0);
  return text;
}
