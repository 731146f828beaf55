// Where `Include` and `@pmFromFile` find what they name: a sandbox has no files, so they are texts that came with the
// configuration or are kept in the module. Names are compared from the end: `@owasp_crs/REQUEST-901.conf` and
// `rules/REQUEST-901.conf` are found by their last part too.
import { Text } from "../../seclang/text";
import { knownName, knownPattern } from "./known-names";

@final
export class RuleFile {
  constructor(
    public name: string,
    public content: Text,
  ) {}
}

@final
export class RuleFiles {
  readonly files: RuleFile[] = [];

  /** Adds a file or takes the place of one; false when the very same is there already. */
  add(name: string, content: Text): bool {
    for (let i = 0; i < this.files.length; i++) {
      const file = this.files[i];
      if (file.name != name) continue;
      if (file.content.equals(content)) return false;
      file.content = content;
      return true;
    }
    this.files.push(new RuleFile(name, content));
    return true;
  }

  /** The same files; what is added to the copy is not in the original. */
  copy(): RuleFiles {
    const copy = new RuleFiles();
    for (let i = 0; i < this.files.length; i++) {
      copy.files.push(new RuleFile(this.files[i].name, this.files[i].content));
    }
    return copy;
  }

  /** The file of this name, or the one whose last part is that of the name; null when there is none. */
  find(name: string): RuleFile | null {
    for (let i = 0; i < this.files.length; i++)
      if (this.files[i].name == name) return this.files[i];
    const last = lastPart(name);
    for (let i = 0; i < this.files.length; i++) {
      if (lastPart(this.files[i].name) == last) return this.files[i];
    }
    const known = knownName(last);
    return known.length > 0 ? this.find(known) : null;
  }

  /** Files whose names a pattern with `*` matches, in the order of their names. */
  matching(pattern: string): RuleFile[] {
    const found: RuleFile[] = [];
    const star = pattern.indexOf("*");
    if (star < 0) {
      const file = this.find(pattern);
      if (file !== null) found.push(file);
      return found;
    }
    const head = pattern.substring(0, star);
    const tail = pattern.substring(star + 1);
    for (let i = 0; i < this.files.length; i++) {
      const name = this.files[i].name;
      if (name.length < head.length + tail.length) continue;
      if (name.startsWith(head) && name.endsWith(tail)) insert(found, this.files[i]);
    }
    if (found.length > 0) return found;
    const known = knownPattern(pattern);
    if (known != pattern) return this.matching(known);
    // A folder of the author's own machine in front: by the last part, which must say more than a star.
    const start = head.lastIndexOf("/") + 1;
    if (start > 0 && start < head.length) return this.matching(pattern.substring(start));
    return found;
  }
}

function insert(found: RuleFile[], file: RuleFile): void {
  found.push(file);
  for (let i = found.length - 1; i > 0 && found[i - 1].name > found[i].name; i--) {
    found[i] = found[i - 1];
    found[i - 1] = file;
  }
}

function lastPart(name: string): string {
  return name.substring(name.lastIndexOf("/") + 1);
}
