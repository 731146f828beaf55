// What the content stage looks for and where, as its section says: classes of injection by place, exceptions by
// name and path, what bodies and files may be.
import { Glob } from "../../../base/glob";
import { DETECT_ALL, DetectClass, Sensitivity } from "../../../detect/verdict";
import { Place } from "../../../fields/field";

/** Places of fields, as many as `Place` has. */
export const PLACES: i32 = 12;

/** Most exceptions; which of them a request's path meets is one bit each. */
export const MAX_EXCEPTIONS: i32 = 64;

/** Values that some classes are not looked for in. Absent lists stand for all. */
@final
export class Exception {
  names: Array<Glob> | null = null;
  paths: Array<Glob> | null = null;
  /** One bit for each Place. */
  places: u32 = u32.MAX_VALUE;
  classes: u32 = DETECT_ALL;

  /** @param path of the request, without its query */
  coversPath(path: usize, length: u32): bool {
    const paths = this.paths;
    return paths === null || anyMatches(paths, path, length);
  }

  /** Whether the exception, whose path was met, covers a field by its place and dotted name. */
  covers(place: Place, name: usize, length: u32): bool {
    if ((this.places & (1 << place)) == 0) return false;
    const names = this.names;
    return names === null || anyMatches(names, name, length);
  }
}

function anyMatches(globs: Array<Glob>, text: usize, length: u32): bool {
  for (let i = 0; i < globs.length; i++) if (globs[i].matches(text, length)) return true;
  return false;
}

@final
export class InjectionRules {
  level: Sensitivity = Sensitivity.Normal;
  /** Classes by Place; 0: not looked at. */
  readonly classes: StaticArray<u32> = new StaticArray<u32>(PLACES);
  readonly exceptions: Array<Exception> = [];
  /** Names of headers that are not looked at, in lower case. */
  skippedHeaders: Array<string> = [];

  constructor() {
    for (let place = 0; place < PLACES; place++) this.classes[place] = DETECT_ALL;
    // A path is no address.
    this.classes[Place.Path] = DETECT_ALL & ~DetectClass.Ssrf;
    // Bytes of files are judged by what they are, not by what their text looks like.
    this.classes[Place.File] = 0;
  }

  /** Classes looked for in any of the places of bits `places`. */
  looksAt(places: u32): bool {
    for (let place = 0; place < PLACES; place++) {
      if ((places & (1 << place)) != 0 && this.classes[place] != 0) return true;
    }
    return false;
  }

  /** One bit for each exception whose paths the request meets. */
  exceptionsFor(path: usize, length: u32): u64 {
    let met: u64 = 0;
    const all = this.exceptions;
    for (let i = 0; i < all.length; i++) {
      if (all[i].coversPath(path, length)) met |= (<u64>1) << i;
    }
    return met;
  }
}

@final
export class BodyRules {
  /** Longest body that is read. */
  maxBytes: u32 = 1048576;
  /** Of a longer body the first `maxBytes` are judged, and the rest passes; else it is denied. */
  processPartial: bool = false;
  maxParts: u32 = 256;
}

@final
export class UploadRules {
  maxFiles: u32 = 16;
  maxFileBytes: u32 = u32.MAX_VALUE;
  /** Null: any extension that is not denied. Lower case, without dot. */
  extensions: Array<string> | null = null;
  /** Null: content of any kind that is no program. Names of kinds, see `file-kind.ts`. */
  kinds: u32 = 0;
}
