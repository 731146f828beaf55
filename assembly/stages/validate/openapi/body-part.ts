// What a request's body has to be, read off its head once the operation is known: whether it may be there, which media type of the
// description it is, whether it can be read.
import { MediaTypeStatus } from "../../../http/media-type";
import { ApiFault } from "../../../openapi/fault";
import { Media, Operation } from "../../../openapi/model";
import { mediaOf } from "../../../openapi/run/answer-check";
import { BodyKind, kindOfType } from "../../../openapi/run/body-kind";
import { TypeBit } from "../../../schema/node";
import { RequestView } from "../../request-view";
import { isEncoded } from "../schema/body-head";
import { StageWitness } from "./witness";

/** What is to be done with a body. */
export const enum BodyStep {
  Pass,
  Deny,
  /** It is held and judged by `media`. */
  Hold,
}

@final
export class BodyPart {
  /** What the description says of the body that is held. */
  media: Media | null = null;
  kind: BodyKind = BodyKind.Other;

  /** Judges what the head tells. */
  judge(request: RequestView, operation: Operation, most: u32, witness: StageWitness): BodyStep {
    this.media = null;
    const body = operation.body;
    if (request.endOfStream) {
      const isMissing = body !== null && body.isRequired;
      return isMissing ? told(witness, ApiFault.BodyMissing) : BodyStep.Pass;
    }
    if (body === null) return told(witness, ApiFault.BodyUnexpected);
    if (body.media.length == 0) return BodyStep.Pass;
    const isTyped = request.mediaTypeStatus == MediaTypeStatus.Ok;
    const media = isTyped ? mediaOf(body.media, request.mediaType) : null;
    if (media === null) return told(witness, ApiFault.BodyType);
    if (media.node === null) return BodyStep.Pass;
    this.kind = kindOfType(request.mediaType);
    if (this.kind == BodyKind.Other) {
      // Bytes are what a text without a form of its own says; a structure is not read.
      const isBytes = (media.shape.types & ~(<u32>TypeBit.String)) == 0;
      return isBytes ? BodyStep.Pass : told(witness, ApiFault.BodyUnread);
    }
    if (isEncoded(request.headers)) return told(witness, ApiFault.BodyEncoded);
    const length = request.contentLength;
    if (length > <i64>most) {
      witness.observed = <u64>length;
      witness.limit = most;
      return told(witness, ApiFault.BodyTooLarge);
    }
    this.media = media;
    return BodyStep.Hold;
  }
}

function told(witness: StageWitness, fault: ApiFault): BodyStep {
  return witness.found(fault) ? BodyStep.Deny : BodyStep.Pass;
}
