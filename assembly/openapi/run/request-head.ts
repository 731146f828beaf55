// A request's head as far as the engine asks for it.
import { HeaderMap } from "../../http/header-map";

@final
export class RequestHead {
  /** Path without query; 0 bytes: it has no one meaning and meets no template. */
  path: usize = 0;
  pathLength: u32 = 0;
  query: usize = 0;
  queryLength: u32 = 0;
  headers: HeaderMap | null = null;
}
