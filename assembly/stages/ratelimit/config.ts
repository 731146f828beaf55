// Reads the section `rateLimit`. All mistakes are reported at once, each at its place; what a policy says is in policy-config.ts.
import { ConfigValue } from "../../config/value";
import { ClientIp } from "../../identity/client-ip";
import { readClientIp } from "../client-ip-config";
import { Mode } from "../verdict";
import { entriesOf } from "../lists";
import { FieldsOn, FieldsStandard } from "./denial";
import { Policy } from "./policy";
import { readMode, readPolicy } from "./policy-config";
import { maxPolicies } from "./rows";
import { ServiceConfig, readService } from "./service-config";

@final
export class RateLimitConfig {
  policies: Array<Policy> = [];
  namespace: string = "";
  hashSecret: string = "";
  standard: FieldsStandard = FieldsStandard.Draft10;
  fieldsOn: FieldsOn = FieldsOn.Denied;
  /** Null: no policy asks a service. */
  service: ServiceConfig | null = null;
}

/**
 * Fills `config` and `clientIp` from the document.
 * @param hasClaims some stage before this one verifies tokens
 * @returns false when there is no such section
 */
export function readRateLimit(
  root: ConfigValue,
  config: RateLimitConfig,
  clientIp: ClientIp,
  hasClaims: bool,
): bool {
  const section = root.get("rateLimit");
  config.namespace = section.get("namespace").string("");
  const secret = section.get("hashSecret");
  if (secret.isPresent && secret.isText(16, 1024)) config.hashSecret = secret.string("");
  const fields = section.get("headers");
  config.standard = <FieldsStandard>(
    fields.get("standard").choice(["draft10", "legacy", "both", "none"], 0)
  );
  config.fieldsOn = <FieldsOn>fields.get("on").choice(["denied", "always"], 0);
  readClientIp(section.get("clientIp"), clientIp);
  const service = readService(section.get("service"));
  config.service = service;
  const mode = readMode(section.get("mode"), Mode.Enforce);
  const list = section.get("policies");
  if (section.isPresent) list.required("add a policy");
  const entries = entriesOf(list, 1, maxPolicies);
  const names: string[] = [];
  for (let i = 0; i < entries.length && i < maxPolicies; i++) {
    config.policies.push(readPolicy(entries[i], mode, hasClaims, names, service));
  }
  return section.isPresent;
}
