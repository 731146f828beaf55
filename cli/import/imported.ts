// What an import makes: a configuration document, and a note for everything of the source that it does not say.

export interface ImportedPolicy {
  name: string;
  match?: Record<string, unknown>;
  identity: Record<string, unknown>[];
  missing?: string;
  exempt?: Record<string, unknown>;
  algorithm?: string;
  tiers?: { when: Record<string, unknown>; limit: Record<string, unknown> }[];
  limit: Record<string, unknown>;
  mode?: string;
  global?: Record<string, unknown>;
}

export interface Imported {
  document: { version: 1; rateLimit: Record<string, unknown> & { policies: ImportedPolicy[] } };
  notes: string[];
}

/** A name that a policy may have, and that no other one has. */
export class Names {
  private readonly taken = new Set<string>();

  make(parts: string[]): string {
    const text = parts
      .join("-")
      .replace(/[^A-Za-z0-9_-]+/g, "-")
      .replace(/^-+|-+$/g, "");
    const base = (text === "" ? "policy" : text).slice(0, 60);
    let name = base;
    for (let n = 2; this.taken.has(name); n++) name = `${base}-${n}`;
    this.taken.add(name);
    return name;
  }
}
