import { RequestTarget, TargetFlag, TargetForm } from "./request-target";

function at(text: string): usize {
  return changetype<usize>(String.UTF8.encode(text, true));
}

function bytesOf(text: string): u32 {
  return <u32>String.UTF8.byteLength(text);
}

function read(text: string): RequestTarget {
  const target = new RequestTarget();
  target.read(at(text), bytesOf(text));
  return target;
}

function flags(text: string): u32 {
  return read(text).pathFlags;
}

function expectFlags(text: string, want: u32): void {
  assert(flags(text) == want, text + " gives " + flags(text).toString());
}

export function ordinary_paths_carry_no_flag(): void {
  const good = [
    "/",
    "/a",
    "/a/b.c",
    "/.well-known/jwks.json",
    "/a..b/...",
    "/%E2%82%AC/caf%C3%A9",
    "/a%20b",
    "/100%25",
    "/a;v=1/b",
    "/~user/(x)/'y'!$&*+,=:@",
    "/.../x",
    "/..a",
    "/a.",
    "/.;",
  ];
  for (let i = 0; i < good.length - 1; i++) expectFlags(good[i], 0);
}

export function splits_path_query_and_fragment(): void {
  const target = read("/a/b?c=d?e#f?g");
  assert(
    target.pathLength == 4 && target.hasQuery && target.queryStart == 5 && target.queryLength == 5,
  );
  assert(target.pathFlags == TargetFlag.Fragment && target.queryFlags == 0);
  const bare = read("/a?");
  assert(bare.hasQuery && bare.queryLength == 0 && bare.pathLength == 2);
  const none = read("/a");
  assert(!none.hasQuery && none.queryLength == 0);
  const hidden = read("/a#?b");
  assert(!hidden.hasQuery && hidden.pathLength == 2);
}

export function knows_the_four_forms(): void {
  assert(read("/x").form == TargetForm.Origin);
  assert(read("*").form == TargetForm.Asterisk);
  assert(read("http://h/x").form == TargetForm.Absolute);
  assert(read("").form == TargetForm.Other && read("x").form == TargetForm.Other);
  assert(read("h:443").form == TargetForm.Other && read("**").form == TargetForm.Other);
  assert(read("://x").form == TargetForm.Other);
}

export function sees_dot_segments_in_every_spelling(): void {
  const dotted = ["/..", "/.", "/a/../b", "/a/./b", "/%2e%2e/b", "/%2E./b", "/.%2e", "/a/%2e"];
  for (let i = 0; i < dotted.length; i++) expectFlags(dotted[i], TargetFlag.DotSegment);
  expectFlags("/a\\..\\b", TargetFlag.DotSegment | TargetFlag.Backslash);
  expectFlags("/a/..%2fb", TargetFlag.DotSegment | TargetFlag.EncodedSlash);
  expectFlags("/a%5c..%5Cb", TargetFlag.DotSegment | TargetFlag.EncodedBackslash);
  expectFlags("/a/..;/b", TargetFlag.DotSegmentParameter);
  expectFlags("/a/.;x=1", TargetFlag.DotSegmentParameter);
  expectFlags("/a/%2e%2e;x/b", TargetFlag.DotSegmentParameter);
  expectFlags("/a/..%3bx/b", TargetFlag.DotSegmentParameter);
}

export function sees_separators_and_empty_segments(): void {
  expectFlags("/a%2Fb", TargetFlag.EncodedSlash);
  expectFlags("/a\\b", TargetFlag.Backslash);
  expectFlags("/a%5cb", TargetFlag.EncodedBackslash);
  expectFlags("//a", TargetFlag.EmptySegment);
  expectFlags("/a//b", TargetFlag.EmptySegment);
  expectFlags("/a/", 0);
  expectFlags("/a//", TargetFlag.EmptySegment);
}

export function sees_what_two_decoders_read_differently(): void {
  expectFlags("/a%252Fb", TargetFlag.DoubleEncoding);
  expectFlags("/%25%32%65", 0);
  expectFlags("/%252e%252e/", TargetFlag.DoubleEncoding);
  expectFlags("/100%", TargetFlag.BadEscape);
  expectFlags("/%u002f", TargetFlag.BadEscape);
  expectFlags("/%2", TargetFlag.BadEscape);
  expectFlags("/%zz", TargetFlag.BadEscape);
  expectFlags("/%00", TargetFlag.Nul);
  expectFlags("/%0d%0aX", TargetFlag.Control);
  expectFlags("/%7f", TargetFlag.Control);
  expectFlags("/a\tb", TargetFlag.Control);
  expectFlags("/a b", TargetFlag.Unsafe);
  expectFlags("/<script>", TargetFlag.Unsafe);
}

export function sees_bytes_that_are_not_utf_8(): void {
  expectFlags("/%c0%af", TargetFlag.BadUtf8);
  expectFlags("/%e0%80%af", TargetFlag.BadUtf8);
  expectFlags("/%ff", TargetFlag.BadUtf8);
  expectFlags("/%e2%82/x", TargetFlag.BadUtf8);
  expectFlags("/%e2%82", TargetFlag.BadUtf8);
  expectFlags("/%ed%a0%80", TargetFlag.BadUtf8);
  expectFlags("/é", TargetFlag.RawNonAscii);
  expectFlags("/%c3/%a9", TargetFlag.BadUtf8);
}

export function the_query_is_judged_apart(): void {
  const target = read("/a?x=../%2f%00%ff%25ff%");
  assert(target.pathFlags == 0);
  const want =
    TargetFlag.Nul | TargetFlag.BadUtf8 | TargetFlag.DoubleEncoding | TargetFlag.BadEscape;
  assert(target.queryFlags == want, target.queryFlags.toString());
  assert(read("/?a=é").queryFlags == TargetFlag.RawNonAscii);
}

export function a_raw_nul_does_not_end_the_path(): void {
  const bytes = at("/a_/../b");
  store<u8>(bytes + 2, 0);
  const target = new RequestTarget();
  target.read(bytes, 8);
  assert(target.pathFlags == (TargetFlag.Nul | TargetFlag.DotSegment) && target.pathLength == 8);
}
