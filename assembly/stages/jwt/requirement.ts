// What a route asks of a request: a tree of providers, any of them or all of them, with the words of Envoy's JwtRequirement. Built at
// configure time with a bounded depth, so walking it by recursion is bounded, too.

export const enum RequirementKind {
  Provider = 0,
  Any = 1,
  All = 2,
}

@final
export class Requirement {
  readonly children: Requirement[] = [];
  /** Any only: a request without a token passes. */
  allowMissing: bool = false;
  /** Any only: a request with a bad token passes, too, as if it had none. */
  allowFailed: bool = false;

  /** @param provider its place in the list, for kind Provider; else -1 */
  constructor(
    readonly kind: RequirementKind,
    readonly provider: i32 = -1,
  ) {}

  /** Any of `count` providers. */
  static anyOf(count: i32): Requirement {
    const any = new Requirement(RequirementKind.Any);
    for (let i = 0; i < count; i++) any.children.push(new Requirement(RequirementKind.Provider, i));
    return any;
  }
}
