// The matchers of the authz room on bytes that a test writes, for their growth. Never shipped.
import { ClaimPaths } from "../../authz/claim-paths";
import { ClaimValues } from "../../authz/claim-values";
import { DenyList } from "../../authz/deny-list";
import { DenyListReader } from "../../authz/deny-list-reader";
import { LinkerdId } from "../../authz/linkerd-id";
import { Matcher } from "../../authz/matcher";
import { PathTemplate } from "../../authz/path-template";
import { NamespaceMatch, ServiceAccountMatch, TrustDomainMatch } from "../../authz/peer-match";
import { Xfcc } from "../../authz/xfcc";

const BUFFER_BYTES: u32 = 1048576;

let input: usize = 0;
let template: Matcher | null = null;
let namespace: Matcher | null = null;
let account: Matcher | null = null;
let domain: Matcher | null = null;
let xfcc: Xfcc | null = null;
let linkerd: LinkerdId | null = null;
let claims: ClaimValues | null = null;
let lists: DenyListReader | null = null;

/** Where inputs go. */
export function buffer(): usize {
  if (input != 0) return input;
  input = heap.alloc(BUFFER_BYTES);
  template = new PathTemplate("/a/{*}/b/{**}/end");
  namespace = new NamespaceMatch("aaa*aab*aac");
  account = new ServiceAccountMatch("aa", "aa");
  domain = new TrustDomainMatch("*aab");
  xfcc = new Xfcc();
  linkerd = new LinkerdId();
  const paths = new ClaimPaths();
  paths.slotOf(["a", "a", "a"]);
  paths.wordsOf(["scp"]);
  claims = new ClaimValues(paths);
  lists = new DenyListReader();
  return input;
}

export function matchesTemplate(ptr: usize, length: u32): bool {
  return template!.matches(ptr, length);
}

export function matchesNamespace(ptr: usize, length: u32): bool {
  return namespace!.matches(ptr, length);
}

export function matchesAccount(ptr: usize, length: u32): bool {
  return account!.matches(ptr, length);
}

export function matchesDomain(ptr: usize, length: u32): bool {
  return domain!.matches(ptr, length);
}

export function readsXfcc(ptr: usize, length: u32): bool {
  return xfcc!.read(ptr, length, 3);
}

export function readsLinkerd(ptr: usize, length: u32): bool {
  return linkerd!.read(ptr, length);
}

export function readsClaims(ptr: usize, length: u32): bool {
  return claims!.read(ptr, length);
}

export function readsDenyList(ptr: usize, length: u32): bool {
  return lists!.read(ptr, length, new DenyList(7)).length == 0;
}
