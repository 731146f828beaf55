// One fetch by callouts: of a key set or another list at once, or of an issuer's metadata first and then the set they name. Where a
// request goes is decided by the configuration alone: metadata can name the path and host of the keys within a named cluster, a token
// nothing at all. Redirects are not followed, and nothing but a 200 of a bounded size is read.
import { MapType, Status } from "../abi/constants";
import { PairsWriter } from "../abi/pairs-writer";
import { View } from "../abi/view";
import { decimalU64, parseU64 } from "../base/decimal";
import { maxAgeSeconds } from "../http/cache-control";
import { Discovery, MAX_METADATA_BYTES } from "../jwks/discovery";
import { FetchTarget } from "../jwks/fetch-target";
import { MAX_KEYS_BYTES } from "../jwks/policy";
import { getHeader } from "../sdk/headers";
import { callHttpForPlugin, readCallBody } from "../sdk/http-call";
import { collectSoon } from "../sdk/lifecycle";
import { Root } from "../sdk/root";

/** Where keys or lists come from, and how they are asked for. Set at configure time. */
@final
export class RemoteAddress {
  /** Of the key set, or of the metadata when `issuer` is not empty. */
  readonly target: FetchTarget = new FetchTarget();
  /** Cluster that `target` is asked from. */
  cluster: string = "";
  /** Cluster of the keys that metadata name. */
  keysCluster: string = "";
  /** The issuer whose metadata are read first; "": the keys are at `target`. */
  issuer: string = "";
  /** Longest time of one request. */
  timeoutMs: u32 = 5000;
  /** Envoy's own retries of one request. */
  retries: u32 = 0;
  /** What is asked for, and its longest answer in bytes. */
  accept: string = "application/json, application/jwk-set+json";
  mostBytes: u32 = MAX_KEYS_BYTES;
}

/** What an answer means for the fetch. */
export const enum Progress {
  /** Nothing was being fetched. */
  None,
  /** Another request is on its way. */
  More,
  /** The set is in `body`. */
  Done,
  /** `wrong` says why there is none. */
  Failed,
}

const enum Step {
  None,
  Metadata,
  Keys,
}

@final
export class SourceFetch {
  /** What was fetched after Progress.Done, valid until the callback ends. */
  readonly body: View = new View();
  /** What is wrong, for the log: never a word of the answer. */
  wrong: string = "";
  private root: Root | null = null;
  private tag: u32 = 0;
  private step: Step = Step.None;
  private cluster: View;
  private keysCluster: View;
  private request: PairsWriter = new PairsWriter(8, 4096);
  private discovery: Discovery = new Discovery();
  private keysTarget: FetchTarget = new FetchTarget();
  private value: View = new View();
  private statusName: View = View.of(":status");
  private cacheName: View = View.of("cache-control");
  private ageName: View = View.of("age");

  constructor(private address: RemoteAddress) {
    this.cluster = View.of(address.cluster);
    this.keysCluster = View.of(address.keysCluster);
  }

  /** Whose callouts these are. @param tag comes back with their answers */
  attach(root: Root, tag: u32): void {
    this.root = root;
    this.tag = tag;
  }

  /** False: nothing was started. */
  start(): bool {
    const address = this.address;
    if (address.issuer.length == 0) return this.ask(address.target, this.keysCluster, Step.Keys);
    return this.ask(address.target, this.cluster, Step.Metadata);
  }

  /** Takes the answer to a callout with this fetch's tag; in its callback only. */
  answered(headerCount: u32, bodySize: u32): Progress {
    const step = this.step;
    this.step = Step.None;
    if (step == Step.None) return Progress.None;
    collectSoon();
    this.wrong = this.refusal(headerCount, bodySize, step);
    if (this.wrong.length > 0) return Progress.Failed;
    if (step == Step.Keys) return Progress.Done;
    this.wrong = this.follow();
    return this.wrong.length > 0 ? Progress.Failed : Progress.More;
  }

  /** What Cache-Control leaves of the set's life after the time it spent in caches; -1: nothing is said. */
  maxAge(): i64 {
    const value = this.value;
    const map = MapType.HttpCallResponseHeaders;
    if (getHeader(map, this.cacheName, value) != Status.Ok) return -1;
    const most = maxAgeSeconds(value.ptr, value.length);
    if (most <= 0 || getHeader(map, this.ageName, value) != Status.Ok) return most;
    if (value.length > 10 || !parseU64(value.ptr, value.length)) return most;
    return max<i64>(most - <i64>decimalU64, 0);
  }

  /** From the metadata to the keys. */
  private follow(): string {
    const body = this.body;
    if (!this.discovery.read(body.ptr, body.length, this.address.issuer)) {
      return "the metadata are of another issuer, or name no keys";
    }
    if (!this.keysTarget.read(this.discovery.jwksUri))
      return "jwks_uri is no http or https address";
    const isAsked = this.ask(this.keysTarget, this.keysCluster, Step.Keys);
    return isAsked ? "" : "the keys cannot be asked for";
  }

  private ask(target: FetchTarget, cluster: View, step: Step): bool {
    const root = this.root;
    if (root === null) return false;
    collectSoon();
    const request = this.request;
    request.reset();
    add(request, ":method", "GET");
    add(request, ":scheme", target.scheme);
    add(request, ":authority", target.authority);
    add(request, ":path", target.path);
    add(request, "accept", this.address.accept);
    if (this.address.retries > 0) {
      add(request, "x-envoy-retry-on", "5xx,gateway-error,connect-failure,reset");
      add(request, "x-envoy-max-retries", this.address.retries.toString());
    }
    const timeoutMs = <i32>this.address.timeoutMs;
    const status = callHttpForPlugin(root, this.tag, cluster, request, timeoutMs);
    if (status == Status.Ok) this.step = step;
    return status == Status.Ok;
  }

  /** What speaks against reading the answer; "", and its bytes in `body`, when nothing does. */
  private refusal(headerCount: u32, bodySize: u32, step: Step): string {
    if (headerCount == 0) return "no answer came";
    const value = this.value;
    const isTold = getHeader(MapType.HttpCallResponseHeaders, this.statusName, value) == Status.Ok;
    const status = isTold && value.length == 3 && parseU64(value.ptr, 3) ? decimalU64 : 0;
    if (status != 200) return `status ${status}`;
    const most = step == Step.Keys ? this.address.mostBytes : MAX_METADATA_BYTES;
    if (bodySize > most) return `${bodySize} bytes are too many`;
    const isRead = readCallBody(bodySize, this.body) == Status.Ok && this.body.length == bodySize;
    return isRead ? "" : "the body cannot be read";
  }
}

function add(request: PairsWriter, name: string, value: string): void {
  const key = View.of(name);
  const text = View.of(value);
  request.add(key.ptr, key.length, text.ptr, text.length);
}
