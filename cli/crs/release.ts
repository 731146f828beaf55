// A Core Rule Set release as the user has it: an unpacked folder, the project's tar.gz, or the zip of the Go module that
// carries it. Whatever the shape, what comes out are the files in the project's own layout (`crs-setup.conf.example`,
// `rules/`, `plugins/`), checked to be a rule set that this firewall knows.
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { UserError } from "../exit.ts";
import { gunzip } from "../image/gzip.ts";
import { readTar, type TarFile } from "../image/tar.ts";
import { isZip, readZip } from "./zip.ts";

export interface Release {
  /** `4.28.0`, as its files say. */
  version: string;
  /** Sorted by name; names are relative and safe to write below a folder. */
  files: TarFile[];
}

/** Bytes of an archive's files together; a release with its tests has 9 million. */
const limitBytes = 64 * 1024 * 1024;
/** The file by which the folder of the rules is known. */
const marker = "REQUEST-901-INITIALIZATION.conf";
const setupNames = ["crs-setup.conf", "crs-setup.conf.example", "@crs-setup.conf.example"];
const mend = "name the folder or the .tar.gz of a Core Rule Set release, version 4";

/** Reads a release from a folder or an archive. @throws UserError */
export function readRelease(source: string): Release {
  if (!existsSync(source)) throw new UserError(`${source} does not exist`, "check the path");
  if (statSync(source).isDirectory()) return releaseOf(filesBelow(source, 2), source);
  return releaseOf(unpack(readFileSync(source), source), source);
}

/** The files of a tar, tar.gz or zip archive. @throws UserError */
export function unpack(bytes: Uint8Array, source: string): TarFile[] {
  if (isZip(bytes)) return readZip(bytes, limitBytes);
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  let tar = bytes;
  try {
    if (isGzip) tar = gunzip(bytes, limitBytes);
  } catch {
    throw new UserError(`${source} is a broken gzip stream, or too large`, "fetch it again");
  }
  try {
    return readTar(tar);
  } catch (error) {
    throw new UserError(`${source}: ${(error as Error).message}`, mend);
  }
}

/** The release in a list of files, wherever in it the rules lie. @throws UserError when there is none */
export function releaseOf(all: TarFile[], source: string): Release {
  const found = all.find(({ name }) => path.posix.basename(name) === marker);
  if (found === undefined)
    throw new UserError(`${source} is no Core Rule Set release: it has no ${marker}`, mend);
  const rules = path.posix.dirname(found.name);
  // The setup file lies beside the folder of the rules, or one level above it.
  const roots = [path.posix.dirname(rules), rules];
  const files = all.flatMap((file) => placed(file, rules, roots));
  const setup = setupNames.flatMap((name) => files.filter((file) => file.name === name))[0];
  if (setup === undefined) {
    throw new UserError(`${source} has no crs-setup.conf.example beside its rules`, mend);
  }
  const version = versionOf(found.bytes);
  if (!version.startsWith("4.")) {
    throw new UserError(
      `${source} is version ${version} of the Core Rule Set`,
      "take a release of version 4",
    );
  }
  const kept = files.filter((file) => file === setup || !setupNames.includes(file.name));
  const renamed = kept.map(({ name, bytes }) => ({
    name: name.replace("@crs-setup", "crs-setup"),
    bytes,
  }));
  return { version, files: renamed.sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

/** A file of the archive at its place in a release; nothing for what rules do not need (tests, documents). */
function placed({ name, bytes }: TarFile, rules: string, roots: string[]): TarFile[] {
  const folder = path.posix.dirname(name);
  const base = path.posix.basename(name);
  if (/[^\w.@+-]/.test(base)) return [];
  if (folder === rules && /\.(conf|conf\.example|data)$/.test(base) && !setupNames.includes(base))
    return [{ name: `rules/${base}`, bytes }];
  if (folder === path.posix.join(roots[0]!, "plugins") && /\.(conf|data)$/.test(base))
    return [{ name: `plugins/${base}`, bytes }];
  if (roots.includes(folder) && [...setupNames, "LICENSE"].includes(base))
    return [{ name: base, bytes }];
  return [];
}

function versionOf(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString("utf8");
  return /SecComponentSignature\s+"OWASP_CRS\/([^"\s]+)"/.exec(text)?.[1] ?? "unknown";
}

/** Files of a folder and of those in it, names from the folder on. */
function filesBelow(folder: string, depth: number, prefix = ""): TarFile[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry): TarFile[] => {
    const full = path.join(folder, entry.name);
    const name = prefix + entry.name;
    if (statSync(full).isDirectory())
      return depth > 0 && /^(rules|plugins|@owasp_crs)$/.test(entry.name)
        ? filesBelow(full, depth - 1, `${name}/`)
        : [];
    return [{ name, bytes: readFileSync(full) }];
  });
}
