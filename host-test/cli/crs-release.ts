// A small release of our own in the shape of the Core Rule Set's: a setup, two rule files, a list, plugins, and what is left
// behind; as a tar.gz, and its files as a zip.
import { createHash } from "node:crypto";
import { deflateRawSync } from "node:zlib";
import { gzipStored } from "../../cli/image/gzip.ts";
import { writeTar, type TarFile } from "../../cli/image/tar.ts";

/** A file of an archive. */
export const text = (name: string, content: string): TarFile => ({
  name,
  bytes: Buffer.from(content),
});
/** Folder that the archive's files lie in. */
export const top = "coreruleset-4.99.0";
export const release: TarFile[] = [
  text(
    `${top}/crs-setup.conf.example`,
    'SecAction "id:900990,phase:1,pass,nolog,setvar:tx.limit=7"\n',
  ),
  text(
    `${top}/rules/REQUEST-901-INITIALIZATION.conf`,
    'SecComponentSignature "OWASP_CRS/4.99.0"\n',
  ),
  text(
    `${top}/rules/REQUEST-913-SCANNER-DETECTION.conf`,
    'SecRule ARGS "@pmFromFile words.data" "id:913100,phase:2,deny,status:406,log,msg:\'A word\'"\n',
  ),
  text(`${top}/rules/words.data`, "forbidden\n"),
  text(
    `${top}/rules/REQUEST-900-EXCLUSION-RULES-BEFORE-CRS.conf.example`,
    "# Exclusions of your own go here.\n",
  ),
  text(`${top}/plugins/empty-before.conf`, "# nothing\n"),
  text(
    `${top}/plugins/own-before.conf`,
    'SecRule ARGS:free "@streq 1" "id:9500,phase:1,pass,nolog,ctl:ruleRemoveById=913100"\n',
  ),
  text(`${top}/tests/regression/913100.yaml`, "left behind"),
  text(`${top}/LICENSE`, "Apache-2.0"),
];
/** The release as the project packs it. */
export const archive = gzipStored(writeTar(release));
/** Hex checksum of `archive`. */
export const sha256 = createHash("sha256").update(archive).digest("hex");

/** A zip archive of deflated files. */
export function zip(files: TarFile[]): Buffer {
  const locals: Buffer[] = [];
  const entries: Buffer[] = [];
  let offset = 0;
  for (const { name, bytes } of files) {
    const packed = deflateRawSync(bytes);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(name.length, 26);
    locals.push(local, Buffer.from(name), packed);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(8, 10);
    entry.writeUInt32LE(packed.length, 20);
    entry.writeUInt32LE(bytes.length, 24);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(offset, 42);
    entries.push(entry, Buffer.from(name));
    offset += 30 + name.length + packed.length;
  }
  const directory = Buffer.concat(entries);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}
