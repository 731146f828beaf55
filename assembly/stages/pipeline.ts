// The stages of one filter as a plugin: reads the configuration document, keeps the stages it asks
// for in their fixed order, and makes the streams. One object for each root context, so an old and
// a new configuration live side by side while Envoy drains.
import { LogLevel } from "../abi/constants";
import { ConfigDocument } from "../config/document";
import { ConfigValue } from "../config/value";
import { readVersion } from "../config/version";
import { nowNs } from "../sdk/clock";
import { HttpStream } from "../sdk/http-stream";
import { log } from "../sdk/log";
import { Plugin } from "../sdk/plugin";
import { PipelineStream } from "./pipeline-stream";
import { RequestStatus } from "./request-status";
import { Stage } from "./stage";
import { StageList } from "./stage-list";
import { Mode } from "./verdict";

const TICK_MS: u32 = 1000;

@final
export class Pipeline extends Plugin {
  private list: StageList = new StageList();

  /** @param known every stage this filter can run, in the order requests pass them */
  constructor(private known: Array<Stage>) {
    super();
    // Tunnels are told apart from the header map that is read anyway, without further host calls.
    this.inspectsBodies = false;
  }

  createStream(): HttpStream {
    return new PipelineStream(this, this.list);
  }

  onConfigure(ptr: usize, size: u32): bool {
    const document = new ConfigDocument(ptr, size);
    const root = ConfigValue.root(document);
    readVersion(root);
    this.readOwn(root);
    this.readStages(root);
    const isValid = document.finish();
    const isReady = isValid && this.prepare();
    if (!isValid) logErrors(document);
    if (!isReady) this.dispose();
    document.dispose();
    return isReady;
  }

  onDelete(): void {
    this.dispose();
  }

  private dispose(): void {
    for (let i = 0; i < this.known.length; i++) this.known[i].dispose();
  }

  private readOwn(root: ConfigValue): void {
    this.list.holdsHead = root.get("holdHeaders").bool(false);
    if (!root.get("failOpen").bool(false)) return;
    this.list.judge.setMode(RequestStatus.HeadersUnreadable, Mode.Shadow);
    this.list.judge.setMode(RequestStatus.BodyUnreadable, Mode.Shadow);
    this.list.judge.setMode(RequestStatus.ResponseUnreadable, Mode.Shadow);
    this.list.judge.setMode(RequestStatus.WaitExpired, Mode.Shadow);
  }

  private readStages(root: ConfigValue): void {
    const seed = nowNs() * 0x9e3779b97f4a7c15;
    const stages = this.list.stages;
    for (let i = 0; i < this.known.length; i++) {
      const stage = this.known[i];
      if (!stage.configure(root, seed)) continue;
      stage.index = stages.length;
      stage.plugin = this;
      stages.push(stage);
    }
    if (stages.length == 0 && root.isObject) {
      root.fail("no stage is configured", 'add a section, for example "validate": {"limits": {}}');
    }
  }

  onTick(): void {
    const stages = this.list.stages;
    for (let i = 0; i < stages.length; i++) stages[i].onTick();
  }

  onHttpCallResponse(tag: u32, headerCount: u32, bodySize: u32, trailerCount: u32): void {
    const stage = this.stageOf(tag);
    if (stage === null) return;
    stage.onPluginHttpCallResponse(tag & 0xffffff, headerCount, bodySize, trailerCount);
  }

  onGrpcMessage(tag: u32, size: u32): void {
    const stage = this.stageOf(tag);
    if (stage !== null) stage.onPluginGrpcMessage(tag & 0xffffff, size);
  }

  onGrpcClose(tag: u32, status: i32): void {
    const stage = this.stageOf(tag);
    if (stage !== null) stage.onPluginGrpcClose(tag & 0xffffff, status);
  }

  /** The stage whose callout has this tag (see Stage.calloutTag). */
  private stageOf(tag: u32): Stage | null {
    const place = <i32>(tag >> 24);
    const stages = this.list.stages;
    return place < stages.length ? stages[place] : null;
  }

  /** False: a stage cannot run, which was logged. */
  private prepare(): bool {
    const list = this.list;
    for (let i = 0; i < list.stages.length; i++) {
      const stage = list.stages[i];
      list.reporter.addStage(stage.table, stage.judge, stage);
      if (stage.needsAddress) list.needsAddress = true;
      if (stage.needsBody) list.needsBody = true;
      if (stage.needsEnd) list.needsEnd = true;
      const wrong = stage.prepare();
      if (wrong.length > 0) {
        log(LogLevel.Error, `configuration refused: ${wrong}`);
        return false;
      }
      if (stage.needsTick) this.setTickPeriod(TICK_MS);
    }
    list.reporter.addStage(list.table, list.judge);
    const isAlone = list.stages.length == 1 && !list.reporter.hasTags;
    list.hasEarlyPass = isAlone && list.stages[0].hasEarlyPass;
    return true;
  }
}

function logErrors(document: ConfigDocument): void {
  const errors = document.errors;
  log(LogLevel.Error, `configuration refused, ${errors.length} errors:`);
  for (let i = 0; i < errors.length; i++) log(LogLevel.Error, errors[i].line());
}
