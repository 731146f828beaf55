// Reads one value of 1 KiB from shared data and writes it back if nobody else did, and does nothing else: what the rate limiter's two
// calls cost by themselves, for the bench.
import { HeadersAction, Status } from "../../abi/constants";
import { View } from "../../abi/view";
import { install } from "../../sdk/contexts";
import { HttpStream } from "../../sdk/http-stream";
import { Plugin } from "../../sdk/plugin";
import { getShared, lastCasNumber, setShared, setSharedIf } from "../../sdk/shared-data";

export {
  malloc,
  proxy_abi_version_0_2_1,
  proxy_on_configure,
  proxy_on_context_create,
  proxy_on_delete,
  proxy_on_memory_allocate,
  proxy_on_request_headers,
} from "../../sdk/callbacks";

const valueBytes: u32 = 1024;

@final
class SharedStream extends HttpStream {
  override onRequestHeaders(count: u32, endOfStream: bool): HeadersAction {
    const plugin = <SharedPlugin>this.root;
    if (getShared(plugin.key, plugin.value) == Status.Ok) {
      setSharedIf(plugin.key, plugin.value.ptr, plugin.value.length, lastCasNumber());
    }
    return HeadersAction.Continue;
  }
}

@final
class SharedPlugin extends Plugin {
  // As long as the limiter's own keys.
  readonly key: View = View.of("meshwarden/rl/0123456789abcdef/00000000");
  readonly value: View = new View();

  override onConfigure(ptr: usize, size: u32): bool {
    const blank = heap.alloc(valueBytes);
    memory.fill(blank, 0, valueBytes);
    const status = setShared(this.key, blank, valueBytes);
    heap.free(blank);
    return status == Status.Ok;
  }

  override createStream(): HttpStream {
    return new SharedStream(this);
  }
}

install((): Plugin => new SharedPlugin());
