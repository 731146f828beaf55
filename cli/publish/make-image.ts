// From a filter's name, or the path of a .wasm, to an image: the one place that decides versions, times and annotations, so that
// push and bundle give the same bytes.
import { execFileSync } from "node:child_process";
import path from "node:path";
import { packageRoot } from "../build/sources.ts";
import { UserError } from "../exit.ts";
import { buildImage, imageAnnotations, imageFormats, type ImageFormat } from "../image/image.ts";
import { readLayout } from "../image/layout.ts";
import type { Image } from "../oci/manifest.ts";
import { packageVersion } from "../package-version.ts";
import { readFilter } from "../serve/engine-load.ts";
import { readFacts } from "../wasm/facts.ts";
import { namedFiles, shippedFiles } from "./package-files.ts";

export interface ImageOptions {
  /** Shipped filter's name or a path; "guard" when absent. */
  filter?: string | undefined;
  /** A layout on disk instead of a module. */
  from?: string | undefined;
  format: string;
  compress?: boolean | undefined;
  file?: string[] | undefined;
  annotation?: string[] | undefined;
  moduleVersion?: string | undefined;
  source?: string | undefined;
  revision?: string | undefined;
}

/** @throws UserError */
export function makeImage(options: ImageOptions, env: Record<string, string | undefined>): Image {
  if (options.from !== undefined) return readLayout(options.from);
  const format = formatOf(options.format);
  const name = options.filter ?? "guard";
  const { wasm, name: title, file } = readFilter(name);
  const facts = readFacts(wasm, file);
  if (facts.abi === "none") {
    throw new UserError(
      `${file} is no proxy-Wasm filter`,
      "it must export proxy_abi_version_0_2_1",
    );
  }
  if (facts.unknownImports.length > 0) {
    throw new UserError(
      `${file} imports what no Envoy offers: ${facts.unknownImports.join(", ")}`,
      "Envoy would refuse it; compile it with the flags of asconfig.json",
    );
  }
  const shipped = path.dirname(file) === path.join(packageRoot, "build");
  const version = options.moduleVersion ?? (shipped ? packageVersion() : "0.0.0");
  const created = createdAt(env);
  const annotations = {
    ...imageAnnotations(facts, {
      title,
      version,
      created,
      ...(options.source ? { source: options.source } : {}),
      ...(options.revision ? { revision: options.revision } : {}),
      ...(shipped ? { licenses: "Apache-2.0" } : {}),
    }),
    ...Object.fromEntries((options.annotation ?? []).map(pairOf)),
  };
  const own = namedFiles(options.file ?? []);
  const files = shipped ? [...shippedFiles(title, version, facts), ...own] : own;
  return buildImage({
    wasm,
    facts,
    format,
    files,
    annotations,
    created,
    compress: options.compress === true,
  });
}

function formatOf(text: string): ImageFormat {
  const format = imageFormats.find((name) => name === text);
  if (format === undefined) {
    throw new UserError(
      `there is no format ${JSON.stringify(text)}`,
      `use one of ${imageFormats.join(", ")}`,
    );
  }
  return format;
}

function pairOf(text: string): [string, string] {
  const equals = text.indexOf("=");
  if (equals < 1)
    throw new UserError(`${JSON.stringify(text)} is no annotation`, "write it as name=value");
  return [text.slice(0, equals), text.slice(equals + 1)];
}

/** SOURCE_DATE_EPOCH where it is set, else 1970: the time of day is no property of a module. */
function createdAt(env: Record<string, string | undefined>): string {
  const epoch = env["SOURCE_DATE_EPOCH"] ?? "0";
  if (!/^\d{1,11}$/.test(epoch)) throw new UserError("SOURCE_DATE_EPOCH is no number of seconds");
  return new Date(Number(epoch) * 1000).toISOString().replace(".000Z", "Z");
}

/** The commit of the working folder, for provenance; "" outside a checkout. */
export function headRevision(): string {
  try {
    return execFileSync("git", ["rev-parse", "HEAD"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    return "";
  }
}
