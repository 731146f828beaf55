// Which words a schema is written in. OpenAPI 3.0 took draft 5 and changed it; 3.1 is draft 2020-12 with four words more.
// Source: OpenAPI 3.0.4 §4.7.24 (Schema Object), 3.1.1 §4.8.24.

export const enum Dialect {
  Draft202012 = 0,
  Draft7 = 1,
  /** `nullable`, `exclusiveMinimum: true`, nothing beside `$ref`; `discriminator`, `readOnly` and `writeOnly` mean something. */
  OpenApi30 = 2,
  /** Draft 2020-12, where `discriminator`, `readOnly` and `writeOnly` mean something. */
  OpenApi31 = 3,
}
