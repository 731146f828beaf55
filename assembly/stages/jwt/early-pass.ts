// Lets a request pass by two headers, `authorization` and, where there are rules, `:path`, when the token is remembered or the path
// asks for none. Reading a header costs a fraction of reading the map, which is most of what a remembered token costs in Envoy. Only where
// those headers are all there is to know: no other place for tokens, no preflights; and where one provider alone could take a token, so
// that the answer is the same as the long way's. Envoy joins repeated `authorization` headers by comma, so a second one is seen here, too.
import { MapType, Status } from "../../abi/constants";
import { View } from "../../abi/view";
import { RequestTarget } from "../../http/request-target";
import { getHeader, removeHeader } from "../../sdk/headers";
import { JwtConfig } from "./config";
import { CredentialKind, CredentialList } from "./credential";
import { OutputWriter } from "./output-writer";
import { JwtProvider } from "./provider";
import { Requirement, RequirementKind } from "./requirement";
import { isAmbiguous } from "./route-rule";
import { TokenCheck } from "./token-check";

/** Headers that are taken out unseen; beyond that the whole map is cheaper. */
const MAX_STRIPPED: i32 = 4;

@final
export class EarlyPass {
  private authorization: View = View.of("authorization");
  private pathName: View = View.of(":path");
  private path: View = new View();
  private target: RequestTarget = new RequestTarget();
  private value: View = new View();
  private found: CredentialList = new CredentialList();
  private writer: OutputWriter = new OutputWriter();
  private providers: JwtProvider[];
  private hasRules: bool;
  /** No two providers could take the same token. */
  private areApart: bool;
  readonly isPossible: bool;

  /** @param outputs every header that some provider sets */
  constructor(
    private config: JwtConfig,
    private check: TokenCheck,
    private outputs: View[],
  ) {
    const providers = config.providers;
    this.providers = providers;
    this.hasRules = config.rules.length > 0;
    this.areApart = areApart(providers);
    const isCached = config.cacheEntries > 0 && outputs.length <= MAX_STRIPPED;
    this.isPossible =
      isCached &&
      !config.bypassCorsPreflight &&
      (this.hasRules || this.areApart) &&
      this.areBearer();
  }

  /** True: the request needs no token or has a remembered one, and is as it must go on. False: nothing has been decided. */
  run(): bool {
    let requirement: Requirement | null = this.config.fallback;
    if (this.hasRules) {
      const path = this.path;
      if (getHeader(MapType.RequestHeaders, this.pathName, path) != Status.Ok) return false;
      const target = this.target;
      target.read(path.ptr, path.length);
      if (isAmbiguous(target.pathFlags)) return false;
      requirement = this.config.requirementOf(path.ptr, target.pathLength);
    }
    if (requirement === null) return this.strips();
    const isOne = requirement.kind == RequirementKind.Provider;
    if (requirement.kind == RequirementKind.All || (!isOne && !this.areApart)) return false;
    const value = this.value;
    const status = getHeader(MapType.RequestHeaders, this.authorization, value);
    if (status != Status.Ok) return false;
    this.check.begin();
    if (isOne) return this.takes(requirement.provider);
    const children = requirement.children;
    for (let i = 0; i < children.length; i++) {
      if (children[i].kind != RequirementKind.Provider) return false;
      if (this.takes(children[i].provider)) return true;
    }
    return false;
  }

  /** The value holds one token, and this provider remembers it. */
  private takes(index: i32): bool {
    const provider = this.providers[index];
    const found = this.found;
    found.clear();
    provider.locations[0].collectValue(this.value.ptr, this.value.length, found);
    if (found.hasMany || found.count == 0) return false;
    const token = found.at(0);
    if (!this.check.remembers(provider, token.ptr, token.length)) return false;
    return this.sends(provider, token.ptr, token.length);
  }

  /** The token goes last: whatever fails before it, the long way finds it again. */
  private sends(provider: JwtProvider, token: usize, length: u32): bool {
    if (!this.strips()) return false;
    if (!this.writer.write(provider, this.check.outputs, token, length)) return false;
    if (provider.forward) return true;
    return removeHeader(MapType.RequestHeaders, this.authorization) == Status.Ok;
  }

  /** What a client wrote into headers of ours goes, seen or not. */
  private strips(): bool {
    const outputs = this.outputs;
    for (let i = 0; i < outputs.length; i++) {
      if (removeHeader(MapType.RequestHeaders, outputs[i]) != Status.Ok) return false;
    }
    return true;
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
