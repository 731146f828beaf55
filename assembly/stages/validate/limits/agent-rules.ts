// User-Agent against lists of patterns. It keeps honest tools out and is no proof of anything: the
// field is the client's own word.
import { Glob } from "../../../base/glob";
import { KnownHeader } from "../../../http/header-name";
import { Judge } from "../../judge";
import { RequestView } from "../../request-view";
import { LimitsStatus } from "./status";

@final
export class AgentRules {
  /** Null: any agent. */
  allowed: Array<Glob> | null = null;
  /** Null: none. */
  denied: Array<Glob> | null = null;

  /** True when a finding denies the request. An absent field is the empty text for both lists. */
  judge(request: RequestView, judge: Judge): bool {
    const row = request.headers.first(KnownHeader.UserAgent);
    const agent: usize = row < 0 ? 0 : request.headers.value(row);
    const length: u32 = row < 0 ? 0 : request.headers.valueLength(row);
    if (length == 0 && judge.found(LimitsStatus.UserAgentMissing)) return true;
    const denied = this.denied;
    if (denied !== null && anyMatches(denied, agent, length)) {
      if (judge.found(LimitsStatus.UserAgentDenied)) return true;
    }
    const allowed = this.allowed;
    if (allowed === null || anyMatches(allowed, agent, length)) return false;
    return judge.found(LimitsStatus.UserAgentNotAllowed);
  }
}

function anyMatches(patterns: Array<Glob>, text: usize, length: u32): bool {
  for (let i = 0, n = patterns.length; i < n; i++) {
    if (patterns[i].matches(text, length)) return true;
  }
  return false;
}
