// Reads `clientIp` of a section: which address is the client's, and whom to believe about it.
import { ConfigValue } from "../config/value";
import { AddressFrom, ClientIp } from "../identity/client-ip";
import { networks } from "./lists";

export function readClientIp(section: ConfigValue, clientIp: ClientIp): void {
  const from = section.get("from").choice(["source", "xForwardedFor"], 0);
  clientIp.from = <AddressFrom>from;
  const hops = section.get("trustedHops");
  const proxies = section.get("trustedProxies");
  clientIp.trustedHops = <u32>hops.integer(0, 0, 32);
  clientIp.trustedProxies = networks(proxies);
  if (hops.isPresent && proxies.isPresent) {
    hops.fail("cannot stand beside trustedProxies", "keep one of them");
  }
  if (clientIp.from == AddressFrom.XForwardedFor && !hops.isPresent && !proxies.isPresent) {
    section.fail("trusts X-Forwarded-For from nobody", "add trustedHops or trustedProxies");
  }
}
