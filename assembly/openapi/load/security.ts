// Security schemes and requirements: which credential a request must carry. What it is worth is for other stages to say.
// Source: OpenAPI 3.0.4 §4.7.27, §4.7.30; 3.1.1 §4.8.27, §4.8.30.
import { lowerAscii } from "../../base/ascii";
import { member, nameOf } from "../../schema/load/rows";
import { ROW, nextOf } from "../../schema/tape";
import { Bytes, Credential, CredentialKind } from "../model";
import { Source } from "./source";

@final
export class SecurityLoader {
  private names: string[] = [];
  private schemes: Credential[] = [];

  constructor(private source: Source) {}

  /** Reads `components.securitySchemes`. */
  readSchemes(components: usize): void {
    const rows = this.source.members(components, "securitySchemes");
    for (let i = 0; i < rows.length; i++) {
      const row = this.source.object(rows[i]);
      if (row == 0) continue;
      this.names.push(nameOf(rows[i]));
      this.schemes.push(this.scheme(row));
    }
  }

  private scheme(row: usize): Credential {
    const type = this.source.text(row, "type");
    if (type == "apiKey") {
      const name = this.source.text(row, "name");
      const place = this.source.text(row, "in");
      if (place == "header")
        return new Credential(CredentialKind.Header, new Bytes(lowerAscii(name)));
      if (place == "query") return new Credential(CredentialKind.Query, new Bytes(name));
      if (place == "cookie") return new Credential(CredentialKind.Cookie, new Bytes(name));
      this.source.fault(
        row,
        "the key is in no place that there is",
        "write header, query or cookie",
      );
    } else if (type == "http") {
      const scheme = lowerAscii(this.source.text(row, "scheme"));
      if (scheme == "basic") return new Credential(CredentialKind.Basic, new Bytes(""));
      if (scheme == "bearer") return new Credential(CredentialKind.Bearer, new Bytes(""));
      return new Credential(CredentialKind.Header, new Bytes("authorization"));
    } else if (type == "oauth2" || type == "openIdConnect") {
      return new Credential(CredentialKind.Bearer, new Bytes(""));
    } else if (type != "mutualTLS") {
      const mend = "write apiKey, http, oauth2, openIdConnect or mutualTLS";
      this.source.fault(row, "there is no such security scheme", mend);
    }
    return new Credential(CredentialKind.Unseen, new Bytes(""));
  }

  /** The requirements of an operation or of the document; null: it has none of its own. */
  requirements(row: usize): Credential[][] | null {
    if (member(row, "security") == 0) return null;
    const sets: Credential[][] = [];
    const list = this.source.elements(row, "security");
    for (let i = 0; i < list.length; i++) {
      const set: Credential[] = [];
      const end = nextOf(list[i]);
      for (let at = list[i] + ROW; at < end; at = nextOf(at)) {
        const place = this.names.indexOf(nameOf(at));
        if (place >= 0) set.push(this.schemes[place]);
        else {
          const mend = "add it to components.securitySchemes";
          this.source.fault(at, `there is no security scheme ${nameOf(at)}`, mend);
        }
      }
      sets.push(set);
    }
    return sets;
  }
}
