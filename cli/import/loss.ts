// What an import has to tell: settings that were lost, and settings that now mean more or less than they did.

export interface ImportFinding {
  /** `lost`: it is not in the result. `note`: it is, and something about it should be known. */
  level: "lost" | "note";
  /** Where in the source, for example `RequestAuthentication/shop/jwt.spec.jwtRules[0].timeout`. */
  at: string;
  message: string;
  mend: string;
}

/** Collects findings in the order in which they are met. */
export class Losses {
  readonly findings: ImportFinding[] = [];

  lost(at: string, message: string, mend: string): void {
    this.findings.push({ level: "lost", at, message, mend });
  }

  note(at: string, message: string, mend: string): void {
    this.findings.push({ level: "note", at, message, mend });
  }
}

export type Json = Record<string, unknown>;

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * An object whose fields are taken one by one, in camelCase or snake_case; what nobody took is lost, and said.
 */
export class Fields {
  private readonly taken = new Set<string>();

  constructor(
    private readonly value: Json,
    readonly at: string,
    private readonly losses: Losses,
  ) {}

  /** The value of a field given in camelCase. */
  take(name: string): unknown {
    const snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    this.taken.add(name).add(snake);
    return this.value[name] ?? this.value[snake];
  }

  text(name: string): string | undefined {
    const value = this.take(name);
    return typeof value === "string" ? value : undefined;
  }

  list(name: string): unknown[] {
    const value = this.take(name);
    return Array.isArray(value) ? value : [];
  }

  /** The fields of an object; undefined when there is none. */
  object(name: string): Fields | undefined {
    const value = this.take(name);
    return isObject(value) ? new Fields(value, this.path(name), this.losses) : undefined;
  }

  /** The objects of a list. */
  objects(name: string): Fields[] {
    return this.list(name).flatMap((value, i) =>
      isObject(value) ? [new Fields(value, `${this.path(name)}[${i}]`, this.losses)] : [],
    );
  }

  path(name: string): string {
    return `${this.at}.${name}`;
  }

  /** Reports a field that has no counterpart, when it is there. */
  lose(name: string, message: string, mend: string): void {
    if (this.take(name) !== undefined) this.losses.lost(this.path(name), message, mend);
  }

  /** Reports every field that nobody asked for. */
  end(): void {
    for (const name of Object.keys(this.value)) {
      if (this.taken.has(name) || name === "@type") continue;
      this.losses.lost(this.path(name), "has no counterpart", "look whether you need it");
    }
  }
}

/** The object without what is undefined or an empty list. */
export function compact(value: Json): Json {
  return Object.fromEntries(
    Object.entries(value).filter(
      ([, item]) => item !== undefined && !(Array.isArray(item) && item.length === 0),
    ),
  );
}
