// What a file of a multipart body may be: its name, its extension, its size, and the kind that its bytes show.
import { Block } from "../../../base/block";
import { decodePercent } from "../../../base/form-decode";
import { DetectClass, Sensitivity, reasonName } from "../../../detect/verdict";
import { judge as judgeValue, JUDGED_BYTES, verdictReason } from "../../../detect/judge";
import { decodeInto } from "../../../fields/decode";
import { FieldReader, Place } from "../../../fields/field";
import { FileKind, fileKind, kindOfExtension } from "../../../http/file-kind";
import { FileName } from "../../../http/file-name";
import { equalsLiteralFolded } from "../../../http/literal";
import { Judge } from "../../judge";
import { beginNote, member, memberPath, noteLength, notePtr } from "./evidence";
import { UploadRules } from "./rules";
import { ContentStatus } from "./status";

/** Longest file name that is read; what is longer is unsafe. */
const NAME_BYTES: u32 = 1024;
/** What markup in files is judged by: browsers run it where it is served again. */
const MARKUP_CLASSES: u32 = DetectClass.Script | DetectClass.Xml;

@final
export class UploadCheck {
  private name: FileName = new FileName();
  private nameBlock: Block = new Block(NAME_BYTES);
  private path: Block = new Block(256);

  constructor(
    private rules: UploadRules,
    private judge: Judge,
  ) {}

  /** Judges the file name that a field holds. True when a finding denies the request. */
  judgeName(field: FieldReader): bool {
    const name = this.name;
    const target = this.nameBlock.ptr;
    const size = min(field.valueLength, NAME_BYTES);
    const decoded = decodeInto(target, field.valueCoding, field.valuePtr, size);
    name.read(target, decodePercent(target, target, decoded));
    const isUnsafe = name.isUnsafe || field.valueLength > NAME_BYTES;
    if (isUnsafe && this.finds(field, ContentStatus.UploadName, "upload.name")) return true;
    if (name.isProgram) return this.finds(field, ContentStatus.UploadExtension, "upload.program");
    const allowed = this.rules.extensions;
    // An empty name is a form field for files that was left empty.
    if (allowed === null || field.valueLength == 0 || this.isListed(allowed)) return false;
    return this.finds(field, ContentStatus.UploadExtension, "upload.extension");
  }

  private isListed(allowed: Array<string>): bool {
    const name = this.name;
    if (name.extensionLength == 0) return false;
    for (let i = 0; i < allowed.length; i++) {
      if (equalsLiteralFolded(name.extensionPtr, name.extensionLength, allowed[i])) return true;
    }
    return false;
  }

  /** Judges the bytes of the file whose name was judged last. True when a finding denies the request. */
  judgeFile(field: FieldReader, level: Sensitivity): bool {
    const size = field.valueLength;
    if (this.judge.exceeds(ContentStatus.UploadTooLarge, size, this.rules.maxFileBytes))
      return true;
    const kind = fileKind(field.valuePtr, size);
    if (kind == FileKind.Empty) return false;
    if (
      kind >= FileKind.Program &&
      this.finds(field, ContentStatus.UploadProgram, "upload.program")
    ) {
      return true;
    }
    if (!this.isKind(kind) && this.finds(field, ContentStatus.UploadType, "upload.type"))
      return true;
    const isMarkup = kind == FileKind.Svg || kind == FileKind.Html || kind == FileKind.Xml;
    return isMarkup && this.judgeMarkup(field, level);
  }

  /** Whether the kind is allowed, and is the one that the extension promises. */
  private isKind(kind: FileKind): bool {
    const allowed = this.rules.kinds;
    if (allowed != 0 && (allowed & (1 << kind)) == 0) return false;
    const name = this.name;
    const promised = kindOfExtension(name.extensionPtr, name.extensionLength);
    return promised == FileKind.Unknown || promised == kind;
  }

  private judgeMarkup(field: FieldReader, level: Sensitivity): bool {
    const size = min(field.valueLength, JUDGED_BYTES);
    const found = judgeValue(field.valuePtr, size, MARKUP_CLASSES, level);
    if (found == 0) return false;
    return this.finds(field, <i32>ctz(found), reasonName(verdictReason()));
  }

  private finds(field: FieldReader, status: i32, reason: string): bool {
    if (!this.judge.looksFor(status)) return false;
    const denies = this.judge.found(status);
    beginNote(Place.File);
    memberPath(this.path.ptr, field.writePath(this.path.ptr, 256));
    member("why", reason);
    this.judge.note(notePtr(), noteLength());
    return denies;
  }
}
