// Roles of an issuer's tokens, and what each role may do. A map belongs to one issuer: a token of another issuer has none of its
// roles, whatever its claims say. Permissions are numbers below 256, so that what a token may do is four words, found once a token.
import { ClaimSlot } from "./claim-paths";
import { ClaimKind, ClaimValues } from "./claim-values";
import { Condition } from "./condition";
import { Facts } from "./facts";
import { Matcher, anyMatches } from "./matcher";
import { Text } from "./text";

/** Names of permissions in one configuration. */
export const MAX_PERMISSIONS: i32 = 256;

/** Permissions as bits. */
@final
export class PermissionSet {
  a: u64 = 0;
  b: u64 = 0;
  c: u64 = 0;
  d: u64 = 0;

  add(permission: i32): void {
    const bit = (<u64>1) << ((<u64>permission) & 63);
    const word = permission >> 6;
    if (word == 0) this.a |= bit;
    else if (word == 1) this.b |= bit;
    else if (word == 2) this.c |= bit;
    else this.d |= bit;
  }

  addAll(other: PermissionSet): void {
    this.a |= other.a;
    this.b |= other.b;
    this.c |= other.c;
    this.d |= other.d;
  }

  meets(other: PermissionSet): bool {
    const low = (this.a & other.a) | (this.b & other.b);
    return (low | (this.c & other.c) | (this.d & other.d)) != 0;
  }

  clear(): void {
    this.a = 0;
    this.b = 0;
    this.c = 0;
    this.d = 0;
  }
}

/** A role and what it permits. */
@final
export class Role {
  readonly permissions: PermissionSet = new PermissionSet();

  constructor(readonly name: Text) {}
}

@final
export class IssuerRoles {
  readonly roles: Array<Role> = [];

  /**
   * @param issuer of the tokens
   * @param slots claims that hold roles
   * @param permissionSlots claims that hold names of permissions
   */
  constructor(
    readonly name: string,
    readonly issuer: Text,
    readonly slots: Array<i32>,
    readonly permissionSlots: Array<i32>,
  ) {}

  /** Whether the token is of this issuer. */
  isOf(claims: ClaimValues): bool {
    if (claims.kind(ClaimSlot.Issuer) != ClaimKind.Text) return false;
    return this.issuer.equals(claims.ptr(ClaimSlot.Issuer, 0), claims.length(ClaimSlot.Issuer, 0));
  }

  /** Adds what the token permits. */
  collect(claims: ClaimValues, names: Array<Text>, into: PermissionSet): void {
    for (let s = 0; s < this.slots.length; s++) {
      const slot = this.slots[s];
      for (let i: u32 = 0; i < claims.size(slot); i++) {
        const ptr = claims.ptr(slot, i);
        const length = claims.length(slot, i);
        for (let r = 0; r < this.roles.length; r++) {
          if (this.roles[r].name.equals(ptr, length)) into.addAll(this.roles[r].permissions);
        }
      }
    }
    for (let s = 0; s < this.permissionSlots.length; s++) {
      const slot = this.permissionSlots[s];
      for (let i: u32 = 0; i < claims.size(slot); i++) {
        for (let n = 0; n < names.length; n++) {
          if (names[n].equals(claims.ptr(slot, i), claims.length(slot, i))) into.add(n);
        }
      }
    }
  }
}

/** Every issuer's map, and the names of all permissions. */
@final
export class RoleBook {
  readonly issuers: Array<IssuerRoles> = [];
  readonly names: Array<Text> = [];
  private held: PermissionSet = new PermissionSet();

  /** What a token permits; valid until the next call. */
  permissionsOf(claims: ClaimValues): PermissionSet {
    const held = this.held;
    held.clear();
    for (let i = 0; i < this.issuers.length; i++) {
      const issuer = this.issuers[i];
      if (issuer.isOf(claims)) issuer.collect(claims, this.names, held);
    }
    return held;
  }
}

/** `request.auth.permissions`. */
@final
export class PermissionCondition extends Condition {
  constructor(
    private book: RoleBook,
    private values: PermissionSet | null,
    private notValues: PermissionSet,
  ) {
    super();
  }

  holds(facts: Facts): bool {
    const claims = facts.claims;
    const values = this.values;
    if (claims === null) return values === null;
    const held = this.book.permissionsOf(claims);
    if (values !== null && !held.meets(values)) return false;
    return !held.meets(this.notValues);
  }
}

/** `request.auth.roles` of one issuer. */
@final
export class RoleCondition extends Condition {
  constructor(
    private issuer: IssuerRoles,
    private values: StaticArray<Matcher>,
    private notValues: StaticArray<Matcher>,
  ) {
    super();
  }

  holds(facts: Facts): bool {
    const claims = facts.claims;
    if (claims === null || !this.issuer.isOf(claims)) {
      return this.values.length == 0;
    }
    if (this.values.length > 0 && !this.has(claims, this.values)) return false;
    return !this.has(claims, this.notValues);
  }

  private has(claims: ClaimValues, values: StaticArray<Matcher>): bool {
    const slots = this.issuer.slots;
    for (let s = 0; s < slots.length; s++) {
      for (let i: u32 = 0; i < claims.size(slots[s]); i++) {
        if (anyMatches(values, claims.ptr(slots[s], i), claims.length(slots[s], i))) return true;
      }
    }
    return false;
  }
}
