// Which kinds of bytes a value holds, sixteen at a time, in one pass: two nibble tables give eight kinds
// each (a kind is a product of low and high nibbles, chosen so that the sixteen kinds are exact). Most
// values hold letters, digits and little else; they leave the judge after this pass.

/** Kinds of bytes, one bit each. */
export const enum Trait {
  /** `'` and `"` */
  Quote = 1,
  /** `;` `<` `=` `>` */
  Compare = 2,
  /** `(` `)` `*` */
  Paren = 4,
  /** `#` `$` `%` `&` */
  Sigil = 8,
  /** `[ \ ] ^` and `{ | } ~` */
  Bracket = 16,
  Backtick = 32,
  Slash = 64,
  /** 0x00 to 0x1F */
  Control = 128,
  Colon = 256,
  Bang = 512,
  /** `-` and `.` */
  DotDash = 1024,
  Comma = 2048,
  Space = 4096,
  Plus = 8192,
  /** `?` and `_` */
  MarkLine = 16384,
  /** 0x80 and up */
  High = 32768,
}

/** Traits of which a value needs one before a detector reads it. */
export const enum Gate {
  Command = Trait.Sigil |
    Trait.Compare |
    Trait.Bracket |
    Trait.Backtick |
    Trait.Control |
    Trait.Paren,
  Path = Trait.Slash | Trait.Bracket | Trait.Sigil | Trait.Control | Trait.DotDash,
  Script = Trait.Compare | Trait.Paren | Trait.Colon | Trait.Backtick | Trait.Quote | Trait.Bracket,
  Sql = Trait.Quote |
    Trait.Compare |
    Trait.Paren |
    Trait.Sigil |
    Trait.Backtick |
    Trait.Comma |
    Trait.Bracket,
}

/** OR of the traits of the bytes from `ptr` to `end`; nothing outside is read. */
export function traitsOf(ptr: usize, end: usize): u32 {
  let first = i8x16.splat(0);
  let second = i8x16.splat(0);
  const lowA = i8x16(
    -96,
    -128,
    -127,
    -120,
    -120,
    -120,
    -120,
    -127,
    -124,
    -124,
    -124,
    -110,
    -110,
    -110,
    -110,
    -64,
  );
  const highA = i8x16(-128, -128, 77, 2, 0, 16, 32, 16, 0, 0, 0, 0, 0, 0, 0, 0);
  const lowB = i8x16(
    -112,
    -126,
    -128,
    -128,
    -128,
    -128,
    -128,
    -128,
    -128,
    -128,
    -127,
    -96,
    -120,
    -124,
    -124,
    -64,
  );
  const highB = i8x16(0, 0, 62, 65, 0, 64, 0, 0, -128, -128, -128, -128, -128, -128, -128, -128);
  const nibble = i8x16.splat(15);
  let p = ptr;
  for (; p + 16 <= end; p += 16) {
    const bytes = v128.load(p);
    const low = v128.and(bytes, nibble);
    const high = i8x16.shr_u(bytes, 4);
    first = v128.or(first, v128.and(i8x16.swizzle(lowA, low), i8x16.swizzle(highA, high)));
    second = v128.or(second, v128.and(i8x16.swizzle(lowB, low), i8x16.swizzle(highB, high)));
  }
  let traits = fold(first) | (fold(second) << 8);
  for (; p < end; p++) traits |= traitOf(load<u8>(p));
  return traits;
}

/** OR of the sixteen bytes of a vector. */
function fold(bytes: v128): u32 {
  let half = i64x2.extract_lane(bytes, 0) | i64x2.extract_lane(bytes, 1);
  half |= half >>> 32;
  let word = <u32>half;
  word |= word >>> 16;
  return (word | (word >>> 8)) & 255;
}

/** Trait of one byte; 0 for letters, digits and `@`, `,` aside. */
function traitOf(byte: u8): u32 {
  const low = <u32>(byte & 15);
  const high = <u32>(byte >> 4);
  const a = <u32>(load<u8>(LOW_A + low) & load<u8>(HIGH_A + high));
  const b = <u32>(load<u8>(LOW_B + low) & load<u8>(HIGH_B + high));
  return a | (b << 8);
}

const LOW_A: usize = memory.data<u8>([
  0xa0, 0x80, 0x81, 0x88, 0x88, 0x88, 0x88, 0x81, 0x84, 0x84, 0x84, 0x92, 0x92, 0x92, 0x92, 0xc0,
]);
const HIGH_A: usize = memory.data<u8>([0x80, 0x80, 0x4d, 2, 0, 16, 32, 16, 0, 0, 0, 0, 0, 0, 0, 0]);
const LOW_B: usize = memory.data<u8>([
  0x90, 0x82, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x81, 0xa0, 0x88, 0x84, 0x84, 0xc0,
]);
const HIGH_B: usize = memory.data<u8>([
  0, 0, 0x3e, 0x41, 0, 0x40, 0, 0, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80,
]);
