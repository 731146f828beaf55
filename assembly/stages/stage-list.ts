// What a pipeline and its streams share: the stages that run, the request they look at, and the one
// way to the outside. Apart from both, so that neither imports the other.
import { IpStatus } from "../http/ip";
import { HeaderMapStatus } from "../http/header-map";
import { MapType, Status } from "../abi/constants";
import { View } from "../abi/view";
import { getHeaderBlock } from "../sdk/headers";
import { getProperty } from "../sdk/property";
import { Exchange } from "./exchange";
import { Judge } from "./judge";
import { Reporter } from "./reporter";
import { requestStatuses } from "./request-status";
import { RequestView } from "./request-view";
import { ResponseView } from "./response-view";
import { Stage } from "./stage";
import { StatusTable } from "./status-table";

@final
export class StageList {
  /** The stages the configuration asks for, in pipeline order. */
  stages: Array<Stage> = [];
  readonly request: RequestView = new RequestView();
  readonly response: ResponseView = new ResponseView();
  readonly reporter: Reporter = new Reporter();
  /** The pipeline's own statuses. */
  readonly table: StatusTable;
  readonly judge: Judge;
  /** Hold the head back together with a held body; needs allow_on_headers_stop_iteration. */
  holdsHead: bool = false;
  /** Some stage wants the client's address. */
  needsAddress: bool = false;
  /** Some stage looks at bodies of requests. */
  needsBody: bool = false;
  /** The only stage may let requests pass before their headers are read. */
  hasEarlyPass: bool = false;
  /** Some stage wants to know of the end of each stream. */
  needsEnd: bool = false;

  private block: View = new View();
  private addressPath: View = View.of("source\0address");

  constructor() {
    const table = new StatusTable("request", requestStatuses);
    this.table = table;
    this.judge = new Judge(table);
  }

  /** Reads the request headers, one host call. False: they cannot be read. */
  readRequest(endOfStream: bool): bool {
    if (getHeaderBlock(MapType.RequestHeaders, this.block) != Status.Ok) return false;
    const block = this.block;
    return this.request.read(block.ptr, block.length, endOfStream) == HeaderMapStatus.Ok;
  }

  /** Reads the client's address, one host call; the exchange says whether it could be read. */
  readAddress(exchange: Exchange): void {
    const identity = exchange.identity;
    identity.addressStatus = IpStatus.Empty;
    if (getProperty(this.addressPath, this.block) != Status.Ok) return;
    identity.addressStatus = identity.address.readWithPort(this.block.ptr, this.block.length);
  }
}
