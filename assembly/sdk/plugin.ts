// One configured instance of a filter: a root context. A VM holds several of them when their code and
// vm_id are equal, and during a configuration update the old one and the new one live side by side;
// therefore everything a filter knows hangs off its Plugin and nothing off module variables.
import { Status } from "../abi/constants";
import { proxy_done } from "../abi/env";
import { actAs, effectiveContext } from "./effective";
import { HttpStream } from "./http-stream";
import { Root } from "./root";
import { setTickPeriod } from "./stream/watch";

/** Base class of a filter. Managed allocation belongs here, at configure time. */
export abstract class Plugin extends Root {
  /** Next root of this VM; the layer's own. */
  nextRoot: Plugin | null = null;
  /** Head of the list of every stream ever made: it keeps them reachable, and grows only at a new
   * high-water mark. */
  made: HttpStream | null = null;
  private free: HttpStream | null = null;

  /** Makes one stream; called only when the pool is empty. */
  abstract createStream(): HttpStream;

  /** `size` bytes of VM configuration at `ptr`, the same for all plugins of the VM. False: unusable. */
  onVmStart(ptr: usize, size: u32): bool {
    return true;
  }
  /** `size` bytes of plugin configuration at `ptr`, valid in this call: JSON text, or protobuf bytes of
   * a Struct (assembly/config reads both). False refuses the configuration; the running one keeps serving. */
  onConfigure(ptr: usize, size: u32): bool {
    return true;
  }
  /** Every `setTickPeriod` milliseconds, on each worker and on the main thread. */
  onTick(): void {}
  onQueueReady(queueId: u32): void {}
  /** Callouts that were started without a stream end here (see HttpStream for the meaning). */
  onHttpCallResponse(tag: u32, headerCount: u32, bodySize: u32, trailerCount: u32): void {}
  onGrpcMessage(tag: u32, size: u32): void {}
  onGrpcInitialMetadata(tag: u32, count: u32): void {}
  onGrpcTrailingMetadata(tag: u32, count: u32): void {}
  onGrpcClose(tag: u32, status: i32): void {}
  onForeignFunction(functionId: u32, size: u32): void {}
  /** The configuration was replaced. False keeps the root alive until `finishDone`. */
  onDone(): bool {
    return true;
  }
  onDelete(): void {}

  /** `onTick` comes every `periodMs` milliseconds from now on; 0: no more. */
  setTickPeriod(periodMs: u32): Status {
    return setTickPeriod(this, periodMs);
  }

  /** Lets the host delete a root whose `onDone` said false. NotFound: it was not waiting. */
  finishDone(): Status {
    const outer = effectiveContext();
    const acting = actAs(this.rootId);
    if (acting != Status.Ok) return acting;
    const status = <Status>proxy_done();
    actAs(outer);
    return status;
  }

  /** A stream from the pool, as new. */
  acquire(contextId: u32): HttpStream {
    let stream = this.free;
    if (stream === null) {
      stream = this.createStream();
      stream.nextMade = this.made;
      this.made = stream;
    } else {
      this.free = stream.nextFree;
      stream.nextFree = null;
    }
    stream.contextId = contextId;
    stream.state = 0;
    stream.requestDeadline = 0;
    stream.responseDeadline = 0;
    stream.callouts = 0;
    stream.awaitsMore = false;
    this.liveStreams++;
    return stream;
  }

  /** Puts a stream back. Its object serves the next one. */
  release(stream: HttpStream): void {
    stream.reset();
    stream.contextId = 0;
    stream.nextFree = this.free;
    this.free = stream;
    this.liveStreams--;
  }
}
