import { Authority, AuthorityStatus } from "./authority";
import { readHostPattern } from "./host-pattern";

function at(text: string): usize {
  return changetype<usize>(String.UTF8.encode(text, true));
}

function bytesOf(text: string): u32 {
  return <u32>String.UTF8.byteLength(text);
}

function status(text: string): AuthorityStatus {
  return new Authority().read(at(text), bytesOf(text));
}

function matches(pattern: string, host: string): bool {
  const found = readHostPattern(at(pattern), bytesOf(pattern), new Authority());
  assert(found !== null, pattern);
  const authority = new Authority();
  assert(authority.read(at(host), bytesOf(host)) == AuthorityStatus.Ok, host);
  return found!.matches(at(host), authority);
}

export function splits_host_and_port(): void {
  const authority = new Authority();
  assert(authority.read(at("a.example:8080"), 14) == AuthorityStatus.Ok);
  assert(authority.hostLength == 9 && authority.port == 8080);
  assert(
    authority.read(at("a.example."), 10) == AuthorityStatus.Ok &&
      authority.hostLength == 9 &&
      authority.port == -1,
  );
  assert(
    authority.read(at("[::1]:9"), 7) == AuthorityStatus.Ok &&
      authority.hostLength == 5 &&
      authority.port == 9,
  );
  assert(authority.read(at("a:"), 2) == AuthorityStatus.Ok && authority.port == -1);
}

export function refuses_what_is_not_one_host(): void {
  const bad = [
    "a,b",
    "u@h",
    "a b",
    "a/b",
    "a%41",
    "a\\b",
    "é",
    "a?b",
    "a#b",
    "a:1:2x",
    "@",
    ",",
    "a,b:80",
  ];
  for (let i = 0; i < 9; i++) assert(status(bad[i]) == AuthorityStatus.BadByte, bad[i]);
  assert(
    status("") == AuthorityStatus.Empty &&
      status(":80") == AuthorityStatus.Empty &&
      status(".") == AuthorityStatus.Empty,
  );
  assert(status("a:x") == AuthorityStatus.BadPort && status("a:65536") == AuthorityStatus.BadPort);
  assert(status("a:000080") == AuthorityStatus.BadPort);
  assert(
    status("[::1") == AuthorityStatus.BadAddress && status("[x]") == AuthorityStatus.BadAddress,
  );
  assert(status("[::1]x") == AuthorityStatus.BadByte);
  assert(
    status("a".repeat(253)) == AuthorityStatus.Ok &&
      status("a".repeat(254)) == AuthorityStatus.TooLong,
  );
}

export function patterns_match_hosts_in_either_case(): void {
  assert(
    matches("api.example.com", "API.example.com:443") &&
      matches("api.example.com", "api.example.com."),
  );
  assert(
    !matches("api.example.com", "api.example.com.evil") &&
      !matches("api.example.com", "xapi.example.com"),
  );
  assert(matches("*.example.com", "a.example.com") && matches("*.example.com", "a.b.Example.com"));
  assert(!matches("*.example.com", "example.com") && !matches("*.example.com", "aexample.com"));
  assert(
    matches("*", "anything") &&
      matches("h:80", "h:80") &&
      !matches("h:80", "h:81") &&
      !matches("h:80", "h"),
  );
  assert(matches("[::1]", "[::1]:80"));
}

export function a_pattern_is_a_host_or_a_star_in_front_of_one(): void {
  const bad = ["", "a,b", "*a.example", "a.*.example", "**", "*.", "h:99999"];
  for (let i = 0; i < bad.length; i++) {
    assert(readHostPattern(at(bad[i]), bytesOf(bad[i]), new Authority()) === null, bad[i]);
  }
}
