// Headers that tell browsers to be careful, added where the service did not set them, and headers that tell
// attackers what runs there, taken out. Two presets: for sites, which show pages and may be framed by
// themselves, and for APIs, whose answers are no pages at all.
import { MapType } from "../../../abi/constants";
import { View } from "../../../abi/view";
import { lowerAscii } from "../../../base/ascii";
import { ConfigValue } from "../../../config/value";
import { isToken } from "../../../http/header-name";
import { addHeader, removeHeader, replaceHeader } from "../../../sdk/headers";
import { MAX_LIST, tokens } from "../../lists";
import { ResponseView } from "../../response-view";

/** `name: value` lines that both presets have. */
const COMMON: string = `strict-transport-security: max-age=31536000
x-content-type-options: nosniff
x-permitted-cross-domain-policies: none
`;
const SITE: string = `x-frame-options: SAMEORIGIN
referrer-policy: strict-origin-when-cross-origin
content-security-policy: frame-ancestors 'self'; base-uri 'self'; object-src 'none'
cross-origin-opener-policy: same-origin-allow-popups`;
const API: string = `x-frame-options: DENY
referrer-policy: no-referrer
content-security-policy: default-src 'none'; frame-ancestors 'none'
cross-origin-resource-policy: same-origin`;
const TOLD: string = "x-powered-by\nx-aspnet-version\nx-aspnetmvc-version\nx-generator\nx-runtime";

@final
class Line {
  /** @param force replaces what the service set */
  constructor(
    public name: View,
    public value: View,
    public force: bool,
  ) {}
}

@final
export class SecurityHeaders {
  private lines: Array<Line> = [];
  private removed: Array<View> = [];

  /** Whether there is anything to do. */
  get isActive(): bool {
    return this.lines.length + this.removed.length > 0;
  }

  /** Reads the section. */
  read(section: ConfigValue): void {
    const preset = section.get("preset").choice(["none", "site", "api"], 0);
    const members = section.get("set").sized(0, MAX_LIST).members();
    const names: string[] = [];
    for (let i = 0; i < members.length; i++) {
      const member = members[i];
      const name = View.of(lowerAscii(member.name));
      if (!isToken(name.ptr, name.length))
        member.fail("is no header name", 'write "x-frame-options"');
      else if (member.isText(1, 4096)) {
        names.push(lowerAscii(member.name));
        this.lines.push(new Line(name, View.of(member.string("")), true));
      }
    }
    const without = tokens(section.get("remove"), true, 'write a header name such as "server"');
    for (let i = 0; i < without.length; i++) this.removed.push(View.of(without[i]));
    if (section.isPresent && preset != 0) this.add(COMMON + (preset == 1 ? SITE : API), names);
  }

  private add(text: string, known: string[]): void {
    const lines = text.split("\n");
    for (let i = 0; i < lines.length; i++) {
      const colon = lines[i].indexOf(": ");
      const name = lines[i].substring(0, colon);
      if (known.includes(name)) continue;
      this.lines.push(new Line(View.of(name), View.of(lines[i].substring(colon + 2)), false));
    }
    const told = TOLD.split("\n");
    for (let i = 0; i < told.length; i++) this.removed.push(View.of(told[i]));
  }

  /** Adds and takes out; one host call for each that changes something. */
  apply(response: ResponseView): void {
    if (!response.readHeaders()) return;
    const headers = response.headers;
    for (let i = 0; i < this.removed.length; i++) {
      const name = this.removed[i];
      if (headers.find(name.ptr, name.length) >= 0) removeHeader(MapType.ResponseHeaders, name);
    }
    for (let i = 0; i < this.lines.length; i++) {
      const line = this.lines[i];
      const isThere = headers.find(line.name.ptr, line.name.length) >= 0;
      if (!isThere) addHeader(MapType.ResponseHeaders, line.name, line.value);
      else if (line.force) replaceHeader(MapType.ResponseHeaders, line.name, line.value);
    }
  }
}
