// One error of a configuration document, and its one-line form, which is the same in the filter log
// and in the CLI: `/validate/limits/maxHeaders: must be an integer from 1 to 1024, got 5000 (use
// 1024 or less)`.

/** Stands in a line for the pointer of the document itself, whose JSON Pointer is empty. */
const DOCUMENT = "(document)";

@final
export class ConfigError {
  constructor(
    /** JSON Pointer of the value, of the missing value, or empty for the document. */
    public pointer: string,
    /** What is wrong, without the pointer. */
    public message: string,
    /** What to do about it; may be empty. */
    public mend: string,
    /** Place in the document, for sorting. */
    public order: usize,
  ) {}

  /** `pointer: message (mend)`. */
  line(): string {
    const pointer = this.pointer.length == 0 ? DOCUMENT : this.pointer;
    const mend = this.mend.length == 0 ? "" : ` (${this.mend})`;
    return `${pointer}: ${this.message}${mend}`;
  }
}
