// The ways in which a reference loads something else than was meant. Sources: Istio pkg/wasm cache and image fetcher.
import { UserError } from "../exit.ts";
import { parseReference } from "../oci/reference.ts";
import { error, warning, type Remark } from "./report.ts";

/**
 * @param sha256 the field beside the address, "" when there is none
 * @param alwaysAt pointer of a pull policy Always, undefined when it is another
 */
export function imageTraps(
  url: string,
  sha256: string,
  urlAt: string,
  sha256At: string,
  alwaysAt?: string,
): Remark[] {
  let reference;
  try {
    reference = parseReference(url);
  } catch (caught) {
    if (!(caught instanceof UserError)) throw caught;
    return [error(urlAt, caught.message, caught.mend)];
  }
  const { digest, tag } = reference;
  const found: Remark[] = [];
  if (digest !== undefined && sha256 !== "" && !digest.endsWith(sha256)) {
    found.push(
      error(
        sha256At,
        "differs from the digest in the address",
        "keep one; both mean the image manifest",
      ),
    );
  }
  if (digest === undefined && sha256 === "") {
    found.push(
      warning(
        urlAt,
        "the image is not pinned: whoever may push decides what runs",
        "add the digest that push printed",
      ),
    );
    if (tag === undefined || tag === "latest") {
      found.push(
        warning(urlAt, "latest moves, and is fetched again at times of its own", "name a version"),
      );
    }
  }
  if (alwaysAt !== undefined) {
    const mend = "push under a new tag or pin the digest, and use IfNotPresent";
    found.push(
      warning(alwaysAt, "Always fetches again only when the resource itself changes", mend),
    );
  }
  return found;
}
