// A response against what its operation answers: its status, its headers, its media type.
// Source: OpenAPI 3.0.4 §4.7.16, §4.7.17, §4.7.21; 3.1.1 §4.8.16, §4.8.17, §4.8.21.
import { HeaderMap } from "../../http/header-map";
import { MediaType } from "../../http/media-type";
import { Access } from "../../schema/node";
import { ApiFault, Witness } from "../fault";
import { Answer, Media, Operation } from "../model";
import { FieldJudge } from "./field-judge";
import { HeaderText } from "./header-text";
import { Coding } from "./pieces";

/** The answer that a status is, the most precise one; null: the document tells of none. */
export function answerOf(operation: Operation, status: u32): Answer | null {
  const answers = operation.answers;
  for (let i = 0; i < answers.length; i++) {
    if (status >= answers[i].least && status <= answers[i].most) return answers[i];
  }
  return null;
}

/** What stands under the media type that is closest to this one; null: nothing does. */
export function mediaOf(list: Media[], type: MediaType): Media | null {
  for (let i = 0; i < list.length; i++) if (list[i].range.matches(type)) return list[i];
  return null;
}

@final
export class AnswerCheck {
  private text: HeaderText = new HeaderText();

  constructor(private fields: FieldJudge) {}

  /** Judges the headers that the answer describes. True: the response is denied. */
  judgeHeaders(answer: Answer, headers: HeaderMap, witness: Witness): bool {
    this.fields.values.texts.validator.excused = Access.WriteOnly;
    const list = answer.headers;
    for (let i = 0; i < list.length; i++) {
      const header = list[i];
      const fault = ApiFault.ResponseHeader;
      const text = this.text;
      if (text.read(headers, header)) {
        if (this.fields.text(header, Coding.Plain, text.ptr, text.length, witness, fault))
          return true;
      } else if (header.isRequired) {
        witness.parameter = header;
        witness.top = 0;
        if (witness.found(fault)) return true;
      }
    }
    return false;
  }
}
