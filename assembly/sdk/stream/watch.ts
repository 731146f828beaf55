// Limits for paused streams. Envoy never resumes a stream by itself: after a trap elsewhere in the VM
// no answer comes, and a filter that pauses on headers without allow_on_headers_stop_iteration never
// sees the body it waits for. So every pause carries a deadline, counted in ticks of the root: no clock
// is read on the request path, and the host timer is set once, when the first stream is watched.
import { Status } from "../../abi/constants";
import { proxy_set_tick_period_milliseconds } from "../../abi/env";
import { actAs, effectiveContext } from "../effective";
import { Root } from "../root";

/** Granularity of the deadlines, unless the filter's own tick is faster. */
const watchPeriodMs: u32 = 1000;

/** The tick at which a pause that starts now and may last `limitMs` has expired. */
export function deadline(root: Root, limitMs: u32): u32 {
  if (root.hostPeriodMs == 0 || root.hostPeriodMs > watchPeriodMs) startWatch(root);
  const period = max<u32>(root.hostPeriodMs, 1);
  // One tick more than the limit needs: the current one may be about to end.
  return root.watchTicks + limitMs / period + 2;
}

/** The filter's own period in milliseconds; 0 stops its ticks (not the watch). */
export function setTickPeriod(root: Root, periodMs: u32): Status {
  root.tickPeriodMs = periodMs;
  root.ticksSinceOwn = 0;
  if (root.watching) return periodMs == 0 ? Status.Ok : tell(root, hostPeriod(root));
  return tell(root, periodMs);
}

/** Counts one tick of the host. True: the filter's own tick is due. */
export function countTick(root: Root): bool {
  root.watchTicks++;
  if (root.tickPeriodMs == 0) return false;
  root.ticksSinceOwn++;
  if (root.ticksSinceOwn < ticksPerOwn(root)) return false;
  root.ticksSinceOwn = 0;
  return true;
}

function startWatch(root: Root): void {
  root.watching = true;
  tell(root, hostPeriod(root));
}

/** A period that divides the filter's own and is at most the watch's. */
function hostPeriod(root: Root): u32 {
  if (root.tickPeriodMs == 0) return watchPeriodMs;
  return root.tickPeriodMs / ticksPerOwn(root);
}

function ticksPerOwn(root: Root): u32 {
  if (!root.watching) return 1;
  return (root.tickPeriodMs + watchPeriodMs - 1) / watchPeriodMs;
}

/** The timer belongs to the root of the effective context, which may be another plugin's. */
function tell(root: Root, periodMs: u32): Status {
  const outer = effectiveContext();
  const acting = actAs(root.rootId);
  if (acting != Status.Ok) return acting;
  const status = <Status>proxy_set_tick_period_milliseconds(periodMs);
  if (status == Status.Ok) root.hostPeriodMs = periodMs;
  actAs(outer);
  return status;
}
