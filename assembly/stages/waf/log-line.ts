// One matched rule as a line for the log, in the brackets that ModSecurity and Coraza write, so that their tools read it.
// Envoy cuts lines at about 500 bytes, so the id comes first and long texts are cut. Values of the request stand in it
// only when the configuration asks for them.
import { Block } from "../../base/block";
import { Text } from "../../seclang/text";
import { severityName } from "../../waf/load/actions";
import { Macro } from "../../waf/model/macro";
import { writeNumber } from "../../waf/model/number";
import { Rule } from "../../waf/model/rule";
import { Resolver } from "../../waf/run/resolver";
import { Transaction } from "../../waf/run/transaction";
import { plainLength } from "./audit-trail";

/** Bytes of one line: Envoy's own limit less its prefix. */
export const LINE_BYTES: u32 = 500;
/** Bytes of one text in it. */
const TEXT_BYTES: u32 = 160;

@final
export class WafLogLine {
  length: u32 = 0;
  private block: Block = new Block(LINE_BYTES + 32);
  private severities: Text[] = [];

  constructor(texts: Text[]) {
    this.severities = texts;
  }

  get ptr(): usize {
    return this.block.ptr;
  }

  /** Writes the line of a rule that matched. */
  write(
    rule: Rule,
    tx: Transaction,
    resolver: Resolver,
    showsData: bool,
    id: usize,
    idLength: u32,
  ): void {
    this.length = 0;
    this.put('[id "');
    this.number(rule.id);
    this.put('"] [phase "');
    this.number(rule.phase);
    this.put('"]');
    if (rule.severity >= 0 && rule.severity < this.severities.length) {
      const name = this.severities[rule.severity];
      this.field(' [severity "', name.ptr, name.length);
    }
    this.macro(' [msg "', rule.msg, tx, resolver);
    resolver.matchedName(tx);
    this.field(' [matched "', resolver.bytes, showsData ? resolver.length : plainLength(resolver));
    if (showsData) {
      this.span(tx);
      this.macro(' [data "', rule.logdata, tx, resolver);
    }
    if (rule.ver.length > 0) this.field(' [ver "', rule.ver.ptr, rule.ver.length);
    if (idLength > 0) this.field(' [unique_id "', id, idLength);
    if (showsData) this.origin(rule, tx, resolver);
  }

  /** Where the rule stands and what it is tagged with, as far as the line has room. */
  private origin(rule: Rule, tx: Transaction, resolver: Resolver): void {
    if (this.length + 32 > LINE_BYTES) return;
    this.put(' [line "');
    this.number(rule.line);
    this.put('"]');
    for (let i = 0; i < rule.tags.length; i++) {
      const tag = rule.tags[i];
      const macro = rule.tagMacros.length > 0 ? rule.tagMacros[i] : null;
      if (macro !== null) this.macro(' [tag "', macro, tx, resolver);
      else this.field(' [tag "', tag.ptr, tag.length);
    }
  }

  /** Which bytes of the value matched, where the operator says so: `[span "4-11 of 30"]`. */
  private span(tx: Transaction): void {
    if (tx.captures == 0 || this.length + 48 > LINE_BYTES) return;
    const at = <usize>tx.captureBytes[0] - tx.matchedBytes;
    if (at > <usize>tx.matchedLength) return;
    this.put(' [span "');
    this.number(<u32>at);
    this.put("-");
    this.number(<u32>at + tx.captureBytes[1]);
    this.put(" of ");
    this.number(tx.matchedLength);
    this.put('"]');
  }

  private put(text: string): void {
    for (let i = 0; i < text.length && this.length < LINE_BYTES; i++) {
      store<u8>(this.block.ptr + this.length++, <u8>text.charCodeAt(i));
    }
  }

  private number(value: u32): void {
    this.length += writeNumber(value, this.block.ptr + this.length);
  }

  private macro(name: string, macro: Macro | null, tx: Transaction, resolver: Resolver): void {
    if (macro === null) return;
    resolver.expand(macro, tx);
    this.field(name, resolver.bytes, resolver.length);
  }

  /** A field whose text is cut, and whose quotes and control bytes become blanks: it must not end the line. */
  private field(name: string, bytes: usize, length: u32): void {
    const size = min<u32>(length, TEXT_BYTES);
    if (size == 0 || this.length + <u32>name.length + size + 2 > LINE_BYTES) return;
    this.put(name);
    for (let i: u32 = 0; i < size; i++) {
      const byte = load<u8>(bytes + i);
      const isPlain = byte >= 0x20 && byte != 0x22 && byte != 0x5c && byte != 0x7f;
      store<u8>(this.block.ptr + this.length++, isPlain ? byte : 0x20);
    }
    this.put('"]');
  }
}

/** Names of severities as bytes. Configure time only. */
export function severityNames(): string[] {
  const names: string[] = [];
  for (let i = 0; i < 8; i++) names.push(severityName(i));
  return names;
}
