// Envoy's foreign functions. Crypto and compression come from the platform through an adapter (the core has none);
// what nobody plugged in answers like an Envoy built without it. expr_* needs a CEL engine and says so.
import { Status } from "../../assembly/abi/constants.ts";
import { latin1Of } from "./bytes.ts";
import type { Context } from "./context.ts";
import { readFields, writeFields, type ProtoField } from "./protobuf.ts";

/** Answer of a foreign function: bytes, or the status that refuses it. */
export type ForeignResult = Uint8Array | Status;

const nothing = new Uint8Array(0);

/** Runs a foreign function; an unknown name is NotFound. */
export function callForeign(context: Context, name: string, argument: Uint8Array): ForeignResult {
  const { options } = context.vm.worker.host;
  const version = options.envoy ?? "1.40";
  const adapter = options.foreign;
  switch (name) {
    case "verify_signature":
      return verifySignature(context, argument, version);
    case "sign":
      return version === "1.36" ? Status.NotFound : sign(context, argument);
    case "compress":
      return adapter?.compress?.(argument) ?? missing(context, name);
    case "uncompress":
      if (adapter?.uncompress === undefined) return missing(context, name);
      return adapter.uncompress(argument) ?? Status.SerializationFailure;
    case "clear_route_cache":
      context.headersModified(0);
      return nothing;
    case "expr_delete":
      return nothing;
    case "expr_create":
    case "expr_evaluate":
      return missing(context, name);
    default:
      return Status.NotFound;
  }
}

function missing(context: Context, name: string): Status {
  context.vm.log(
    3,
    `foreign function ${name}: this host has no implementation plugged in (HostOptions.foreign)`,
  );
  return Status.Unimplemented;
}

function field(fields: ProtoField[], number: number): Uint8Array {
  return fields.find((entry) => entry.number === number)?.bytes ?? nothing;
}

function verifySignature(context: Context, argument: Uint8Array, version: string): ForeignResult {
  const fields = readFields(argument);
  if (fields === undefined) return Status.BadArgument;
  const keyDer = field(fields, 2);
  let keyPem = latin1Of(field(fields, 5));
  // Envoy 1.36 does not know PEM keys: the field is ignored there.
  if (version === "1.36") keyPem = "";
  else if (keyDer.length > 0 === (keyPem !== "")) return Status.BadArgument;
  const verify = context.vm.worker.host.options.foreign?.verifySignature;
  if (verify === undefined) return missing(context, "verify_signature");
  const { ok, error } = verify({
    hash: latin1Of(field(fields, 1)),
    keyDer,
    keyPem,
    signature: field(fields, 3),
    text: field(fields, 4),
  });
  return writeFields([
    { number: 1, varint: ok ? 1 : 0 },
    { number: 2, text: ok ? "" : error },
  ]);
}

function sign(context: Context, argument: Uint8Array): ForeignResult {
  const fields = readFields(argument);
  if (fields === undefined) return Status.BadArgument;
  const signer = context.vm.worker.host.options.foreign?.sign;
  if (signer === undefined) return missing(context, "sign");
  const { ok, signature, error } = signer({
    hash: latin1Of(field(fields, 1)),
    keyDer: field(fields, 2),
    keyPem: latin1Of(field(fields, 4)),
    text: field(fields, 3),
  });
  return writeFields([
    { number: 1, varint: ok ? 1 : 0 },
    { number: 2, bytes: signature },
    { number: 3, text: ok ? "" : error },
  ]);
}
