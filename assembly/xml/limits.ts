// The XML reader's limits, set once at configure time; each has its own XmlStatus.

/** A limit of n allows n and refuses n + 1. */
@final
export class XmlLimits {
  /** Bytes of the whole text. */
  maxBytes: u32 = 1048576;
  /** Open elements at one place. Costs 8 bytes each. */
  maxDepth: u32 = 64;
  /** Attributes of one element. */
  maxAttributes: u32 = 64;
  /** Elements of the whole text. */
  maxElements: u32 = 65536;
  /** Bytes of one name. */
  maxNameBytes: u32 = 256;
}
