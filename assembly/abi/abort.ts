// Placeholder until the ABI room is built.
export function abort(message: string | null, file: string | null, line: u32, column: u32): void {
  unreachable();
}
