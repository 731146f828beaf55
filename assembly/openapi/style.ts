// How parameters and members of forms are written: where they stand, by which style, and whether each part stands alone.
// Source: OpenAPI 3.0.4 §4.7.12.2, 3.1.1 §4.8.12 (style values and examples).

/** Where a parameter stands. */
export const enum In {
  Path = 0,
  Query = 1,
  Header = 2,
  Cookie = 3,
  /** A member of a form body. */
  Form = 4,
}

export const enum Style {
  Simple = 0,
  Label = 1,
  Matrix = 2,
  Form = 3,
  SpaceDelimited = 4,
  PipeDelimited = 5,
  DeepObject = 6,
}

/** Words of documents, in the order of `Style`. */
export const STYLE_NAMES: StaticArray<string> = [
  "simple",
  "label",
  "matrix",
  "form",
  "spaceDelimited",
  "pipeDelimited",
  "deepObject",
];

/** Words of documents, in the order of `In`. */
export const IN_NAMES: StaticArray<string> = ["path", "query", "header", "cookie", "body"];

/** Whether parameters in a place can have a style. */
export function isStyleOf(place: In, style: Style): bool {
  switch (place) {
    case In.Path:
      return style == Style.Simple || style == Style.Label || style == Style.Matrix;
    case In.Header:
      return style == Style.Simple;
    case In.Cookie:
      return style == Style.Form;
    default:
      return style >= Style.Form;
  }
}

/** The style of a parameter that names none. */
export function usualStyle(place: In): Style {
  return place == In.Path || place == In.Header ? Style.Simple : Style.Form;
}
