// A profile: one rule set with a name, and which profile a request gets by its authority.
import { View } from "../../abi/view";
import { RuleSet } from "../../waf/model/rule-set";
import { sameFolded } from "../../waf/model/tx-names";

@final
export class Profile {
  constructor(
    public name: string,
    public rules: RuleSet,
  ) {}
}

/** `per_authority_directives`: an authority, port included, and its profile. */
@final
export class AuthorityProfile {
  constructor(
    public authority: View,
    public profile: Profile,
  ) {}
}

/** All profiles of a configuration. */
@final
export class Profiles {
  profiles: Profile[] = [];
  authorities: AuthorityProfile[] = [];
  fallback: Profile | null = null;

  find(name: string): Profile | null {
    for (let i = 0; i < this.profiles.length; i++) {
      if (this.profiles[i].name == name) return this.profiles[i];
    }
    return null;
  }

  /** The profile of a request. Linear in the number of authorities. */
  of(authority: usize, length: u32): Profile | null {
    for (let i = 0; i < this.authorities.length; i++) {
      const entry = this.authorities[i];
      if (entry.authority.length != length) continue;
      if (sameFolded(entry.authority.ptr, authority, length)) return entry.profile;
    }
    return this.fallback;
  }
}
