// A media type as documents write it: lower case, without parameters and blanks.
import { lowerAscii } from "../../base/ascii";

export function mediaText(text: string): string {
  const semicolon = text.indexOf(";");
  return lowerAscii((semicolon < 0 ? text : text.substring(0, semicolon)).trim());
}
