// What `serve` drives: something that loads filters, listens, and ends in order. It is one listener in this thread (here), or
// several threads of such (`workers/pool.ts`).
import type { AddressInfo } from "node:net";
import type { Finding } from "../config/finding.ts";
import { Counters, type Gauges } from "./counters.ts";
import type { ServeEngine } from "./engine.ts";
import type { EngineInput, EngineLoader } from "./engine-load.ts";
import type { ListenPlace } from "./front-door.ts";
import { Listener, type ListenerOptions } from "./listener.ts";
import type { Recording } from "./record/recorder.ts";
import { recordingEngine } from "./record/tape.ts";
import type { TlsMaterial } from "./tls-files.ts";

export interface Front {
  readonly draining: boolean;
  /** Reloads are counted by whoever asks for them. */
  readonly counters: Counters;
  /** Loads the filters; new requests run on them when there are no findings. */
  load(input: EngineInput): Promise<Finding[]>;
  /** After the first `load`. @throws the system's error, for example with code EADDRINUSE */
  listen(place: ListenPlace): Promise<AddressInfo>;
  /** New connections are greeted with these certificates. */
  replaceTls(tls: TlsMaterial): void;
  /** Streams and connections that are open now. */
  gauges(): Gauges;
  /** The proxy's own counters and the filters' metrics. */
  prometheusText(): string;
  /** What runs: names and digests, never a configuration's contents. */
  describe(): Record<string, unknown>;
  /** Applies the bounds in time and writes out the access log; runs by itself as well. */
  sweep(): void;
  /** Ends new traffic, lets what runs end, closes everything. */
  drain(): Promise<void>;
}

export interface LocalFrontOptions extends Omit<ListenerOptions, "engine"> {
  /** Takes what passes the filters. */
  recording?: Recording;
}

/** Everything in this thread. */
export class LocalFront implements Front {
  readonly #options: LocalFrontOptions;
  readonly #load: EngineLoader;
  #listener: Listener | undefined;
  /** As the loader made it. */
  #engine: ServeEngine | undefined;
  #none = new Counters();

  constructor(options: LocalFrontOptions, load: EngineLoader) {
    this.#options = options;
    this.#load = load;
  }

  get draining(): boolean {
    return this.#listener?.draining ?? false;
  }

  get counters(): Counters {
    return this.#listener?.counters ?? this.#none;
  }

  async load(input: EngineInput): Promise<Finding[]> {
    const { recording } = this.#options;
    const onCallout = recording?.calledOut.bind(recording);
    const given = onCallout === undefined ? input : { ...input, onCallout };
    const { engine: loaded, findings } = await this.#load(given, this.#engine);
    if (loaded === undefined) return findings;
    this.#engine = loaded;
    const engine =
      recording === undefined ? loaded : recordingEngine(loaded, (tape) => recording.take(tape));
    if (this.#listener === undefined) this.#listener = new Listener({ ...this.#options, engine });
    else this.#listener.replaceEngine(engine);
    return [];
  }

  async listen(place: ListenPlace): Promise<AddressInfo> {
    if (this.#listener === undefined) throw new Error("listen before load");
    return this.#listener.listen(place);
  }

  replaceTls(tls: TlsMaterial): void {
    this.#listener?.replaceTls(tls);
  }

  gauges(): Gauges {
    return this.#listener!.gauges();
  }

  prometheusText(): string {
    return this.counters.prometheusText(this.gauges()) + this.#listener!.engine.prometheusText();
  }

  describe(): Record<string, unknown> {
    return this.#listener!.engine.describe();
  }

  sweep(): void {
    this.#listener?.sweep();
  }

  async drain(): Promise<void> {
    await this.#listener?.drain();
  }
}
