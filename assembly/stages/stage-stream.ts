// What an exchange may ask of the stream it belongs to. Apart from both, so that an exchange can wake its
// stream without knowing how the pipeline walks.
import { HttpStream } from "../sdk/http-stream";

/** A stream on its way through the stages. */
export abstract class StageStream extends HttpStream {
  /** What the stage that answered Wait waited for has come (or never will): the walk goes on. */
  abstract resume(): void;
}
