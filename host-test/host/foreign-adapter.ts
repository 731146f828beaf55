// Crypto and compression that foreign functions of Envoy need, handed in by the platform (node:crypto, zlib).

/** What the core cannot do without a platform: handed in, so that it stays free of Node imports. */
export interface ForeignAdapter {
  verifySignature?(request: {
    hash: string;
    keyDer: Uint8Array;
    keyPem: string;
    signature: Uint8Array;
    text: Uint8Array;
  }): { ok: boolean; error: string };
  sign?(request: { hash: string; keyDer: Uint8Array; keyPem: string; text: Uint8Array }): {
    ok: boolean;
    signature: Uint8Array;
    error: string;
  };
  compress?(bytes: Uint8Array): Uint8Array;
  /** Undefined for bytes that are no zlib stream. */
  uncompress?(bytes: Uint8Array): Uint8Array | undefined;
  /** Further functions by name, for filters that know another proxy's; a number is the status that refuses. */
  functions?: Record<string, (argument: Uint8Array) => Uint8Array | number>;
}
