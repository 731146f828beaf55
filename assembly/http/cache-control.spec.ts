// RFC 9111 §5.2.2, and what servers really send.
import { maxAgeSeconds } from "./cache-control";

function seconds(text: string): i64 {
  const bytes = String.UTF8.encode(text);
  return maxAgeSeconds(changetype<usize>(bytes), bytes.byteLength);
}

export function reads_the_shortest_time(): void {
  assert(seconds("max-age=600") == 600, "plain");
  assert(seconds("public, MAX-AGE=21600 , must-revalidate") == 21600, "among others, any case");
  assert(seconds('max-age="60"') == 60, "quoted");
  assert(seconds("max-age=60, max-age=5") == 5, "the shortest");
  assert(seconds("max-age=99999999999999999999") == 2147483648, "saturates");
}

export function keeps_nothing_when_told_so(): void {
  assert(seconds("no-store") == 0 && seconds("private, no-cache, max-age=600") == 0, "no");
  assert(seconds('no-cache="set-cookie", max-age=600') == 0, "of a field counts as of all");
}

export function passes_over_the_rest(): void {
  assert(seconds("") == -1 && seconds(",, ,") == -1 && seconds("public") == -1, "nothing said");
  assert(seconds("s-maxage=5") == -1 && seconds("xmax-age=5") == -1, "other names");
  assert(
    seconds("max-age") == -1 && seconds("max-age=") == -1 && seconds("max-age=x") == -1,
    "wrong",
  );
  assert(seconds("no-storey") == -1, "a longer name");
}
