// The end of a plugin that asked for time: after `onDone` said false the root stays, ticks go on, and
// this lets it go.
import { Status } from "../abi/constants";
import { proxy_done } from "../abi/env";
import { actAs, effectiveContext } from "./effective";
import { Root } from "./root";

/** Lets the host delete the root. NotFound: it was not waiting. */
export function finishDone(root: Root): Status {
  const outer = effectiveContext();
  const acting = actAs(root.rootId);
  if (acting != Status.Ok) return acting;
  const status = <Status>proxy_done();
  actAs(outer);
  return status;
}
