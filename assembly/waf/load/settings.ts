// Directives that set how the engine works. Those of a web server's disk, process or database are accepted and named by
// nobody when they only say where something is kept (a debug log, a temporary folder), and refused when rules would
// depend on them.
import { Directive } from "../../seclang/directive-reader";
import { Text } from "../../seclang/text";
import { Engine, LimitAction, Settings } from "../model/rule-set";
import { numberOf } from "../model/number";
import { Faults } from "./faults";

/** What needs a disk, a process or a log of its own here and changes no verdict. */
const without: string = ` seccomponentsignature secdebuglog secdebugloglevel secdatadir sectmpdir secpcrematchlimit secpcrematchlimitrecursion secserversignature secsensorid secstatusengine secuploaddir sectmpsaveuploadedfiles secuploadfilelimit secuploadfilemode secuploadkeepfiles secxmlexternalentity secrxprefilter secauditlog secauditlog2 secauditlogdir secauditlogdirmode secauditlogfilemode secauditlogformat secauditlogparts secauditlogrelevantstatus secauditlogstorage secauditlogstoragedir secauditlogtype seccollectiontimeout seccookieformat secrequestbodyinmemorylimit secconnengine secdisablebackendcompression secruleperftime secinterceptonerror seccachetransformations secpersistentcollections sechashengine sechashkey sechashparam sechashmethodrx sechashmethodpm sechashrequestenvelope `;

/** `name=reason`. */
const impossible: string = `secrulescript=runs a script
secremoterules=loads rules from another server
secremoterulesfailaction=loads rules from another server
secgeolookupdb=needs a GeoIP database
secgsblookupdb=needs a database
sechttpblkey=needs a name server
secchrootdir=belongs to a web server
seccontentinjection=changes responses
secstreaminbodyinspection=changes streams
secstreamoutbodyinspection=changes streams
secruleinheritance=belongs to a web server's configuration tree
secguardianlog=runs a program
secconnreadstatelimit=limits connections, which the proxy does
secconnwritestatelimit=limits connections, which the proxy does`;

export function readSetting(directive: Directive, settings: Settings, faults: Faults): void {
  const key = directive.key;
  const value = directive.argument(0);
  if (key == "secruleengine") readEngine(value, settings, faults);
  else if (key == "secrequestbodyaccess") settings.readsRequestBody = isOn(value, faults);
  else if (key == "secresponsebodyaccess") settings.readsResponseBody = isOn(value, faults);
  else if (key == "secrequestbodylimit") settings.requestBodyLimitBytes = size(value, faults);
  else if (key == "secresponsebodylimit") settings.responseBodyLimitBytes = size(value, faults);
  else if (key == "secrequestbodylimitaction")
    settings.requestBodyLimitAction = limit(value, faults);
  else if (key == "secresponsebodylimitaction") {
    settings.responseBodyLimitAction = limit(value, faults);
  } else if (key == "secresponsebodymimetype") readTypes(directive, settings);
  else if (key == "secresponsebodymimetypesclear") settings.responseTypes = [];
  else if (key == "secargumentseparator") settings.argumentSeparator = value.at(0);
  else if (key == "secrequestbodynofileslimit")
    settings.bodyWithoutFilesLimitBytes = size(value, faults);
  else if (key == "secargumentslimit") settings.maxArguments = size(value, faults);
  else if (key == "secrequestbodyjsondepthlimit") settings.jsonDepth = size(value, faults);
  else if (key == "secauditengine") readAudit(value, settings, faults);
  else if (key == "secwebappid") settings.applicationId = value;
  else if (key == "secunicodemapfile") readUnicodeMap(directive, faults);
  else if (without.indexOf(` ${key} `) < 0) refuse(directive, faults);
}

function refuse(directive: Directive, faults: Faults): void {
  const lines = impossible.split("\n");
  for (let i = 0; i < lines.length; i++) {
    const at = lines[i].indexOf("=");
    if (lines[i].substring(0, at) != directive.key) continue;
    return faults.add(`${directive.name} ${lines[i].substring(at + 1)}: a filter cannot do that`);
  }
  faults.add(`unknown directive ${directive.name}`);
}

/** The table of code page 20127 is built in; another would be taken and not applied. */
function readUnicodeMap(directive: Directive, faults: Faults): void {
  const page = directive.argument(1).toText();
  if (directive.arguments.length == 2 && page == "20127") return;
  faults.add(
    `${directive.name} takes a file and code page 20127, whose table is built in: another code page cannot be had`,
  );
}

function readEngine(value: Text, settings: Settings, faults: Faults): void {
  const name = value.lower();
  if (name == "on") settings.engine = Engine.On;
  else if (name == "off") settings.engine = Engine.Off;
  else if (name == "detectiononly") settings.engine = Engine.DetectionOnly;
  else faults.add("SecRuleEngine is On, Off or DetectionOnly");
}

function readAudit(value: Text, settings: Settings, faults: Faults): void {
  const name = value.lower();
  settings.audits = name != "off";
  settings.auditsRelevant = name == "relevantonly";
  if (name != "on" && name != "off" && name != "relevantonly") {
    faults.add("SecAuditEngine is On, Off or RelevantOnly");
  }
}

function isOn(value: Text, faults: Faults): bool {
  const name = value.lower();
  if (name != "on" && name != "off") faults.add("the value is On or Off");
  return name == "on";
}

function limit(value: Text, faults: Faults): LimitAction {
  const name = value.lower();
  if (name != "reject" && name != "processpartial")
    faults.add("the value is Reject or ProcessPartial");
  return name == "reject" ? LimitAction.Reject : LimitAction.ProcessPartial;
}

function size(value: Text, faults: Faults): u32 {
  const number = numberOf(value.ptr, value.length);
  if (number < 0 || number > 0x3fffffff || value.at(0) - 0x30 > 9) {
    faults.add("the value is a number of at most 1073741823");
  }
  return <u32>number;
}

function readTypes(directive: Directive, settings: Settings): void {
  for (let i = 0; i < directive.arguments.length; i++) {
    settings.responseTypes.push(directive.argument(i));
  }
}
