// A filter that does nothing, on Gcore's SDK.
export * from "@gcoredev/proxy-wasm-sdk-as/assembly/proxy";
import { Context, registerRootContext, RootContext } from "@gcoredev/proxy-wasm-sdk-as/assembly";

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
