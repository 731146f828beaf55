// Where a release comes from and how its bytes are known to be the right ones: by the SHA-256 that the user gives, or, for the
// releases named here, by the checksum of their content that the Go checksum database publishes (`h1:`), which holds whatever
// the zip around the files looks like.
// Source: golang.org/x/mod/sumdb/dirhash, as behaviour.
import { createHash } from "node:crypto";
import { exitCodes, UserError } from "../exit.ts";
import type { TarFile } from "../image/tar.ts";

export interface Source {
  address: string;
  /** Hex SHA-256 of the bytes that arrive. */
  sha256?: string;
  /** `h1:` checksum of the files in them. */
  contentSum?: string;
}

/** Releases whose checksum is known here: the file of their Go module on any Go module proxy, and the sum of its content. */
const known: Record<string, { module: string; contentSum: string }> = {
  "4.25.0": {
    module: "github.com/corazawaf/coraza-coreruleset/v4/@v/v4.25.0.zip",
    contentSum: "h1:tqFO1lfVpTiyWtlN618OXpZMfw+nnN0Q4///W5W+/HM=",
  },
};

/** The release that is fetched when none is named. */
export const usualVersion = "4.25.0";

/**
 * Where a version, or an address, is fetched from.
 * @param goProxy Go's own list of module proxies, GOPROXY
 * @throws UserError when nothing says what its bytes must be, or where they are
 */
export function sourceOf(what: string, sha256: string | undefined, goProxy: string): Source {
  if (sha256 !== undefined && !/^[0-9a-f]{64}$/i.test(sha256))
    throw new UserError("--sha256 takes 64 hex digits", "copy it from the release's page");
  const isAddress = /^https?:\/\//.test(what);
  if (!isAddress && !/^\d+\.\d+\.\d+$/.test(what))
    throw new UserError(
      `${what} is no version, file or address`,
      "write 4.28.0, a path, or https://…",
    );
  const module = known[what];
  if (sha256 === undefined && module !== undefined) {
    // The content is checked, so that any proxy will do.
    const proxy = goProxy.split(/[,|]/).find((entry) => /^https?:\/\//.test(entry.trim()));
    if (proxy === undefined) {
      throw new UserError(
        `no Go module proxy is known to fetch ${what} from`,
        "set GOPROXY to the address of one, or name an archive and its --sha256",
      );
    }
    const address = `${proxy.trim().replace(/\/+$/, "")}/${module.module}`;
    return { address, contentSum: module.contentSum };
  }
  if (sha256 === undefined) {
    throw new UserError(
      `the checksum of ${what} is not known here`,
      `add --sha256 with the digest that its publisher names; without one: ${Object.keys(known).join(", ")}`,
    );
  }
  const address = isAddress
    ? what
    : `https://github.com/coreruleset/coreruleset/releases/download/v${what}/coreruleset-${what}-minimal.tar.gz`;
  return { address, sha256: sha256.toLowerCase() };
}

/** Refuses bytes that are not those asked for. @throws UserError, exit code `trust` */
export function checkBytes(bytes: Uint8Array, { sha256, address }: Source): void {
  if (sha256 === undefined) return;
  const found = createHash("sha256").update(bytes).digest("hex");
  if (found !== sha256) throw mismatch(address, sha256, found);
}

/** Refuses files that are not those asked for. @throws UserError, exit code `trust` */
export function checkContent(files: TarFile[], { contentSum, address }: Source): void {
  if (contentSum === undefined) return;
  const found = contentSumOf(files);
  if (found !== contentSum) throw mismatch(address, contentSum, found);
}

/** SHA-256 over a list of the files' own digests, in the order of their names. */
export function contentSumOf(files: TarFile[]): string {
  const lines = [...files]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, bytes }) => `${createHash("sha256").update(bytes).digest("hex")}  ${name}\n`);
  return `h1:${createHash("sha256").update(lines.join("")).digest("base64")}`;
}

function mismatch(address: string, wanted: string, found: string): UserError {
  return new UserError(
    `${address} has checksum ${found}, expected ${wanted}`,
    "nothing was kept; the content was changed on the way, or the checksum is of another file",
    exitCodes.trust,
  );
}
