// Method, host and length of the URL.
import { AuthorityStatus } from "../../../http/authority";
import { KnownHeader } from "../../../http/header-name";
import { HostPattern } from "../../../http/host-pattern";
import { equalsLiteral } from "../../../http/literal";
import { TargetForm } from "../../../http/request-target";
import { Judge } from "../../judge";
import { RequestView } from "../../request-view";
import { LimitsStatus } from "./status";

@final
export class RequestLineRules {
  /** Compared exactly: methods are case-sensitive (RFC 9110 §9.1). */
  methods: Array<string> = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
  /** Null: any host that is well-formed. */
  hosts: Array<HostPattern> | null = null;
  urlMaxBytes: u32 = 8192;

  /** True when a finding denies the request. */
  judge(request: RequestView, judge: Judge): bool {
    if (!this.isAllowedMethod(request) && judge.found(LimitsStatus.MethodNotAllowed)) return true;
    return this.judgeHost(request, judge) || this.judgeTarget(request, judge);
  }

  private isAllowedMethod(request: RequestView): bool {
    const methods = this.methods;
    for (let i = 0, n = methods.length; i < n; i++) {
      if (equalsLiteral(request.method, request.methodLength, methods[i])) return true;
    }
    return false;
  }

  private judgeHost(request: RequestView, judge: Judge): bool {
    const row = request.headers.first(KnownHeader.Authority);
    if (row < 0) return judge.found(LimitsStatus.HostMissing);
    const host = request.headers.value(row);
    const status = request.authority.read(host, request.headers.valueLength(row));
    if (status == AuthorityStatus.Empty) return judge.found(LimitsStatus.HostMissing);
    if (status != AuthorityStatus.Ok) return judge.found(LimitsStatus.HostMalformed);
    const hosts = this.hosts;
    if (hosts === null) return false;
    for (let i = 0, n = hosts.length; i < n; i++) {
      if (hosts[i].matches(host, request.authority)) return false;
    }
    return judge.found(LimitsStatus.HostNotAllowed);
  }

  private judgeTarget(request: RequestView, judge: Judge): bool {
    if (judge.exceeds(LimitsStatus.UrlTooLong, request.pathLength, this.urlMaxBytes)) return true;
    // CONNECT has no path, and `OPTIONS *` asks about the server as a whole (RFC 9112 §3.2.4).
    if (request.isConnect || request.target.form == TargetForm.Origin) return false;
    const isOptions = equalsLiteral(request.method, request.methodLength, "OPTIONS");
    if (isOptions && request.target.form == TargetForm.Asterisk) return false;
    return judge.found(LimitsStatus.TargetMalformed);
  }
}
