// A module that offers the host no way to allocate: Envoy refuses to start with it.
import "../abi/abort";

export function proxy_abi_version_0_2_1(): void {}

export function proxy_on_context_create(_id: u32, _parent: u32): void {}
