// The path as a part of an identity: whole, or as the template that it matches, so that `/orders/1` and `/orders/2` count as
// one. Whole paths are as many identities as a client likes to invent; templates are as many as the configuration names.
import { IdentitySource } from "./source";
import { SourceStatus } from "./source-status";
import { Need, RequestFacts } from "./request-facts";
import { PathPattern } from "./path-pattern";
import { Tuple } from "./tuple";

@final
export class PathSource extends IdentitySource {
  get needs(): u32 {
    return Need.Path;
  }

  read(facts: RequestFacts, tuple: Tuple): SourceStatus {
    if (facts.pathTooLong) return SourceStatus.Oversized;
    return tuple.part(facts.path, facts.pathLength);
  }
}

@final
export class PathTemplateSource extends IdentitySource {
  /** The first template that matches counts. */
  constructor(private templates: Array<PathPattern>) {
    super();
  }

  readText(facts: RequestFacts, tuple: Tuple): SourceStatus {
    if (facts.pathTooLong) return SourceStatus.Oversized;
    for (let i = 0; i < this.templates.length; i++) {
      const template = this.templates[i];
      if (!template.matches(facts.path, facts.pathLength)) continue;
      return tuple.part(template.source.ptr, template.sourceLength);
    }
    return SourceStatus.Missing;
  }

  get needs(): u32 {
    return Need.Path;
  }

  read(facts: RequestFacts, tuple: Tuple): SourceStatus {
    if (facts.pathTooLong) return SourceStatus.Oversized;
    for (let i = 0; i < this.templates.length; i++) {
      if (!this.templates[i].matches(facts.path, facts.pathLength)) continue;
      store<u32>(tuple.open(4), <u32>i);
      return SourceStatus.Ok;
    }
    return SourceStatus.Missing;
  }
}
