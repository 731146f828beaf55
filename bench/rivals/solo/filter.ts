// The same filter as assembly/probes/bench-header.ts, on solo-io's SDK: read one header, add one.
export * from "./node_modules/@solo-io/proxy-runtime/assembly/proxy";
import {
  Context,
  FilterHeadersStatusValues,
  registerRootContext,
  RootContext,
  stream_context,
} from "./node_modules/@solo-io/proxy-runtime/assembly/index";

class Root extends RootContext {
  createContext(id: u32): Context {
    return new Stream(id, this);
  }
}

class Stream extends Context {
  constructor(id: u32, root: Root) {
    super(id, root);
  }
  onRequestHeaders(count: u32, endOfStream: bool): FilterHeadersStatusValues {
    if (stream_context.headers.request.get("x-tenant") == "blue") {
      stream_context.headers.request.add("x-seen", "1");
    }
    return FilterHeadersStatusValues.Continue;
  }
}

registerRootContext((id: u32) => {
  return new Root(id);
}, "");
