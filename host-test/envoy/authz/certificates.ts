// A throw-away authority and a client certificate for each URI, made by the openssl program.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";

export interface Certificate {
  cert: string;
  key: string;
}

export class Authority {
  private readonly made = new Map<string, Certificate>();

  /** @throws Error when there is no openssl of version 3 */
  constructor(private readonly folder: string) {
    this.create("ca", "/CN=authority", ["-addext", "basicConstraints=critical,CA:TRUE"]);
  }

  /** The authority's own certificate. */
  get root(): string {
    return readFileSync(path.join(this.folder, "ca.crt"), "utf8");
  }

  /** A certificate with this name in `subjectAltName`, for example `URI:spiffe://a/b`. */
  issue(name: string): Certificate {
    const known = this.made.get(name);
    if (known !== undefined) return known;
    const file = `leaf${this.made.size}`;
    const ca = path.join(this.folder, "ca");
    const sign = ["-CA", `${ca}.crt`, "-CAkey", `${ca}.key`, "-addext", `subjectAltName=${name}`];
    this.create(file, "/O=meshwarden", [...sign, "-addext", "basicConstraints=CA:FALSE"]);
    const read = (ending: string): string =>
      readFileSync(path.join(this.folder, `${file}.${ending}`), "utf8");
    const made = { cert: read("crt"), key: read("key") };
    this.made.set(name, made);
    return made;
  }

  private create(file: string, subject: string, more: string[]): void {
    const out = path.join(this.folder, file);
    const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
    const files = ["-keyout", `${out}.key`, "-out", `${out}.crt`];
    execFileSync(
      "openssl",
      ["req", "-x509", ...key, "-days", "2", "-subj", subject, ...files, ...more],
      {
        stdio: "pipe",
      },
    );
  }
}
