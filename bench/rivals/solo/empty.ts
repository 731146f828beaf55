// A filter that does nothing, on solo-io's SDK.
export * from "./node_modules/@solo-io/proxy-runtime/assembly/proxy";
import {
  Context,
  registerRootContext,
  RootContext,
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
}

registerRootContext((id: u32) => {
  return new Root(id);
}, "");
