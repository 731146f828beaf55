// Lets a request pass by its one header `authorization`, when the token in it is remembered. Reading one header costs a fraction of
// reading the map, which is most of what a remembered token costs in Envoy. Only where that header is all there is to know: no rules
// (which need the path), no other place for tokens, no preflights; and where one provider alone could take a token, so that the answer
// is the same as the long way's. Envoy joins repeated `authorization` headers by comma, so a second one is seen here, too.
import { MapType, Status } from "../../abi/constants";
import { View } from "../../abi/view";
import { getHeader, removeHeader } from "../../sdk/headers";
import { JwtConfig } from "./config";
import { CredentialKind, CredentialList } from "./credential";
import { OutputWriter } from "./output-writer";
import { JwtProvider } from "./provider";
import { TokenCheck } from "./token-check";

/** Headers that are taken out unseen; beyond that the whole map is cheaper. */
const MAX_STRIPPED: i32 = 4;

@final
export class EarlyPass {
  private authorization: View = View.of("authorization");
  private value: View = new View();
  private found: CredentialList = new CredentialList();
  private writer: OutputWriter = new OutputWriter();
  readonly isPossible: bool;

  /** @param outputs every header that some provider sets */
  constructor(
    config: JwtConfig,
    private providers: JwtProvider[],
    private check: TokenCheck,
    private outputs: View[],
  ) {
    const isPlain = config.rules.length == 0 && !config.bypassCorsPreflight;
    const isCached = config.cacheEntries > 0 && outputs.length <= MAX_STRIPPED;
    this.isPossible = isPlain && isCached && areApart(providers) && this.areBearer();
  }

  /** True: the request has a remembered token, and is as it must go on. False: nothing has been decided. */
  run(): bool {
    const value = this.value;
    const status = getHeader(MapType.RequestHeaders, this.authorization, value);
    if (status != Status.Ok) return false;
    this.check.begin();
    const found = this.found;
    for (let i = 0; i < this.providers.length; i++) {
      const provider = this.providers[i];
      found.clear();
      provider.locations[0].collectValue(value.ptr, value.length, found);
      if (found.hasMany || found.count == 0) continue;
      const token = found.at(0);
      if (!this.check.remembers(provider, token.ptr, token.length)) continue;
      return this.sends(provider, token.ptr, token.length);
    }
    return false;
  }

  /** The token goes last: whatever fails before it, the long way finds it again. */
  private sends(provider: JwtProvider, token: usize, length: u32): bool {
    const outputs = this.outputs;
    for (let i = 0; i < outputs.length; i++) {
      if (removeHeader(MapType.RequestHeaders, outputs[i]) != Status.Ok) return false;
    }
    if (!this.writer.write(provider, this.check.outputs, token, length)) return false;
    if (provider.forward) return true;
    return removeHeader(MapType.RequestHeaders, this.authorization) == Status.Ok;
  }

  /** Whether every provider's tokens stand in `authorization` and nowhere else. */
  private areBearer(): bool {
    const wanted = this.authorization;
    for (let i = 0; i < this.providers.length; i++) {
      const locations = this.providers[i].locations;
      if (locations.length != 1 || locations[0].kind != CredentialKind.Header) return false;
      const name = locations[0].name;
      if (name.length != wanted.length) return false;
      if (memory.compare(name.ptr, wanted.ptr, name.length) != 0) return false;
    }
    return true;
  }
}

/** Whether no two providers accept the same issuer. */
function areApart(providers: JwtProvider[]): bool {
  for (let i = 0; i < providers.length && providers.length > 1; i++) {
    if (providers[i].rules.issuers.size == 0) return false;
    for (let j = 0; j < i; j++) {
      if (providers[j].rules.issuers.overlaps(providers[i].rules.issuers)) return false;
    }
  }
  return true;
}
