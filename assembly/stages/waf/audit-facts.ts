// What an audit line says of a request beside its rules: read once at the end of the stream.
import { Status } from "../../abi/constants";
import { View } from "../../abi/view";
import { nowNs } from "../../sdk/clock";
import { getNumber, numberRead } from "../../sdk/property";
import { Variable } from "../../seclang/variable-table";
import { Transaction } from "../../waf/run/transaction";
import { valueBytes, valueLength } from "../../waf/run/value";

@final
export class AuditFacts {
  timeNs: u64 = 0;
  /** HTTP status of the answer; 0 when there was none. */
  status: u32 = 0;
  isDenied: bool = false;
  readonly method: View = new View();
  readonly path: View = new View();
  readonly protocol: View = new View();
  readonly address: View = new View();
  readonly id: View = new View();
  private codePath: View = View.of("response\0code");
  private scratch: View = new View();

  /** @param isDenied the firewall ended the request */
  read(tx: Transaction, isDenied: bool): void {
    this.timeNs = nowNs();
    this.isDenied = isDenied;
    this.status = getNumber(this.codePath, this.scratch) == Status.Ok ? <u32>numberRead() : 0;
    if (this.status == 0 && isDenied) this.status = tx.status;
    first(tx, Variable.RequestMethod, this.method);
    // Without the query: values of arguments are no business of a log.
    first(tx, Variable.RequestFilename, this.path);
    first(tx, Variable.RequestProtocol, this.protocol);
    first(tx, Variable.RemoteAddr, this.address);
    this.id.ptr = tx.idPtr;
    this.id.length = tx.idLength;
  }
}

function first(tx: Transaction, variable: u32, view: View): void {
  const value = tx.values.first(variable);
  view.ptr = value == 0 ? 0 : valueBytes(value);
  view.length = value == 0 ? 0 : valueLength(value);
}
