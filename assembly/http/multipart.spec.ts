import { MULTIPART_FLAGS, multipartFlagName } from "./multipart-flag";
import { MultipartReader, MultipartStatus, multipartStatusName } from "./multipart";

const FORM: string = "multipart/form-data; boundary=b";

function text(ptr: usize, length: u32): string {
  return String.UTF8.decodeUnsafe(ptr, length);
}

/** Parts as `[name|value]`, files as `[name|filename|value]`, then the names of unusual flags. */
function read(body: string, type: string = FORM): string {
  const typeBytes = String.UTF8.encode(type);
  const bytes = String.UTF8.encode(body);
  const reader = new MultipartReader();
  if (!reader.open(changetype<usize>(typeBytes), typeBytes.byteLength)) return "no boundary";
  reader.begin(changetype<usize>(bytes), bytes.byteLength);
  let out = "";
  while (reader.next()) {
    const part = reader.headers;
    out += "[" + text(part.namePtr, part.nameLength) + "|";
    if (reader.isFile) out += text(part.filenamePtr, part.filenameLength) + "|";
    out += text(reader.valuePtr, reader.valueLength) + "]";
  }
  if (reader.status != MultipartStatus.Ok) out += "!" + multipartStatusName(reader.status);
  for (let bit: u32 = 0; bit < MULTIPART_FLAGS; bit++) {
    if ((reader.flags & (1 << bit)) == 0 || multipartFlagName(bit) == "crlf_line") continue;
    out += " " + multipartFlagName(bit);
  }
  return out;
}

const A: string = '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n';

function is(body: string, wanted: string, type: string = FORM): void {
  const found = read(body, type);
  assert(found == wanted, found);
}

export function parts_are_read_one_by_one(): void {
  is(A + "1\r\n--b--\r\n", "[a|1]");
  is(A + "1\r\n" + A + "\r\n--b--", "[a|1][a|]");
  is(A + "--b--", "[a|]");
  is(
    '--b\r\nContent-Disposition: form-data; name="f"; filename="x.txt"\r\nContent-Type: text/plain\r\n\r\nl1\r\nl2\n\r\n--b--\r\n',
    "[f|x.txt|l1\r\nl2\n]",
  );
  is('--b\r\ncontent-disposition: FORM-DATA; name=a; filename=""\r\n\r\n\r\n--b--\r\n', "[a||]");
  is("--b--\r\n", "");
}

export function bodies_without_an_end_are_incomplete(): void {
  is("", "!incomplete incomplete");
  is(A + "1", "[a|1]!incomplete incomplete");
  is("--b\r\nContent-Disposition: form-data", "!incomplete incomplete");
  is(A + "1\r\n--b", "[a|1\r\n--b]!incomplete boundary_unmatched incomplete boundary_continued");
}

export function tricks_around_delimiters_have_names(): void {
  is("x\r\n" + A + "1\r\n--b--\r\n", "[a|1] data_before");
  is(A + "1\r\n--b--\r\nx", "[a|1] data_after");
  is(A + "1\n--b--\r\n", "[a|1] lf_line");
  is(A + "1\r\n--b-- \r\n", "[a|1] boundary_whitespace");
  is(A + "1\r\n--bb\r\n\r\n--b--", "[a|1\r\n--bb\r\n] boundary_unmatched boundary_continued");
  is(A + "1\r\n--c\r\n--b--", "[a|1\r\n--c] boundary_unmatched");
  is(A + "1\r--b--\r\n--b--", "[a|1\r--b--] bare_cr");
  is(A + "1\r\n--b--x\r\n--b--", "[a|1\r\n--b--x] boundary_unmatched boundary_continued");
}

export function tricks_in_part_headers_have_names(): void {
  const rest = "\r\n\r\n1\r\n--b--";
  const start = "--b\r\nContent-Disposition: form-data; ";
  is(start + 'name="a";\r\n filename="x"' + rest, "[a|x|1] header_folding");
  is(
    start + 'name="a"\r\n\x0bx: y' + rest,
    "[a|1] header_folding header_folding_invalid semicolon_missing quoting_invalid header_invalid",
  );
  is(start + 'name="a"; name="c"' + rest, "[a|1] parameter_repeated");
  is(start + "name='a'" + rest, "['a'|1] quoting_invalid");
  is(start + 'name="a' + rest, "[a|1] quoting_invalid");
  is(start + 'name="a"x' + rest, "[a|1] semicolon_missing quoting_invalid");
  is(start + 'name="a" filename="x"' + rest, "[a|x|1] semicolon_missing");
  is(start + "name=\"a\"; filename*=utf-8''x" + rest, "[a|1] parameter_extended");
  is(start + 'name="a\\"c"' + rest, '[a\\"c|1] quoted_pair');
  is(start + "x=1" + rest, "[|1] part_invalid");
  is("--b\r\nContent-Type: text/plain" + rest, "[|1] part_invalid");
  is("--b\r\n" + rest, "[|\r\n1] part_invalid");
  is(start + "name=a\r\nContent-Disposition: form-data; name=c" + rest, "[a|1] header_repeated");
  is(start + "name=a\r\nX Y: z" + rest, "[a|1] header_invalid");
  is(start + "name=a\r\nx" + rest, "[a|1] header_invalid");
  is(start + "name=a\r\nX: \u0001" + rest, "[a|1] header_invalid");
  is(start + "name=a\r\n--b--\r\n", "[a|] header_invalid");
  is(start + "name=a\r\nContent-Transfer-Encoding: base64" + rest, "[a|1] transfer_encoding");
}

export function tricks_around_the_boundary_have_names(): void {
  const body = A + "1\r\n--b--";
  is(body, "[a|1] boundary_quoted", 'multipart/form-data; boundary="b"');
  is(body, "[a|1] boundary_whitespace", "multipart/form-data; boundary = b");
  is(body, "[a|1] semicolon_missing", "multipart/form-data boundary=b");
  is(body, "[a|1] semicolon_missing", "multipart/form-data, boundary=b");
  is(body, "[a|1] boundary_repeated", "Multipart/Form-Data; Boundary=b; boundary=c");
  is(body, "[a|1] boundary_invalid", "multipart/form-data; boundary*=x; boundary=b");
  is(body, "no boundary", "multipart/form-data");
  is(body, "no boundary", "multipart/form-data; boundary=");
  is(body, "no boundary", "text/plain; boundary=b");
  is(body, "no boundary", "multipart/form-data; boundary=" + "b".repeat(201));
  is("--{\r\n\r\n\r\n--{--", "[|] boundary_invalid part_invalid", "multipart/mixed; boundary={");
}

export function limits_stop_the_reading(): void {
  const type = String.UTF8.encode(FORM);
  const file = '--b\r\nContent-Disposition: form-data; name="f"; filename="x"\r\n\r\n\r\n';
  const bytes = String.UTF8.encode(file + file + file + "--b--");
  const reader = new MultipartReader();
  reader.open(changetype<usize>(type), type.byteLength);
  reader.maxFiles = 2;
  reader.begin(changetype<usize>(bytes), bytes.byteLength);
  while (reader.next());
  assert(reader.status == MultipartStatus.TooManyFiles && reader.files == 3);
  reader.maxFiles = 9;
  reader.maxParts = 2;
  reader.begin(changetype<usize>(bytes), bytes.byteLength);
  while (reader.next());
  assert(reader.status == MultipartStatus.TooManyParts);
  reader.maxHeaderBytes = 20;
  reader.begin(changetype<usize>(bytes), bytes.byteLength);
  assert(!reader.next() && reader.status == MultipartStatus.HeadersTooLarge);
}
