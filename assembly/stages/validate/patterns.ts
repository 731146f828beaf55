// Lists of patterns that several parts of the section `validate` hold: globs over paths and names, and media types.
import { Glob, isGlob } from "../../base/glob";
import { ConfigValue } from "../../config/value";
import { MAX_LIST, entriesOf } from "../lists";
import { MediaPattern, isMediaPattern } from "./limits/media-pattern";

/** Globs, letters in either case the same; null when the list is absent. */
export function globs(list: ConfigValue): Glob[] | null {
  const entries = entriesOf(list, 1, MAX_LIST);
  if (!list.isPresent) return null;
  const patterns: Glob[] = [];
  for (let i = 0; i < entries.length; i++) {
    if (!entries[i].isText(1, 255)) continue;
    const text = entries[i].string("");
    if (isGlob(text)) patterns.push(new Glob(text));
  }
  return patterns;
}

/** Media types; null when the list is absent. */
export function mediaPatterns(list: ConfigValue): MediaPattern[] | null {
  const entries = entriesOf(list, 1, MAX_LIST);
  if (!list.isPresent) return null;
  const patterns: MediaPattern[] = [];
  for (let i = 0; i < entries.length; i++) {
    if (!entries[i].isText(1, 127)) continue;
    const text = entries[i].string("");
    if (isMediaPattern(text)) patterns.push(new MediaPattern(text));
    else {
      const mend = 'write "application/json", "text/*" or "application/*+json"';
      entries[i].fail("is no media type", mend);
    }
  }
  return patterns;
}
