// The upstream of the regression suite: an empty 200 for everything, and `POST /reflect`, which answers what its JSON
// body asks for; for suites before 4.4 also `/anything`, which gives the body back within JSON. Source: coreruleset/albedo, go-httpbin.

export interface Reflected {
  status: number;
  headers: [name: string, value: string][];
  body: Buffer;
}

/** The answer to a request whose path and body are given. */
export function albedoAnswer(method: string, path: string, body: Buffer): Reflected {
  const route = path.split("?")[0].replace(/\/$/, "");
  if (route === "/anything") return echoed(body);
  if (method !== "POST" || route !== "/reflect")
    return { status: 200, headers: [], body: Buffer.alloc(0) };
  let spec: Spec;
  try {
    spec = JSON.parse(body.toString("utf8")) as Spec;
  } catch {
    return plain(400, "Invalid JSON in request body");
  }
  const status = spec.status ?? 200;
  if (status < 100 || status >= 600) return plain(400, `Invalid status code: ${status}`);
  const headers = Object.entries(spec.headers ?? {}).map(
    ([name, value]) => [name.toLowerCase(), String(value)] as [string, string],
  );
  const text =
    spec.body !== undefined && spec.body !== ""
      ? Buffer.from(spec.body, "utf8")
      : Buffer.from(spec.encodedBody ?? "", "base64");
  // Go's server names a type where the answer has none and a body.
  if (text.length > 0 && !headers.some(([name]) => name === "content-type")) {
    headers.push([
      "content-type",
      /^\s*</.test(text.toString()) ? "text/html; charset=utf-8" : "text/plain; charset=utf-8",
    ]);
  }
  return { status, headers, body: text };
}

function echoed(body: Buffer): Reflected {
  const text = JSON.stringify({ data: body.toString("utf8") });
  return { status: 200, headers: [["content-type", "application/json"]], body: Buffer.from(text) };
}

function plain(status: number, text: string): Reflected {
  return {
    status,
    headers: [["content-type", "text/plain; charset=utf-8"]],
    body: Buffer.from(text),
  };
}

interface Spec {
  status?: number;
  headers?: Record<string, string>;
  body?: string;
  encodedBody?: string;
}
