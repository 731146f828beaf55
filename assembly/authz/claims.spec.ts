// What a walk over a token's claims finds, what conditions make of it, and what ends a token's life before its expiry.
import { CertificateBinding } from "./certificate-binding";
import { ClaimPaths, ClaimSlot } from "./claim-paths";
import { ClaimKind, ClaimValues, MAX_VALUES } from "./claim-values";
import { DenyKind, DenyList } from "./deny-list";
import { DenyListReader } from "./deny-list-reader";
import { IssuerRoles, PermissionSet, Role, RoleBook } from "./roles";
import { Text } from "./text";

function read(paths: ClaimPaths, payload: string): ClaimValues {
  const values = new ClaimValues(paths);
  const bytes = Text.of(payload);
  assert(values.read(bytes.ptr, bytes.length), payload);
  return values;
}

function all(values: ClaimValues, slot: i32): string {
  let text = "";
  for (let i: u32 = 0; i < values.size(slot); i++) {
    text += String.UTF8.decodeUnsafe(values.ptr(slot, i), values.length(slot, i)) + "|";
  }
  return text;
}

export function one_walk_finds_nested_claims_lists_and_words(): void {
  const paths = new ClaimPaths();
  const sub = paths.slotOf(["sub"]);
  const roles = paths.slotOf(["realm_access", "roles"]);
  const nested = paths.slotOf(["a", "b", "c"]);
  const scope = paths.slotOf(["scope"]);
  const scp = paths.slotOf(["scp"]);
  const iat = <i32>ClaimSlot.IssuedAt;
  const gone = paths.slotOf(["gone"]);
  assert(paths.slotOf(["sub"]) == sub && paths.count == 11, "the same again");
  const values = read(
    paths,
    '{"other":{"sub":"no"},"realm_access":{"x":1,"roles":["admin",1,null,["deep"],"us\\u0065r"]},' +
      '"a":{"b":{"c":"v"}},"sub":"s","scope":" read  write ","scp":"a b","iat":12,"gone":{"x":1}}',
  );
  assert(all(values, sub) == "s|" && values.kind(sub) == ClaimKind.Text, "sub");
  assert(
    all(values, roles) == "admin|user|" && values.kind(roles) == ClaimKind.List,
    all(values, roles),
  );
  assert(all(values, nested) == "v|", "nested");
  assert(all(values, scope) == "read|write|", "words");
  assert(all(values, scp) == "a b|", "one text");
  assert(all(values, iat) == "12|" && values.kind(iat) == ClaimKind.Number, "number");
  assert(values.kind(gone) == ClaimKind.Absent && values.size(gone) == 0, "an object is no value");
}

export function words_and_the_whole_text_of_one_claim(): void {
  const paths = new ClaimPaths();
  const words = paths.wordsOf(["scp"]);
  const whole = paths.slotOf(["scp"]);
  assert(paths.wordsOf(["scp"]) == words && whole != words, "two places");
  let values = read(paths, '{"scp":"a\\u0020b"}');
  assert(all(values, words) == "a|b|" && all(values, whole) == "a b|", "a text");
  values = read(paths, '{"scp":["a b","c"]}');
  assert(all(values, words) == "a b|c|" && all(values, whole) == "a b|c|", "an array");
}

export function a_name_that_is_written_with_escapes_is_the_same_name(): void {
  const paths = new ClaimPaths();
  const slot = paths.slotOf(["a.b/c"]);
  assert(all(read(paths, '{"a\\u002eb\\/c":"x"}'), slot) == "x|");
}

export function a_claim_may_have_values_and_members(): void {
  const paths = new ClaimPaths();
  const outer = paths.slotOf(["a"]);
  const inner = paths.slotOf(["a", "b"]);
  assert(all(read(paths, '{"a":"t"}'), outer) == "t|");
  const values = read(paths, '{"a":{"b":"u"}}');
  assert(all(values, inner) == "u|" && values.size(outer) == 0);
}

export function what_does_not_fit_has_no_value_at_all(): void {
  const paths = new ClaimPaths();
  const slot = paths.slotOf(["a"]);
  const values = new ClaimValues(paths);
  const full = Text.of(`{"a":[${'"x",'.repeat(MAX_VALUES - 1)}"x"]}`);
  assert(values.read(full.ptr, full.length) && values.size(slot) == MAX_VALUES, "just fits");
  const more = Text.of(`{"a":[${'"x",'.repeat(MAX_VALUES)}"x"]}`);
  assert(!values.read(more.ptr, more.length) && values.size(slot) == 0, "one too many");
  const deep = Text.of(`{"a":${"[".repeat(20)}${"]".repeat(20)}}`);
  assert(!values.read(deep.ptr, deep.length), "too deep");
}

function book(paths: ClaimPaths): RoleBook {
  const made = new RoleBook();
  made.names.push(Text.of("orders:read"));
  for (let i = 1; i < 200; i++) made.names.push(Text.of(`p${i}`));
  const issuer = new IssuerRoles(
    "a",
    Text.of("https://a"),
    [paths.slotOf(["roles"])],
    [paths.slotOf(["permissions"])],
  );
  const viewer = new Role(Text.of("viewer"));
  viewer.permissions.add(0);
  viewer.permissions.add(199);
  issuer.roles.push(viewer);
  made.issuers.push(issuer);
  return made;
}

function only(permission: i32): PermissionSet {
  const set = new PermissionSet();
  set.add(permission);
  return set;
}

export function roles_permit_for_their_own_issuer_alone(): void {
  const paths = new ClaimPaths();
  const roles = book(paths);
  const held = roles.permissionsOf(read(paths, '{"iss":"https://a","roles":["viewer"]}'));
  assert(held.meets(only(0)) && held.meets(only(199)) && !held.meets(only(1)), "own issuer");
  const other = roles.permissionsOf(read(paths, '{"iss":"https://b","roles":["viewer"]}'));
  assert(!other.meets(only(0)), "another issuer");
  const direct = roles.permissionsOf(
    read(paths, '{"iss":"https://a","permissions":["p130","nobody"]}'),
  );
  assert(direct.meets(only(130)) && !direct.meets(only(0)), "permissions in the token");
}

function deny(
  list: DenyList,
  kind: DenyKind,
  text: string,
  issuer: string,
  seconds: i64 = 0,
): void {
  const what = Text.of(text);
  const who = Text.of(issuer);
  assert(list.add(kind, what.ptr, what.length, who.ptr, who.length, seconds), text);
}

function denied(list: DenyList, paths: ClaimPaths, payload: string): bool {
  return list.has(read(paths, payload));
}

export function a_token_is_denied_by_id_subject_session_and_age(): void {
  const paths = new ClaimPaths();
  const list = new DenyList(7);
  assert(!denied(list, paths, '{"jti":"t1"}'), "an empty list");
  deny(list, DenyKind.TokenId, "t1", "");
  deny(list, DenyKind.Subject, "ann", "https://a");
  deny(list, DenyKind.Session, "s9", "");
  deny(list, DenyKind.NotBefore, "bob", "", 1000);
  deny(list, DenyKind.NotBefore, "", "https://old", 500);
  for (let i = 0; i < 500; i++) deny(list, DenyKind.TokenId, `filler-${i}`, "");
  list.seal();
  assert(denied(list, paths, '{"jti":"t1"}') && !denied(list, paths, '{"jti":"t2"}'), "id");
  assert(!denied(list, paths, '{"sub":"t1"}'), "an id is no subject");
  assert(denied(list, paths, '{"iss":"https://a","sub":"ann"}'), "subject");
  assert(!denied(list, paths, '{"iss":"https://b","sub":"ann"}'), "of another issuer");
  assert(denied(list, paths, '{"sid":"s9"}'), "session");
  assert(
    denied(list, paths, '{"sub":"bob","iat":999.5}') &&
      !denied(list, paths, '{"sub":"bob","iat":1000}'),
    "age",
  );
  assert(denied(list, paths, '{"sub":"bob"}'), "no age");
  assert(denied(list, paths, '{"iss":"https://old","sub":"x","iat":1}'), "everyone's");
  assert(!denied(list, paths, '{"iss":"https://old","sub":"x","iat":501}'), "newer");
  for (let i = 0; i < 500; i++) assert(denied(list, paths, `{"jti":"filler-${i}"}`), "all");
}

export function a_thumbprint_is_that_of_the_certificate(): void {
  const binding = new CertificateBinding();
  const hex = Text.of("00".repeat(31) + "ff");
  const print = Text.of("A".repeat(41) + "P8");
  assert(binding.matches(print.ptr, print.length, hex.ptr, hex.length), "same");
  const other = Text.of("A".repeat(41) + "P9");
  assert(!binding.matches(other.ptr, other.length, hex.ptr, hex.length), "one bit");
  assert(!binding.matches(print.ptr, 42, hex.ptr, hex.length), "short");
  assert(!binding.matches(print.ptr, print.length, hex.ptr, 0), "no certificate");
}

const reader = new DenyListReader();

/** What is wrong with a list; `list` holds it otherwise. */
function fault(text: string, list: DenyList): string {
  const bytes = Text.of(text);
  return reader.read(bytes.ptr, bytes.length, list);
}

export function a_list_is_read_as_the_section_writes_it(): void {
  const paths = new ClaimPaths();
  const list = new DenyList(7);
  const text =
    '{"tokens":["t1",{"jti":"t\\u0032","issuer":"https://a"}],"subjects":["ann"],"sessions":[{"sid":"s"}],' +
    '"notBefore":[{"sub":"bob","issuedAfter":1000},{"issuer":"https://old","issuedAfter":500}]}';
  assert(fault(text, list) == "", fault(text, new DenyList(7)));
  assert(list.size == 6, "entries");
  assert(denied(list, paths, '{"jti":"t1"}') && denied(list, paths, '{"sub":"ann"}'), "texts");
  assert(denied(list, paths, '{"jti":"t2","iss":"https://a"}'), "escaped, of an issuer");
  assert(!denied(list, paths, '{"jti":"t2","iss":"https://b"}'), "of another issuer");
  assert(
    denied(list, paths, '{"sid":"s"}') && denied(list, paths, '{"sub":"bob","iat":999}'),
    "kinds",
  );
  assert(!denied(list, paths, '{"sub":"bob","iat":1000}'), "new enough");
  assert(denied(list, paths, '{"iss":"https://old","iat":1}'), "everybody's");
  const empty = new DenyList(7);
  assert(fault("{}", empty) == "" && fault('{"tokens":[]}', empty) == "", "nothing revoked");
  assert(!denied(empty, paths, '{"jti":"t1"}'), "by an empty list");
}

export function many_entries_of_one_text_take_one_place_each(): void {
  const paths = new ClaimPaths();
  const list = new DenyList(7);
  for (let i = 0; i < 20000; i++) deny(list, DenyKind.Subject, "ann", `https://issuer-${i}`);
  for (let i = 0; i < 20000; i++) deny(list, DenyKind.NotBefore, "bob", "", i % 1000);
  list.seal();
  assert(denied(list, paths, '{"sub":"ann","iss":"https://issuer-19999"}'), "the last issuer");
  assert(!denied(list, paths, '{"sub":"ann","iss":"https://issuer-20000"}'), "another one");
  assert(!denied(list, paths, '{"sub":"ann"}'), "no issuer");
  assert(denied(list, paths, '{"sub":"bob","iat":998}'), "the latest moment counts");
  assert(!denied(list, paths, '{"sub":"bob","iat":999}'), "and no later one");
}

export function one_entry_that_cannot_be_read_refuses_a_list(): void {
  const wrong: string[] = [
    "",
    "[]",
    "<html>",
    '{"tokens":["a"]',
    '{"tokens":["a"]} x',
    '{"tokens":"a"}',
    '{"tokens":[""]}',
    '{"tokens":[1]}',
    '{"tokens":[null]}',
    '{"token":["a"]}',
    '{"tokens":["a"],"tokens":["b"]}',
    '{"tokens":[{"sub":"a"}]}',
    '{"tokens":[{}]}',
    '{"tokens":[{"jti":"a","jti":"b"}]}',
    '{"tokens":[{"jti":"a","issuer":1}]}',
    '{"tokens":[{"jti":"a","issuedAfter":1}]}',
    '{"notBefore":["a"]}',
    '{"notBefore":[{"sub":"a"}]}',
    '{"notBefore":[{"issuedAfter":1.5}]}',
    '{"notBefore":[{"issuedAfter":-1}]}',
    '{"notBefore":[{"issuedAfter":9999999999999}]}',
    `{"tokens":["${"x".repeat(256)}"]}`,
  ];
  for (let i = 0; i < wrong.length; i++) {
    assert(fault(wrong[i], new DenyList(7)).length > 0, wrong[i]);
  }
}
