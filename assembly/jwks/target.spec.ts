// Addresses and metadata: what is fetched from where, and what is not.
import { Discovery } from "./discovery";
import { FetchTarget } from "./fetch-target";

function parts(uri: string): string {
  const target = new FetchTarget();
  if (!target.read(uri)) return "-";
  return target.scheme + " " + target.authority + " " + target.path;
}

export function takes_addresses_apart(): void {
  assert(parts("https://a.example/keys") == "https a.example /keys", "plain");
  assert(parts("http://127.0.0.1:8080") == "http 127.0.0.1:8080 /", "no path");
  assert(parts("https://a.example?x=1/2") == "https a.example /?x=1/2", "query alone");
  assert(parts("https://[::1]:443/k?a=b") == "https [::1]:443 /k?a=b", "IPv6");
}

export function refuses_what_is_no_plain_address(): void {
  assert(parts("") == "-" && parts("/keys") == "-" && parts("ftp://a/") == "-", "no http");
  assert(parts("https:///keys") == "-" && parts("https://") == "-", "no host");
  assert(parts("https://u:p@a/") == "-" && parts("https://a/#x") == "-", "user, fragment");
  assert(parts("https://a/\r\nx: y") == "-" && parts("https://a/ b") == "-", "blanks");
  assert(parts("https://a\\b/") == "-" && parts("https://ä/") == "-", "odd letters");
  assert(parts("https://a/" + "x".repeat(2048)) == "-", "too long");
}

function keysOf(text: string, issuer: string): string {
  const discovery = new Discovery();
  const bytes = String.UTF8.encode(text);
  const found = discovery.read(changetype<usize>(bytes), bytes.byteLength, issuer);
  return found ? discovery.jwksUri : "-";
}

export function reads_metadata_of_the_right_issuer(): void {
  const text =
    '{"a":[{"jwks_uri":"no"}],"issuer":"https://i","jwks_uri":"https:\\/\\/i/keys","z":1}';
  assert(keysOf(text, "https://i") == "https://i/keys", "found");
  assert(keysOf(text, "https://j") == "-", "another issuer");
  assert(
    keysOf('{"jwks_uri":"https://i/keys"}', "") == "https://i/keys",
    "none asked for, none said",
  );
  assert(keysOf('{"issuer":"https://i"}', "https://i") == "-", "no keys");
  assert(keysOf('{"issuer":"https://i","jwks_uri":7}', "https://i") == "-", "no text");
  assert(keysOf('{"issuer":"https://i","jwks_uri":"x"} y', "https://i") == "-", "bytes behind");
  assert(keysOf("<html>", "https://i") == "-" && keysOf("", "https://i") == "-", "no JSON");
  const twice = '{"issuer":"https://i","jwks_uri":"x","jwks_uri":"y"}';
  assert(keysOf(twice, "https://i") == "-", "which of the two");
}
