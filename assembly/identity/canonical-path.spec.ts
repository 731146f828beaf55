import { Block } from "../base/block";
import { canonicalPath, maxPathBytes } from "./canonical-path";
import { PathKind, PathPattern } from "./path-pattern";

function canonical(path: string): string {
  const target = new Block(maxPathBytes);
  const source = String.UTF8.encode(path);
  const length = canonicalPath(changetype<usize>(source), source.byteLength, target.ptr);
  return length < 0 ? "too long" : String.UTF8.decodeUnsafe(target.ptr, <usize>length);
}

function pattern(kind: PathKind, text: string): PathPattern {
  const bytes = String.UTF8.encode(text);
  return new PathPattern(kind, changetype<usize>(bytes), bytes.byteLength);
}

function matches(kind: PathKind, text: string, path: string): bool {
  const bytes = String.UTF8.encode(canonical(path));
  return pattern(kind, text).matches(changetype<usize>(bytes), bytes.byteLength);
}

export function every_spelling_of_a_path_is_one_path(): void {
  const spellings =
    "/a/b|//a//b|/a/b/|/a/./b|/x/../a/b|/%61/b|/a%2fb|/a\\b|/a;x=1/b;y|/a/%2e/b|/../a/b|/x/y/../../a/b";
  const paths = spellings.split("|");
  for (let i = 0; i < paths.length; i++) {
    assert(canonical(paths[i]) == "/a/b", paths[i] + " is " + canonical(paths[i]));
  }
}

export function what_is_decoded_once_stays_decoded_once(): void {
  assert(canonical("/%2561") == "/%61", canonical("/%2561"));
  assert(canonical("/%zz/%") == "/%zz/%", canonical("/%zz/%"));
}

export function nothing_is_left_of_an_empty_path_but_its_slash(): void {
  assert(canonical("") == "/");
  assert(canonical("/..") == "/");
  assert(canonical("///./") == "/");
  assert(canonical("/;x") == "/");
}

export function three_dots_are_a_name(): void {
  assert(canonical("/a/.../b") == "/a/.../b");
}

export function a_path_that_does_not_fit_says_so(): void {
  assert(canonical("/" + "a".repeat(70000)) == "too long");
}

export function prefixes_end_at_segments(): void {
  assert(matches(PathKind.Prefix, "/api", "/api"));
  assert(matches(PathKind.Prefix, "/api/", "/api/x"));
  assert(!matches(PathKind.Prefix, "/api", "/apix"));
  assert(matches(PathKind.Prefix, "/", "/anything"));
  assert(!matches(PathKind.Exact, "/", "/anything"));
}

export function templates_stand_for_whole_segments(): void {
  assert(matches(PathKind.Template, "/o/{id}", "/o/7"));
  assert(!matches(PathKind.Template, "/o/{id}", "/o"));
  assert(!matches(PathKind.Template, "/o/{id}", "/o/7/x"));
  assert(matches(PathKind.Template, "/o/{id}/**", "/o/7/x/y"));
  assert(matches(PathKind.Template, "/o/{id}/**", "/o/7"));
  assert(matches(PathKind.Template, "/**", "/"));
  assert(!matches(PathKind.Template, "/o/{id}/end", "/o/7/start"));
}
