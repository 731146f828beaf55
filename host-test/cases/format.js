// The case format: what schemas/cases.schema.json checks, as types. A case is a filter chain with its configuration, the
// clusters it may call, and steps: a request as the client writes it, the upstream's answer, and what client, upstream,
// log and metrics must show. Everything named here means the same in the Node host and in Envoy.
/** Decode `Bytes`. */
export function toBytes(value) {
  if (typeof value === "string") return Buffer.from(value, "latin1");
  if ("hex" in value) return Buffer.from(value.hex.replace(/\s+/g, ""), "hex");
  return Buffer.from(value.repeat.repeat(value.times), "latin1");
}
/** The separate writes of a body; none for an absent one. */
export function writes(body) {
  if (body === undefined) return [];
  return (Array.isArray(body) ? body : [body]).map(toBytes);
}
//# sourceMappingURL=format.js.map
