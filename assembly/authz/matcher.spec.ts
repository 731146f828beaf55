// The forms of a value, as Istio's matchers read them.
import { principalPair } from "./claim-condition";
import { Matcher, TextForm, textMatch } from "./matcher";
import { PathTemplate, isTemplate, readTemplate } from "./path-template";
import {
  NamespaceMatch,
  ServiceAccountMatch,
  TrustDomainMatch,
  principalMatch,
} from "./peer-match";
import { Text } from "./text";

function matches(matcher: Matcher, text: string): bool {
  const bytes = Text.of(text);
  return matcher.matches(bytes.ptr, bytes.length);
}

function text(value: string, subject: string): bool {
  return matches(textMatch(value, TextForm.AnyText), subject);
}

export function exact_prefix_suffix_and_presence(): void {
  assert(text("/info", "/info") && !text("/info", "/infos") && !text("/info", "/inf"));
  assert(text("/info*", "/info") && text("/info*", "/info/more") && !text("/info*", "/inf"));
  assert(text("*.txt", "a.txt") && text("*.txt", ".txt") && !text("*.txt", "a.txt2"));
  assert(text("*", "x") && !text("*", ""));
  assert(matches(textMatch("*", TextForm.Present), ""), "a header may be empty");
}

export function a_star_elsewhere_is_a_byte(): void {
  assert(text("a*b", "a*b") && !text("a*b", "axb"));
  assert(text("*a*", "xa*") && !text("*a*", "xax"), "a leading star wins");
}

export function long_texts_differ_at_every_byte(): void {
  const value = "0123456789abcdefghijk";
  for (let i = 0; i < value.length; i++) {
    const other = value.substring(0, i) + "~" + value.substring(i + 1);
    assert(!text(value, other) && !text(value + "*", other), other);
  }
  assert(text(value, value));
}

export function hosts_are_compared_in_any_case(): void {
  const folded = textMatch("*.Example.com", TextForm.Present, true);
  assert(matches(folded, "API.EXAMPLE.COM") && !matches(folded, "api.example.org"));
  assert(!text("GET", "get"), "others are not");
}

function template(value: string, path: string): bool {
  const made = readTemplate(value);
  assert(made !== null, value);
  return matches(made as PathTemplate, path);
}

export function one_segment_and_the_rest(): void {
  assert(template("/foo/{*}", "/foo/bar") && !template("/foo/{*}", "/foo/bar/baz"));
  assert(!template("/foo/{*}", "/foo/") && !template("/foo/{*}", "/foo"));
  assert(template("/foo/{*}/bar", "/foo/x/bar") && !template("/foo/{*}/bar", "/foo/x/bars"));
  assert(template("/foo/{**}", "/foo/") && template("/foo/{**}", "/foo/a/b/c"));
  assert(!template("/foo/{**}", "/foo"));
  assert(template("/{*}/b/{**}/end", "/a/b/x/y/end") && template("/{*}/b/{**}/end", "/a/b//end"));
  assert(!template("/{*}/b/{**}/end", "/a/b/end2"));
  assert(template("/foo/{*}", "/foo/a*b") && !template("/foo/{*}", "/foo/a|b"), "path bytes");
}

export function what_is_no_template(): void {
  assert(isTemplate("/a/{*}") && isTemplate("/{**}") && !isTemplate("/a*"));
  assert(readTemplate("/{**}/{*}") === null && readTemplate("/{**}/{**}") === null);
  assert(readTemplate("/a{*}") === null && readTemplate("/{a}/{*}") === null);
  assert(readTemplate("/{*}/a*") === null && readTemplate("/{*}//a") === null);
  assert(readTemplate("{*}/a") === null, "no leading slash");
}

const bookinfo = "spiffe://cluster.local/ns/default/sa/bookinfo";

export function principals(): void {
  assert(matches(principalMatch("cluster.local/ns/default/sa/bookinfo"), bookinfo));
  assert(!matches(principalMatch("cluster.local/ns/default/sa/book"), bookinfo));
  assert(matches(principalMatch("cluster.local/ns/default/*"), bookinfo));
  assert(matches(principalMatch("*/sa/bookinfo"), bookinfo));
  assert(matches(principalMatch("*"), bookinfo) && !matches(principalMatch("*"), ""));
  assert(!matches(principalMatch("*/sa/bookinfo"), "x/sa/bookinfo"), "the scheme is asked for");
  assert(!matches(principalMatch("*e://x"), "spiffe://x"), "and is not part of the suffix");
}

export function namespaces(): void {
  assert(matches(new NamespaceMatch("default"), bookinfo));
  assert(!matches(new NamespaceMatch("Default"), bookinfo));
  assert(
    !matches(new NamespaceMatch("fault"), bookinfo) &&
      !matches(new NamespaceMatch("def"), bookinfo),
  );
  assert(
    matches(new NamespaceMatch("def*"), bookinfo) && matches(new NamespaceMatch("d*t"), bookinfo),
  );
  assert(!matches(new NamespaceMatch("default"), "spiffe://td/ns/default"), "a slash follows");
}

export function service_accounts(): void {
  const account = new ServiceAccountMatch("default", "bookinfo");
  assert(matches(account, bookinfo));
  assert(matches(account, bookinfo + "/pod/x") && !matches(account, bookinfo + "/"));
  assert(!matches(account, bookinfo + "-v2"));
  assert(matches(account, "spiffe://td/ns/default/pod/p/sa/bookinfo"));
  assert(!matches(account, "spiffe://td/ns/default//sa/bookinfo"));
  assert(!matches(account, "spiffe:///ns/default/sa/bookinfo"), "a domain is asked for");
  assert(!matches(account, "https://td/ns/default/sa/bookinfo"));
  assert(!matches(account, "spiffe://td/ns/other/sa/bookinfo"));
}

export function trust_domains(): void {
  assert(matches(new TrustDomainMatch("cluster.local"), bookinfo));
  assert(!matches(new TrustDomainMatch("cluster"), bookinfo));
  assert(matches(new TrustDomainMatch("cluster*"), bookinfo));
  assert(matches(new TrustDomainMatch("*.local"), bookinfo));
  assert(!matches(new TrustDomainMatch("*bookinfo"), bookinfo), "within the domain");
  assert(
    matches(new TrustDomainMatch("*"), bookinfo) && !matches(new TrustDomainMatch("*"), "x://y/z"),
  );
}

function pair(value: string, issuer: string, subject: string): bool {
  const made = principalPair(value);
  return matches(made.issuer, issuer) && matches(made.subject, subject);
}

export function request_principals_split_at_the_last_slash(): void {
  const issuer = "https://idp.example/realm";
  assert(pair("https://idp.example/realm/ann", issuer, "ann"));
  assert(!pair("https://idp.example/realm/ann", issuer, "anna"));
  assert(
    pair("https://idp.example/realm/*", issuer, "x") &&
      !pair("https://idp.example/realm/*", issuer, ""),
  );
  assert(
    pair("https://idp.example/realm/a*", issuer, "ann") &&
      !pair("https://idp.example/realm/a*", issuer, "bob"),
  );
  assert(
    pair("https://idp.example*", "https://idp.example", "x") == false,
    "the part before the last slash is exact",
  );
  assert(pair("accounts*", "accounts.example", "x") && !pair("accounts*", "my-accounts", "x"));
  assert(pair("*/ann", "any", "ann") && !pair("*/ann", "any", "bob"));
  assert(pair("*realm/ann", issuer, "ann") && pair("*ann", issuer, "joann"));
  assert(pair("*", "i", "s") && !pair("*", "i", ""));
}
