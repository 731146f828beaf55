import { isAlpha, isDigit, toLower } from "./ascii";

export function folds_only_upper_case_letters(): void {
  for (let b = 0; b < 256; b++) {
    const want = b >= 0x41 && b <= 0x5a ? b + 32 : b;
    assert(toLower(<u8>b) == <u8>want, b.toString());
  }
}

export function knows_digits_and_letters(): void {
  assert(isDigit(0x30) && isDigit(0x39) && !isDigit(0x2f) && !isDigit(0x3a));
  assert(
    isAlpha(0x41) &&
      isAlpha(0x7a) &&
      !isAlpha(0x40) &&
      !isAlpha(0x5b) &&
      !isAlpha(0x7b) &&
      !isAlpha(0x60),
  );
}
