import type { Answer, Header, RequestPlan } from "./format.ts";
/** A request with the defaults filled in. */
export interface PlannedRequest {
  method: string;
  path: string;
  authority: string;
  headers: Header[];
  body: Buffer[];
  framing: "none" | "length" | "chunked";
  trailers: Header[];
  together: boolean;
}
export declare function planRequest(plan: RequestPlan): PlannedRequest;
/** The request as packets. */
export declare function requestPackets(plan: RequestPlan): Buffer[];
/** The answer as packets; `close` framing ends with the connection. */
export declare function answerPackets(answer: Answer): Buffer[];
/** Does this answer end by closing the connection? */
export declare function closesAtEnd(answer: Answer): boolean;
