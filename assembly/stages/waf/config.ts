// The section `waf`: rule text by profile in the form of coraza-proxy-wasm (`directives_map`, `default_directives`,
// `per_authority_directives`, `metric_labels`), or as one list `rules`; files that rules include or read in `files`.
import { ConfigValue } from "../../config/value";
import { Text, TextPool } from "../../seclang/text";
import { prepareVariableTexts } from "../../seclang/variable-table";
import { Loader } from "../../waf/load/loader";
import { KeptRules, keepRules, keptRules } from "../../waf/load/kept-rules";
import { OperatorStore } from "../../waf/load/operator-store";
import { RuleSet } from "../../waf/model/rule-set";
import { RuleFiles } from "../../waf/load/files";
import { NameUse, readNamesFor } from "../../waf/model/tx-names";
import { releaseBuildMemory } from "../../regex/regex";
import { AuditFormat } from "./audit-formats";
import { plain } from "./counters";
import { DEFAULT_LINES, addBuiltin } from "./builtin";
import { AuthorityProfile, Profile, Profiles } from "./profile";

/** Profiles of one configuration. */
const MAX_PROFILES: i32 = 64;
/** Labels of counters. */
const MAX_LABELS: i32 = 16;
/** Authorities of one configuration. */
const MAX_AUTHORITIES: i32 = 1024;

@final
export class WafConfig {
  readonly profiles: Profiles = new Profiles();
  /** Log lines carry what matched. */
  logsMatchedData: bool = false;
  auditFormat: AuditFormat = AuditFormat.None;
  /** Each rule has a counter. */
  countsRules: bool = false;
  /** `_name=value` pieces for the names of counters. */
  labels: string = "";
  private names: NameUse = new NameUse();
  private files: RuleFiles = new RuleFiles();
  private store: OperatorStore = new OperatorStore();
  private loaders: Loader[] = [];
  /** Rule sets that go with this configuration. */
  private own: RuleSet[] = [];
  /** Rules of a profile were refused: that it is missing then needs no word. */
  private isBroken: bool = false;
  private pool: TextPool = new TextPool();
  /** Rule sets are to outlive this configuration: see `keep`. */
  private keeps: KeptRules | null = null;
  private kept: KeptRules | null = null;

  /** What the section says; what is wrong goes to the document. Null when there is no section. */
  static of(root: ConfigValue): WafConfig | null {
    const section = root.get("waf").allowSnakeCase();
    if (!section.isPresent) return null;
    const config = new WafConfig();
    readNamesFor(config.names);
    config.read(section);
    readNamesFor(null);
    return config;
  }

  private read(section: ConfigValue): void {
    prepareVariableTexts();
    this.logsMatchedData = section.get("logMatchedData").bool(false);
    const kept = keptRules();
    this.kept = kept;
    if (kept !== null) {
      this.files = kept.files.copy();
      this.store = OperatorStore.over(kept.store);
    }
    if (kept === null) addBuiltin(this.files);
    this.readFiles(section.get("files"));
    // Said by `meshwarden bundle --rules` alone, just before the module is frozen.
    if (section.get("keep").bool(false))
      this.keeps = new KeptRules(this.files, this.store, this.pool);
    this.readProfiles(section);
    for (let i = 0; i < this.loaders.length; i++) this.loaders[i].ready();
    this.loaders = [];
    if (this.keeps !== null) keepRules(this.keeps!);
    const formats = ["none", "modsecurity", "coraza", "ocsf"];
    this.auditFormat = <AuditFormat>section.get("auditLog").choice(formats, 0);
    this.countsRules = section.get("countRules").bool(false);
    const labels = section.get("metricLabels").sized(0, MAX_LABELS).members();
    for (let i = 0; i < labels.length; i++) {
      this.labels += `_${plain(labels[i].name)}=${plain(labels[i].string(""))}`;
    }
    releaseBuildMemory();
  }

  /** Gives back what is not managed; no request may run under it any more. */
  dispose(): void {
    // What is frozen into a module outlives the configuration that loaded it.
    if (this.keeps !== null) return;
    for (let i = 0; i < this.own.length; i++) Loader.dispose(this.own[i]);
    this.store.dispose();
    this.names.release();
  }

  private readFiles(files: ConfigValue): void {
    const entries = files.members();
    for (let i = 0; i < entries.length; i++) {
      const text = this.pool.of(entries[i].string(""));
      // What a kept rule set was loaded from may be another file now.
      if (this.files.add(entries[i].name, text)) this.kept = null;
    }
  }

  private readProfiles(section: ConfigValue): void {
    const map = section.get("directivesMap").sized(0, MAX_PROFILES);
    const entries = map.members();
    for (let i = 0; i < entries.length; i++) this.load(entries[i].name, entries[i]);
    const rules = section.get("rules");
    if (rules.isPresent) this.load("rules", rules);
    const profiles = this.profiles;
    const usual = section.get("defaultDirectives");
    if (usual.isPresent) {
      const name = usual.string("");
      profiles.fallback = profiles.find(name);
      if (profiles.fallback === null && !this.isBroken)
        usual.fail("names no profile", "write a key of directivesMap");
    } else if (profiles.profiles.length == 1) profiles.fallback = profiles.profiles[0];
    else if (profiles.profiles.length > 1) {
      section.fail("has several profiles and no default", "add defaultDirectives");
    } else if (!map.isPresent && !rules.isPresent) {
      this.loadText("default", this.pool.of(DEFAULT_LINES), section);
      profiles.fallback = profiles.find("default");
    }
    this.readAuthorities(section.get("perAuthorityDirectives").sized(0, MAX_AUTHORITIES));
  }

  private readAuthorities(map: ConfigValue): void {
    const entries = map.members();
    for (let i = 0; i < entries.length; i++) {
      const profile = this.profiles.find(entries[i].string(""));
      if (profile === null) {
        if (!this.isBroken) entries[i].fail("names no profile", "write a key of directivesMap");
      } else this.profiles.authorities.push(new AuthorityProfile(entries[i].name, profile));
    }
  }

  /** Loads the lines of a profile; a fault names the file and the line in it. */
  private load(name: string, lines: ConfigValue): void {
    this.loadText(name, this.joined(lines), lines);
  }

  private loadText(name: string, text: Text, lines: ConfigValue): void {
    const kept = this.kept;
    const known: RuleSet | null = kept === null ? null : kept.find(text);
    if (known !== null) {
      this.profiles.profiles.push(new Profile(name, known));
      return;
    }
    const loader = new Loader(this.store, this.files, this.pool);
    loader.set.names = this.names;
    loader.read(text, name);
    if (loader.finish()) {
      this.loaders.push(loader);
      this.own.push(loader.set);
      this.profiles.profiles.push(new Profile(name, loader.set));
      if (this.keeps !== null) this.keeps!.add(text, loader.set);
      return;
    }
    this.isBroken = true;
    const faults = loader.faults;
    // Not fail(), which says one thing of a value: the author mends all lines at once.
    for (let i = 0; i < faults.lines.length; i++) lines.failBelow("", faults.lines[i], "");
    if (faults.count > faults.lines.length)
      lines.failBelow("", `and ${faults.count - faults.lines.length} more`, "");
  }

  private joined(lines: ConfigValue): Text {
    if (!lines.isArray) return this.pool.of(lines.string(""));
    const parts: string[] = [];
    const entries = lines.elements();
    for (let i = 0; i < entries.length; i++) parts.push(entries[i].string(""));
    return this.pool.of(parts.join("\n"));
  }
}
