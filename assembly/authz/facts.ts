// What rules ask about a request. The host's side of it lives in stages/authz, which reads each thing once and only when a rule
// wants it; specs use a request made of texts.
import { IpAddress } from "../http/ip";
import { ClaimValues } from "./claim-values";

/** Texts a rule can compare. Headers have numbers from `FirstHeader` on, in the order in which the configuration names them. */
export const enum Attribute {
  Method = 0,
  /** The path without its query. */
  Path = 1,
  /** `:authority` as it stands, with its port. */
  Host = 2,
  /** Server name of the TLS handshake. */
  ServerName = 3,
  /** URI of the peer's identity, proven by the connection or by a header that the configuration trusts. */
  Peer = 4,
  FirstHeader = 5,
}

export const enum AddressKind {
  /** The connection's other end (`ipBlocks`, `source.ip`). */
  Source = 0,
  /** The client (`remoteIpBlocks`, `remote.ip`). */
  Remote = 1,
  /** This end (`destination.ip`). */
  Destination = 2,
}

export abstract class Facts {
  /** The text that `text` found last; valid in this callback. */
  ptr: usize = 0;
  length: u32 = 0;
  /** Claims of the token that rules look at now; null when nothing was verified. */
  claims: ClaimValues | null = null;
  /** The rule whose scopes alone were missing, of the set asked last; null: none. */
  shortRule: i32 = -1;

  /** Looks up a text. False: the request has none. */
  abstract text(attribute: i32): bool;

  /** After `text`, or itself: the next entry of a header that comes more than once. False: there is none. */
  abstract next(attribute: i32): bool;

  /** An address, or null when it is not known. */
  abstract address(kind: AddressKind): IpAddress | null;

  /** This end's port, or -1. */
  abstract destinationPort(): i32;

  /** Verified tokens of the request. */
  abstract tokenCount(): i32;

  /** Puts the claims of one of them, or null when there is none, into `claims`. */
  abstract select(token: i32): void;
}
