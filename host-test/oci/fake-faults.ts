// What a registry can be made to do instead of answering well.
import type { IncomingMessage, ServerResponse } from "node:http";

/** Decides about one request before the registry does. Returning true means: handled. */
export type Fault = (request: IncomingMessage, response: ServerResponse, body: Buffer) => boolean;

/** A fault for the first `times` requests that match. */
export function faultFor(
  method: string,
  pattern: RegExp,
  act: (request: IncomingMessage, response: ServerResponse, body: Buffer) => void,
): Fault {
  return (request, response, body) => {
    if (request.method !== method || !pattern.test(request.url!)) return false;
    act(request, response, body);
    return true;
  };
}
