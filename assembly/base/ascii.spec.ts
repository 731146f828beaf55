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

export function letters_and_digits_are_exactly_those_of_ascii(): void {
  for (let b = 0; b < 256; b++) {
    const isLetter = (b >= 0x41 && b <= 0x5a) || (b >= 0x61 && b <= 0x7a);
    assert(isAlpha(<u8>b) == isLetter, b.toString());
    assert(isDigit(<u8>b) == (b >= 0x30 && b <= 0x39), b.toString());
  }
}
