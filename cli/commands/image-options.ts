// Options that say which image to make; the same for push and bundle, so that both give the same digest.
import { Option, type Command } from "commander";
import { imageFormats } from "../image/image.ts";
import { collect } from "./options.ts";

/** Adds the options to a command. */
export function addImageOptions(command: Command): Command {
  return command
    .option("--filter <name>", "shipped filter or path of a .wasm (default guard)")
    .option("--from <layout>", "an image layout on disk instead")
    .addOption(
      new Option("--format <format>", "shape of the image")
        .choices([...imageFormats])
        .default("compat"),
    )
    .option("--compress", "compress the layer; its digest then depends on this machine's zlib")
    .option(
      "--file <path>",
      "a further file in the layer, as PATH or NAME=PATH; may be repeated",
      collect,
    )
    .option("--module-version <version>", "version noted in the image")
    .option("--source <url>", "where the source is, noted in the image")
    .option("--revision <commit>", "commit of the source, noted in the image")
    .option("--annotation <name=value>", "a further annotation; may be repeated", collect);
}
