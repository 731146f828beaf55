// Why a text was not what its schema says, as members of an audit line.
import { JsonStatus, jsonStatusName } from "../../../json/status";
import { keywordName } from "../../../schema/keyword";
import { TextJudge, TextVerdict } from "../../../schema/run/text-judge";
import { Validator } from "../../../schema/run/validator";
import { member, memberBytes, memberPointer } from "./evidence";

/** Adds why the text that was judged last was not valid. */
export function explainText(judge: TextJudge, verdict: TextVerdict): void {
  const status = judge.reader.status;
  if (verdict == TextVerdict.Invalid) explainFailure(judge.validator, judge.tape.top);
  else if (status != JsonStatus.Ok) member("why", jsonStatusName(status));
  else member("why", judge.isFull ? "too-many-values" : "too-many-steps");
}

/** Adds where below `top` a value failed, and by which keyword. */
export function explainFailure(validator: Validator, top: usize): void {
  if (validator.failedRow == 0) return;
  memberPointer(top, validator.failedRow);
  member("keyword", keywordName(validator.failedKeyword));
  if (validator.missingPtr != 0) {
    memberBytes("missing", validator.missingPtr, validator.missingLength);
  }
}
