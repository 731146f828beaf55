// A timeline as one HTML page that needs nothing else: no script, no font, no request. Three lanes, client, filters and upstream;
// frames are arrows between them, callbacks boxes on the middle one, host calls fold out. Light and dark by the reader's
// setting.
import { pageStyle } from "./style.ts";
import type { TimelineEvent } from "./timeline.ts";
import type { CallText } from "./words.ts";

export interface TracePage {
  title: string;
  file: string;
  events: TimelineEvent[];
  /** What did not come out as expected. */
  failures: string[];
}

/** The page. Everything that came from traffic is escaped. */
export function tracePage({ title, file, events, failures }: TracePage): string {
  const filters = [
    ...new Set(events.flatMap((event) => (event.kind === "callback" ? [event.filter] : []))),
  ];
  const lane = filters.filter((name) => name !== "").join(" + ") || "filters";
  const rows = foldStart(events).join("\n");
  const verdict =
    failures.length === 0
      ? '<p class="verdict good">as expected</p>'
      : `<div class="verdict bad">not as expected<ul>${failures.map((text) => `<li>${escape(text)}</li>`).join("")}</ul></div>`;
  const counts = countsOf(events);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escape(title)}</title>
<style>${pageStyle}</style>
</head>
<body>
<header>
<p class="file">${escape(file)}</p>
<h1>${escape(title)}</h1>
<p class="counts">${counts}</p>
${verdict}
</header>
<main>
<div class="lanes"><span>time</span><b>client</b><b>${escape(lane)}</b><b>upstream</b></div>
${rows}
</main>
</body>
</html>
`;
}

function countsOf(events: TimelineEvent[]): string {
  const callbacks = events.filter(({ kind }) => kind === "callback").length;
  const calls = events.reduce(
    (sum, event) => sum + (event.kind === "callback" ? event.calls.length : 0),
    0,
  );
  const frames = events.filter(({ kind }) => kind === "frame").length;
  return `${frames} frames, ${callbacks} callbacks, ${calls} host calls`;
}

/** What happens before the first request is folded away: starting an Envoy is long and the same each time. */
function foldStart(events: TimelineEvent[]): string[] {
  const first = events.findIndex(({ kind }) => kind === "step");
  const start = events.slice(0, Math.max(0, first)).map(rowOf);
  const rest = events.slice(Math.max(0, first)).map(rowOf);
  if (start.length === 0) return rest;
  const summary = `start and configuration: ${start.length} events`;
  return [`<details class="start"><summary>${summary}</summary>`, ...start, "</details>", ...rest];
}

function rowOf(event: TimelineEvent): string {
  const time = `<time>${event.atMs.toFixed(1)}</time>`;
  switch (event.kind) {
    case "step":
      return `<h2><span>step ${event.index + 1}</span> ${escape(event.name)}</h2>`;
    case "frame": {
      const side = event.from === "upstream" || event.to === "upstream" ? "up" : "down";
      const way = event.from === "client" || event.to === "upstream" ? "right" : "left";
      const fields = event.fields.map((field) => `<li>${escape(field)}</li>`).join("");
      const label = `<span class="label">${escape(event.text)}</span>`;
      const shown =
        fields === "" ? label : `<details><summary>${label}</summary><ul>${fields}</ul></details>`;
      return `<div class="row">${time}<div class="frame ${side} ${way}">${shown}<i></i></div></div>`;
    }
    case "callback": {
      const where = event.worker < 0 ? "canary · " : event.worker === 0 ? "main thread · " : "";
      const result =
        event.result === ""
          ? ""
          : `<span class="result ${toneOf(event.result)}">${event.result}</span>`;
      const args = event.args === "" ? "" : `<span class="args">${escape(event.args)}</span>`;
      const head = `<span class="name">${escape(event.name.replace(/^on_/, ""))}</span>${args}${result}`;
      const filter = `<span class="filter">${where}${escape(event.filter)}</span>`;
      const calls = event.calls.map((call) => `<li>${callOf(call)}</li>`).join("");
      const list = calls === "" ? "" : `<ol>${calls}</ol>`;
      return `<div class="row">${time}<div class="callback ${toneOf(event.result)}">${filter}${head}${list}</div></div>`;
    }
    case "log":
      return `<div class="row">${time}<pre class="log ${event.level}">${escape(event.text)}</pre></div>`;
    default:
      return `<div class="row">${time}<div class="over">over: ${escape(event.text === "" ? "no details" : event.text)}</div></div>`;
  }
}

function callOf({ name, args, status, answer }: CallText): string {
  const tone = name === "send_local_response" ? ' class="denied"' : "";
  const list = args.map((arg) => `<span>${escape(arg)}</span>`).join(", ");
  const answered = answer === "" ? "" : ` <span class="answer">${escape(answer)}</span>`;
  const failed = status === "" ? "" : ` <span class="status">${escape(status)}</span>`;
  return `<code${tone}>${escape(name)}</code>(${list})${answered}${failed}`;
}

function toneOf(result: string): string {
  if (result === "trap" || result === "false") return "bad";
  return /^Stop/.test(result) ? "held" : result === "Continue" ? "passed" : "";
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
