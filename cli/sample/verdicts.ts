// Requests with the verdict that each should get, from a file of an example, sent one after the other over real connections.
// The reason comes from the proxy's access log: it is what an operator would read there.
import { request as httpRequest } from "node:http";
import { UserError } from "../exit.ts";
import { loadDocument } from "../config/document.ts";
import type { AccessRecord } from "../serve/access-log.ts";

/** A text, or one written as so many times another, for what is too long to write out. */
type Text = string | { repeat: string; times: number };

interface SampleRequest {
  name: string;
  method?: string;
  path?: Text;
  headers?: Record<string, Text>;
  body?: Text;
  expect: { status: number; reason?: string };
}

export interface Verdict {
  name: string;
  expectedStatus: number;
  expectedReason: string | undefined;
  status: number;
  /** Response code details of the access log; "" when there was no record. */
  reason: string;
  right: boolean;
}

/** Requests of a file: `requests:` and a list. @throws UserError */
export function loadRequests(file: string): SampleRequest[] {
  const { requests } = (loadDocument(file).value ?? {}) as { requests?: SampleRequest[] };
  if (!Array.isArray(requests) || requests.some(({ expect }) => expect?.status === undefined)) {
    throw new UserError(`${file} holds no list of requests`, "give each a name and expect.status");
  }
  return requests;
}

/**
 * Sends all requests to `url`, one after the other.
 * @param records access log records of the proxy, which grow while this runs
 * @param flush writes what the proxy's access log holds back
 */
export async function collectVerdicts(
  requests: SampleRequest[],
  url: string,
  records: AccessRecord[],
  flush: () => void,
): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const request of requests) {
    const before = records.length;
    const status = await send(request, url);
    const record = await nextRecord(records, before, flush);
    const { status: expectedStatus, reason: expectedReason } = request.expect;
    const reason = record?.details ?? "";
    const right =
      status === expectedStatus && (expectedReason === undefined || reason === expectedReason);
    verdicts.push({ name: request.name, expectedStatus, expectedReason, status, reason, right });
  }
  return verdicts;
}

/** The log line is written when the proxy saw the end of the response, which may be after we did. */
async function nextRecord(
  records: AccessRecord[],
  before: number,
  flush: () => void,
): Promise<AccessRecord | undefined> {
  for (let turn = 0; turn < 1000; turn++) {
    flush();
    if (records.length > before) return records[before];
    await new Promise(setImmediate);
  }
  return undefined;
}

const textOf = (text: Text): string =>
  typeof text === "string" ? text : text.repeat.repeat(text.times);

function send(sample: SampleRequest, url: string): Promise<number> {
  const { hostname, port } = new URL(url);
  const headers: [string, string][] = Object.entries(sample.headers ?? {}).map(([name, value]) => [
    name,
    textOf(value),
  ]);
  const body = sample.body === undefined ? undefined : textOf(sample.body);
  const names = new Set(headers.map(([name]) => name.toLowerCase()));
  if (!names.has("host")) headers.unshift(["host", "shop.example"]);
  if (body !== undefined && !names.has("content-length")) {
    headers.push(["content-length", String(Buffer.byteLength(body))]);
  }
  return new Promise((resolve) => {
    const request = httpRequest({
      host: hostname,
      port,
      method: sample.method ?? "GET",
      path: textOf(sample.path ?? "/"),
      headers: headers.flat() as never,
      agent: false,
      timeout: 10_000,
    });
    request.on("response", (response) => {
      response.resume();
      response.on("close", () => resolve(response.statusCode ?? 0));
    });
    request.on("timeout", () => request.destroy());
    request.on("error", () => resolve(0));
    request.end(body);
  });
}
