// Identities that a header carries: whole and well-formed, or none.
import { LinkerdId } from "./linkerd-id";
import { Text } from "./text";
import { Xfcc } from "./xfcc";

function uri(header: string, hops: i32): string {
  const text = Text.of(header);
  const xfcc = new Xfcc();
  if (!xfcc.read(text.ptr, text.length, hops)) return "malformed";
  return String.UTF8.decodeUnsafe(xfcc.uri, xfcc.uriLength);
}

const chain =
  'By=spiffe://x;Hash=aa;URI=spiffe://first,Hash=bb;Subject="CN=a,O=\\"b\\";c";URI=spiffe://second;URI=spiffe://alias,' +
  "by=spiffe://y;uri=spiffe://third;DNS=a;DNS=b";

export function elements_are_counted_from_the_end(): void {
  assert(uri(chain, 1) == "spiffe://third" && uri(chain, 2) == "spiffe://second");
  assert(uri(chain, 3) == "spiffe://first" && uri(chain, 4) == "", "there is no fourth");
  assert(uri("Hash=aa", 1) == "" && uri("URI=", 1) == "", "an element without one");
  let many = "URI=spiffe://0";
  for (let i = 1; i < 40; i++) many += `,URI=spiffe://${i}`;
  assert(uri(many, 1) == "spiffe://39" && uri(many, 16) == "spiffe://24");
}

export function anything_malformed_refuses_the_whole_header(): void {
  const bad = [
    "",
    ",",
    "URI",
    "URI=a,",
    "URI=a;",
    "=a",
    "Uris=a",
    'URI="a',
    'URI="a\\',
    'URI="a"b',
    'URI=a"b',
    'URI="a\\"b"',
    "URI=a;;By=b",
  ];
  for (let i = 0; i < bad.length; i++) {
    assert(uri(bad[i], 1) == "malformed", bad[i]);
    assert(uri("URI=spiffe://good," + bad[i], 2) == "malformed", "before it: " + bad[i]);
  }
}

function linkerd(value: string): string {
  const text = Text.of(value);
  const id = new LinkerdId();
  return id.read(text.ptr, text.length) ? String.UTF8.decodeUnsafe(id.ptr, id.length) : "none";
}

export function linkerds_names_become_the_uris_of_istio(): void {
  assert(
    linkerd("web.emojivoto.serviceaccount.identity.linkerd.cluster.local") ==
      "spiffe://cluster.local/ns/emojivoto/sa/web",
  );
  assert(
    linkerd("my.account.ns1.serviceaccount.identity.l5d.td") == "spiffe://td/ns/ns1/sa/my.account",
  );
  assert(linkerd("spiffe://td/vm/a") == "spiffe://td/vm/a");
  assert(
    linkerd("a.b.serviceaccount.identity.c.evil.serviceaccount.identity.linkerd.td") ==
      "spiffe://td/ns/evil/sa/a.b.serviceaccount.identity.c",
    "an account cannot name itself into another namespace",
  );
}

export function other_names_are_none(): void {
  const bad = [
    "",
    "web",
    "web.serviceaccount.identity.linkerd.td",
    ".ns.serviceaccount.identity.linkerd.td",
    "web..serviceaccount.identity.linkerd.td",
    "web.ns.serviceaccount.identity.td",
    "web.ns.serviceaccount.identity.linkerd.",
    "web.ns.serviceaccount.identity..td",
  ];
  for (let i = 0; i < bad.length; i++) assert(linkerd(bad[i]) == "none", bad[i]);
}
