// What a scripted gRPC peer says, as bytes and header lists: one reading of `grpc` in an answer for both runners.
import type { Answer, GrpcPeerAnswer, Header } from "./format.ts";
import { toBytes } from "./format.ts";

/** True for a cluster that speaks gRPC. */
export function isGrpc(answers: Answer[]): boolean {
  return answers.some((answer) => answer.grpc !== undefined);
}

/** A message in gRPC's length-prefixed framing. */
export function frame(message: Uint8Array): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

export function messagesOf(answer: GrpcPeerAnswer): Buffer[] {
  return (answer.messages ?? []).map(toBytes);
}

/** The data frames of an answer: one a message, the last one cut short when it says so. */
export function pieces(answer: GrpcPeerAnswer): Buffer[] {
  const framed = messagesOf(answer).map(frame);
  if (answer.cut && framed.length > 0) framed.push(framed.pop()!.subarray(0, -1));
  return framed;
}

export function grpcHead(answer: GrpcPeerAnswer): Record<string, string | number> {
  return {
    ":status": answer.httpStatus ?? 200,
    "content-type": "application/grpc",
    ...Object.fromEntries(answer.initial ?? []),
  };
}

export function grpcTrailers(answer: GrpcPeerAnswer): Header[] {
  const list: Header[] = [["grpc-status", String(answer.status ?? 0)]];
  if (answer.statusMessage !== undefined) list.push(["grpc-message", answer.statusMessage]);
  return [...list, ...(answer.trailing ?? [])];
}
