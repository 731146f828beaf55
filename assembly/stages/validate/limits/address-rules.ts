// Client addresses against lists of networks. A deny list wins over an allow list. The address is
// Envoy's `source.address`: with `use_remote_address: false`, the default of its connection
// manager, that is whatever X-Forwarded-For the client wrote, so the lists mean something only with
// `use_remote_address: true`, or behind a proxy that sets the field.
import { CidrList } from "../../../http/cidr";
import { IpStatus } from "../../../http/ip";
import { Identity } from "../../exchange";
import { Judge } from "../../judge";
import { LimitsStatus } from "./status";

@final
export class AddressRules {
  /** Null: any address. */
  allowed: CidrList | null = null;
  /** Null: none. */
  denied: CidrList | null = null;

  /** Whether the address has to be asked for, one host call. */
  get needsAddress(): bool {
    return this.allowed !== null || this.denied !== null;
  }

  /**
   * True when a finding denies the request. An address that cannot be read is on no list, and said
   * so.
   */
  judge(identity: Identity, judge: Judge): bool {
    if (!this.needsAddress) return false;
    if (identity.addressStatus != IpStatus.Ok) return judge.found(LimitsStatus.AddressUnknown);
    const denied = this.denied;
    if (denied !== null && denied.has(identity.address)) {
      if (judge.found(LimitsStatus.AddressDenied)) return true;
    }
    const allowed = this.allowed;
    if (allowed === null || allowed.has(identity.address)) return false;
    return judge.found(LimitsStatus.AddressNotAllowed);
  }
}
