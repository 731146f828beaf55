// Tells the pipeline what the engine found: the status, and in the audit line the operation, the parameter by its documented name, the
// JSON pointer of what failed and the keyword. Never a value of the request.
import { ApiFault, Misfit, Witness, misfitName } from "../../../openapi/fault";
import { Operation } from "../../../openapi/model";
import { IN_NAMES } from "../../../openapi/style";
import { keywordName } from "../../../schema/keyword";
import { Judge } from "../../judge";
import {
  beginNote,
  member,
  memberBytes,
  memberPointer,
  memberText,
  noteLength,
  notePtr,
} from "../schema/evidence";

@final
export class StageWitness extends Witness {
  /** Numbers of the fault that comes next. */
  observed: u64 = 0;
  limit: u64 = 0;

  private judge: Judge | null = null;

  /** Directs what is found to a request. @param operation what it is; null: not known yet */
  begin(judge: Judge, operation: Operation | null): void {
    this.judge = judge;
    this.operation = operation;
  }

  looksFor(fault: ApiFault): bool {
    const judge = this.judge;
    return judge !== null && judge.looksFor(fault);
  }

  found(fault: ApiFault): bool {
    const judge = this.judge;
    let denies = false;
    if (judge !== null && judge.looksFor(fault)) {
      denies = judge.found(fault, this.observed, this.limit);
      this.explain();
      judge.note(notePtr(), noteLength());
    }
    this.parameter = null;
    this.misfit = Misfit.None;
    this.top = 0;
    this.row = 0;
    this.missing = 0;
    this.observed = 0;
    this.limit = 0;
    return denies;
  }

  private explain(): void {
    beginNote();
    const operation = this.operation;
    if (operation !== null) memberText("operation", operation.label.ptr, operation.label.length);
    const parameter = this.parameter;
    if (parameter !== null) {
      member("in", IN_NAMES[parameter.place]);
      memberBytes("name", parameter.name.ptr, parameter.name.length);
    }
    if (this.misfit != Misfit.None) member("why", misfitName(this.misfit));
    else if (this.row != 0) {
      member("keyword", keywordName(this.keyword));
      if (this.missing != 0) memberBytes("missing", this.missing, this.missingLength);
      if (this.row != this.top) memberPointer(this.top, this.row);
    }
  }
}
