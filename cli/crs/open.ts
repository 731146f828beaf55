// A release however it is named: a path on this machine, a version, or an address.
import { existsSync } from "node:fs";
import { download, type DownloadOptions } from "./download.ts";
import { readRelease, releaseOf, unpack, type Release } from "./release.ts";
import { checkBytes, checkContent, sourceOf } from "./sources.ts";

export interface OpenedRelease extends Release {
  /** Path or address that it came from. */
  from: string;
}

/** Reads or downloads a release and checks it. @throws UserError */
export async function openRelease(
  what: string,
  sha256: string | undefined,
  options: DownloadOptions,
): Promise<OpenedRelease> {
  if (existsSync(what)) return { ...readRelease(what), from: what };
  const source = sourceOf(what, sha256);
  const bytes = await download(source.address, options);
  checkBytes(bytes, source);
  const files = unpack(bytes, source.address);
  checkContent(files, source);
  return { ...releaseOf(files, source.address), from: source.address };
}
