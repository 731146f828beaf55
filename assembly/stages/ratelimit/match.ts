// Which requests a policy is for: all conditions that are given must hold. Paths are compared in canonical form, which is wider
// than any upstream's reading, so that no spelling slips past a limit.
import { Block } from "../../base/block";
import { Authority } from "../../http/authority";
import { HostPattern } from "../../http/host-pattern";
import { equalsLiteral } from "../../http/literal";
import { PathPattern } from "../../identity/path-pattern";
import { RequestFacts } from "../../identity/request-facts";
import { PathRegex } from "./path-regex";

/** A header that must be there, with any value or with one of a list. */
@final
export class HeaderMatch {
  /** @param values null: any value, also an empty one */
  constructor(
    private name: Block,
    private nameLength: u32,
    private values: Array<string> | null,
  ) {}

  /** True when some entry of the header matches. */
  matches(facts: RequestFacts): bool {
    const headers = facts.headers;
    const name = this.name.ptr;
    let row = headers.find(name, this.nameLength);
    while (row >= 0) {
      if (this.holds(headers.value(row), headers.valueLength(row))) return true;
      row = headers.find(name, this.nameLength, <u32>row + 1);
    }
    return false;
  }

  private holds(value: usize, length: u32): bool {
    const values = this.values;
    if (values === null) return true;
    for (let i = 0; i < values.length; i++) {
      if (equalsLiteral(value, length, values[i])) return true;
    }
    return false;
  }
}

@final
export class Match {
  hosts: Array<HostPattern> | null = null;
  paths: Array<PathPattern> = [];
  /** Stand beside `paths`: one of either has to match. */
  regexes: Array<PathRegex> = [];
  methods: Array<string> = [];
  headers: Array<HeaderMatch> = [];

  /** @param authority what was read from the bytes at `facts.host`; asked only when `facts.hostLength` is not 0 */
  matches(facts: RequestFacts, authority: Authority): bool {
    return (
      this.hasMethod(facts) &&
      this.hasHost(facts, authority) &&
      this.hasPath(facts) &&
      this.hasHeaders(facts)
    );
  }

  /** No condition is given: every request matches. */
  get isEmpty(): bool {
    const asks = this.hasPaths || this.hosts !== null;
    return !asks && this.methods.length == 0 && this.headers.length == 0;
  }

  /** Some paths are asked for. */
  get hasPaths(): bool {
    return this.paths.length > 0 || this.regexes.length > 0;
  }

  dispose(): void {
    for (let i = 0; i < this.regexes.length; i++) this.regexes[i].dispose();
    this.regexes = [];
  }

  private hasMethod(facts: RequestFacts): bool {
    const methods = this.methods;
    if (methods.length == 0) return true;
    for (let i = 0; i < methods.length; i++) {
      if (equalsLiteral(facts.method, facts.methodLength, methods[i])) return true;
    }
    return false;
  }

  private hasHost(facts: RequestFacts, authority: Authority): bool {
    const hosts = this.hosts;
    if (hosts === null) return true;
    if (facts.hostLength == 0) return false;
    for (let i = 0; i < hosts.length; i++) {
      if (hosts[i].matches(facts.host, authority)) return true;
    }
    return false;
  }

  private hasPath(facts: RequestFacts): bool {
    const paths = this.paths;
    const regexes = this.regexes;
    if (!this.hasPaths || facts.pathTooLong) return true;
    for (let i = 0; i < paths.length; i++) {
      if (paths[i].matches(facts.path, facts.pathLength)) return true;
    }
    for (let i = 0; i < regexes.length; i++) {
      if (regexes[i].matches(facts.path, facts.pathLength)) return true;
    }
    return false;
  }

  private hasHeaders(facts: RequestFacts): bool {
    for (let i = 0; i < this.headers.length; i++) {
      if (!this.headers[i].matches(facts)) return false;
    }
    return true;
  }
}
