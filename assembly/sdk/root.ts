// What a stream knows of its plugin instance: the part that both Plugin and HttpStream stand on, apart
// from them so that neither imports the other.

/** State of one root context that the layer itself needs. Filters extend Plugin, not this. */
export abstract class Root {
  /** Id of the root context. */
  rootId: u32 = 0;
  /** Does the filter export body callbacks? Then upgrades are looked for, with two host calls for
   * each request that is more than headers. Set it to false in a filter that never looks at bodies. */
  inspectsBodies: bool = true;
  /** A stream paused longer than this without an answer gets `onPauseExpired`. */
  pauseLimitMs: u32 = 30000;

  /** True once a stream was watched: then the host timer never stops (stream/watch.ts). */
  watching: bool = false;
  /** Counts ticks of the host. */
  watchTicks: u32 = 1;
  /** Period that the host was told, 0 for none. */
  hostPeriodMs: u32 = 0;
  /** Period that the filter asked for, 0 for none. */
  tickPeriodMs: u32 = 0;
  /** The filter's own tick comes with every n-th tick of the host; this counts them. */
  ticksSinceOwn: u32 = 0;
  /** Streams of this root that are alive. */
  liveStreams: u32 = 0;
  /** Set when the host deleted the root while streams were still alive. */
  deleted: bool = false;
}
