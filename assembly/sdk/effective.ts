// Whose context the host acts on. Envoy sets it to the id of each callback and puts it back when the
// callback ends; a callout's answer comes on the root, and `continue_stream` or a reply sent there
// answers Ok and does nothing unless the stream's context was set first. This file knows the current
// one, so that nothing is set twice, and brackets every callback.
import { enter, leave } from "../abi/arena";
import { Status } from "../abi/constants";
import { proxy_set_effective_context } from "../abi/env";
import { forgetLogLevel } from "./log";

let effective: u32 = 0;

/** Starts a callback on context `id`; give the answer to `leaveCallback`. */
export function enterCallback(id: u32): u32 {
  enter();
  const outer = effective;
  effective = id;
  return outer;
}

/** Ends a callback: takes back its memory when it was the outermost one. */
export function leaveCallback(outer: u32): void {
  effective = outer;
  forgetLogLevel();
  leave();
}

/** The context that host calls act on now; 0 outside of callbacks. */
export function effectiveContext(): u32 {
  return effective;
}

/** Makes host calls act on context `id` until the callback ends. BadArgument: it is gone. */
export function actAs(id: u32): Status {
  if (effective == id) return Status.Ok;
  const status = <Status>proxy_set_effective_context(id);
  if (status == Status.Ok) effective = id;
  return status;
}
