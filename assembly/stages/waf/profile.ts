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
  readonly authority: View;

  constructor(
    readonly name: string,
    readonly profile: Profile,
  ) {
    this.authority = View.of(name);
  }
}

/** All profiles of a configuration. */
@final
export class Profiles {
  profiles: Profile[] = [];
  authorities: AuthorityProfile[] = [];
  fallback: Profile | null = null;
  /** Place of the authority that `of` found last, from 1; 0 for one that is not listed. */
  place: i32 = 0;

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
      if (!sameFolded(entry.authority.ptr, authority, length)) continue;
      this.place = i + 1;
      return entry.profile;
    }
    this.place = 0;
    return this.fallback;
  }
}
