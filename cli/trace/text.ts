// A timeline for the terminal: one line an event, host calls below their callback, colour only where it helps to find the
// decision.
import { paint, type Terminal } from "../terminal/terminal.ts";
import type { TimelineEvent } from "./timeline.ts";
import type { CallText } from "./words.ts";

const arrows: Record<string, string> = {
  "client>proxy": "client   -->",
  "proxy>upstream": "         --> upstream",
  "upstream>proxy": "         <-- upstream",
  "proxy>client": "client   <--",
};

/** The timeline as lines; with `fields` each frame shows its headers. */
export function timelineText(events: TimelineEvent[], terminal: Terminal, fields: boolean): string {
  return events.map((event) => eventText(event, terminal, fields)).join("");
}

function eventText(event: TimelineEvent, terminal: Terminal, fields: boolean): string {
  const time = paint(terminal, "dim", event.atMs.toFixed(1).padStart(9));
  switch (event.kind) {
    case "step":
      return `\n${paint(terminal, "bold", `step ${event.index + 1}: ${event.name}`)}\n`;
    case "frame": {
      const arrow = paint(terminal, "cyan", arrows[`${event.from}>${event.to}`]!.padEnd(21));
      const lines = fields
        ? event.fields.map((field) => `${" ".repeat(34)}${paint(terminal, "dim", field)}\n`)
        : [];
      return `${time}  ${arrow}  ${event.text}\n${lines.join("")}`;
    }
    case "callback": {
      const answer = event.result === "" ? "" : ` -> ${outcome(event.result, terminal)}`;
      const where = event.worker < 0 ? "canary " : event.worker === 0 ? "main " : "";
      const head = `${time}  ${paint(terminal, "bold", `${where}${event.filter}`)}  ${event.name}(${event.args})${answer}\n`;
      return (
        head + event.calls.map((call) => `${" ".repeat(13)}${callLine(call, terminal)}\n`).join("")
      );
    }
    case "log":
      return `${time}  ${paint(terminal, "yellow", event.level)} ${event.text.replaceAll("\n", `\n${" ".repeat(13)}`)}\n`;
    default:
      return `${time}  ${paint(terminal, "dim", `over: ${event.text === "" ? "no details" : event.text}`)}\n`;
  }
}

function outcome(result: string, terminal: Terminal): string {
  if (result === "Continue" || result === "true") return paint(terminal, "green", result);
  return paint(terminal, result === "trap" || result === "false" ? "red" : "yellow", result);
}

/** `get_header_map_value(request headers, "x-a") = "1"`. */
export function callLine({ name, args, status, answer }: CallText, terminal: Terminal): string {
  const called = `${name === "send_local_response" ? paint(terminal, "red", name) : name}(${args.join(", ")})`;
  const failed = status === "" ? "" : ` ${paint(terminal, "yellow", status)}`;
  return `${called}${answer === "" ? "" : ` = ${answer}`}${failed}`;
}
