// Envoy's foreign functions. Crypto and compression come from the platform through an adapter (the core has none);
// what nobody plugged in answers like an Envoy built without it. expr_* knows the plain part of CEL (cel.ts).
import { Status } from "../../assembly/abi/constants.ts";
import { latin1Of } from "./bytes.ts";
import { encodeCel, parseCel, UnsupportedCel } from "./cel.ts";
import type { Context } from "./context.ts";
import { getProperty } from "./properties.ts";
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
    case "expr_create":
      return createExpression(context, argument);
    case "expr_evaluate":
      return evaluateExpression(context, argument);
    case "expr_delete":
      context.vm.expressions.delete(tokenOf(argument));
      return nothing;
    case "declare_property":
      return declareProperty(context, argument);
    case "set_envoy_filter_state":
      return setFilterState(context, argument);
    default:
      return adapter?.functions?.[name]?.(argument) ?? Status.NotFound;
  }
}

/** Parsed once; the answer is a token that counts from 0. */
function createExpression(context: Context, argument: Uint8Array): ForeignResult {
  const { vm } = context;
  try {
    vm.expressions.set(vm.nextExpressionToken, parseCel(latin1Of(argument)));
  } catch (error) {
    if (error instanceof SyntaxError) return Status.BadArgument;
    if (!(error instanceof UnsupportedCel)) throw error;
    vm.log(3, `expr_create: this host does not evaluate this part of CEL (${error.message})`);
    return Status.Unimplemented;
  }
  const token = new Uint8Array(4);
  new DataView(token.buffer).setUint32(0, vm.nextExpressionToken++, true);
  return token;
}

function evaluateExpression(context: Context, argument: Uint8Array): ForeignResult {
  const expression = context.vm.expressions.get(tokenOf(argument));
  if (expression === undefined) return Status.NotFound;
  const value = expression((path) => getProperty(context, path));
  return encodeCel(value) ?? Status.InternalFailure;
}

function tokenOf(argument: Uint8Array): number {
  if (argument.length !== 4) return -1;
  return new DataView(argument.buffer, argument.byteOffset).getUint32(0, true);
}

/** Declares a property of streams once for the plugin; a second time is refused. Its type changes nothing here. */
function declareProperty(context: Context, argument: Uint8Array): ForeignResult {
  const fields = readFields(argument);
  if (fields === undefined) return Status.BadArgument;
  const { declared } = context.vm;
  const name = latin1Of(field(fields, 1));
  if (declared.has(name)) return Status.BadArgument;
  declared.add(name);
  return nothing;
}

/** Keys for which Envoy has an object factory: others cannot be set by a filter. */
const filterStateKeys = new Set([
  "envoy.tcp_proxy.cluster",
  "envoy.network.upstream_server_name",
  "envoy.network.upstream_subject_alt_names",
  "envoy.network.application_protocols",
]);

function setFilterState(context: Context, argument: Uint8Array): ForeignResult {
  const fields = readFields(argument);
  if (fields === undefined) return Status.BadArgument;
  const key = latin1Of(field(fields, 1));
  const info = context.streamInfo;
  if (info === undefined || !filterStateKeys.has(key)) return Status.NotFound;
  info.filterState.set(key, field(fields, 2));
  return nothing;
}

function missing(context: Context, name: string): Status {
  context.vm.log(
    1,
    `foreign function ${name}: this host has no implementation plugged in (HostOptions.foreign)`,
  );
  return Status.NotFound;
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
