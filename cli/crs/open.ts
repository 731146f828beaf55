// A release however it is named: a path on this machine, a version, or an address.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { download, type DownloadOptions } from "./download.ts";
import { readRelease, releaseOf, unpack, type Release } from "./release.ts";
import { checkBytes, checkContent, sourceOf } from "./sources.ts";

export interface OpenedRelease extends Release {
  /** Path or address that it came from. */
  from: string;
}

export interface OpenOptions extends DownloadOptions {
  env?: Record<string, string | undefined>;
}

/** Reads or downloads a release and checks it. @throws UserError */
export async function openRelease(
  what: string,
  sha256: string | undefined,
  { env = process.env, ...options }: OpenOptions,
): Promise<OpenedRelease> {
  if (existsSync(what)) return { ...readRelease(what), from: what };
  const source = sourceOf(what, sha256, env["GOPROXY"] ?? goProxy());
  const bytes = await download(source.address, options);
  checkBytes(bytes, source);
  const files = unpack(bytes, source.address);
  checkContent(files, source);
  return { ...releaseOf(files, source.address), from: source.address };
}

/** What an installed Go would ask; nothing without Go. */
function goProxy(): string {
  const { stdout } = spawnSync("go", ["env", "GOPROXY"], { encoding: "utf8", timeout: 10_000 });
  return (stdout ?? "").trim();
}
