// What host calls see of the context they run on: a plugin's root context or one HTTP stream. The defaults answer as
// Envoy does on a root context: no maps, no bodies, no stream to reply to.
import type { BodyBuffer } from "./body-buffer.ts";
import type { HeaderMap } from "./header-map.ts";
import type { RootContext } from "./root-context.ts";
import type { StreamInfo } from "./stream-info.ts";
import type { Header } from "./types.ts";
import type { Vm } from "./vm.ts";

/** A readable buffer: a body that can be changed, bytes that cannot, null = there but without content. */
export type GuestBuffer = BodyBuffer | Uint8Array | null;

export interface LocalReply {
  status: number;
  body: string;
  headers: Header[];
  grpcStatus: number;
  details: string;
}

export abstract class Context {
  readonly id: number;
  readonly vm: Vm;
  readonly filterName: string;

  constructor(vm: Vm, id: number, filterName: string) {
    this.vm = vm;
    this.id = id;
    this.filterName = filterName;
  }

  abstract get root(): RootContext;
  /** Words for messages: "request headers", "log", "tick" .. */
  abstract get phase(): string;
  /** Map open for reading now, undefined when not. */
  abstract readableMap(type: number): HeaderMap | undefined;
  /** Map open for writing now, undefined when not. */
  abstract writableMap(type: number): HeaderMap | undefined;
  /** Undefined: the buffer does not exist here (status NotFound). */
  abstract buffer(type: number): GuestBuffer | undefined;
  /** True while the access log runs: an unavailable map then answers NotFound, not BadArgument. */
  abstract get logging(): boolean;
  abstract get streamInfo(): StreamInfo | undefined;
  abstract sendLocalReply(reply: LocalReply): void;
  abstract continueStream(type: number): void;
  abstract closeStream(type: number): void;
  /** Tells the proxy that a map changed (route cache). */
  abstract headersModified(type: number): void;
}
