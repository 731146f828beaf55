// `meshwarden check`: would this configuration load, and with `--request`, what would it do with that request? The filters
// themselves say so, in the Node host; nothing is served.
import type { Command } from "commander";
import { type ConfigDocument, loadDocument } from "../config/document.ts";
import { findingText, type Finding } from "../config/finding.ts";
import { readServeConfig } from "../config/serve-config.ts";
import { exitCodes, UserError, type ExitCode } from "../exit.ts";
import type { Context } from "../program.ts";
import { filterConfig, readFilter } from "../serve/engine-load.ts";
import { hostEngineLoader } from "../serve/host-engine.ts";
import { defaultLimits } from "../serve/limits.ts";
import { say } from "../terminal/terminal.ts";
import { checkRequest } from "./check-request.ts";
import { collect } from "./options.ts";

interface CheckOptions {
  config?: string[];
  filter?: string[];
  request?: string;
}

/** Adds `check` to the program. */
export function addCheck(program: Command, context: Context): void {
  program
    .command("check")
    .summary("check configuration files, or a request")
    .description(
      "Gives each configuration to the filters, as Envoy would, and shows every error at its line with its mend. " +
        "With --request, sends that request through the filters and shows what they would do and why.",
    )
    .argument("[files...]", "configuration files, YAML or JSON")
    .option("-c, --config <file>", "the same as an argument; may be repeated", collect)
    .option("--filter <name>", "shipped filter or path of a .wasm; may be repeated", collect)
    .option("--request <file>", "an HTTP/1.1 request as it stands on the wire; - is standard input")
    .addHelpText(
      "after",
      "\nExamples:\n  meshwarden check shield.yaml\n  meshwarden check -c shield.yaml --filter validate --json\n" +
        "  meshwarden check shield.yaml --request login.http\n" +
        "  printf 'GET /?q=1%20union%20select%201 HTTP/1.1\\r\\n\\r\\n' | meshwarden check --request -",
    )
    .action((files: string[], options: CheckOptions) =>
      context.run(() => {
        const all = [...files, ...(options.config ?? [])];
        if (options.request === undefined) return check(all, options.filter, context);
        if (all.length > 1)
          throw new UserError("one configuration judges a request", "name one file");
        return checkRequest(options.request, all[0], options.filter, context);
      }),
    );
}

async function check(
  files: string[],
  filters: string[] | undefined,
  context: Context,
): Promise<ExitCode> {
  const { terminal, json } = context;
  if (files.length === 0) {
    throw new UserError("no configuration file is named", "run meshwarden check FILE");
  }
  const findings: Finding[] = [];
  for (const file of files) findings.push(...(await findingsOf(file, filters)));
  if (json) terminal.out(`${JSON.stringify({ files, findings }, null, 2)}\n`);
  else for (const finding of findings) terminal.out(findingText(finding, terminal));
  if (findings.length > 0) return exitCodes.findings;
  if (!json) say(terminal, `ok: ${files.join(", ")}`);
  return exitCodes.ok;
}

/** Everything wrong with one file: its syntax, the proxy's own sections, then what each filter says of its sections. */
export async function findingsOf(file: string, filters: string[] | undefined): Promise<Finding[]> {
  let document: ConfigDocument;
  try {
    document = loadDocument(file);
  } catch (error) {
    const at = error instanceof UserError ? /^(.*):(\d+):(\d+): ([^]*)$/.exec(error.message) : null;
    if (at === null) throw error;
    const [, , line, column, message] = at;
    const place = { file, line: Number(line), column: Number(column), pointer: "" };
    return [{ ...place, message: message!, mend: (error as UserError).mend }];
  }
  const config = readServeConfig(document);
  const names = filters ?? config.serve.filters ?? ["guard"];
  const outcome = await hostEngineLoader("error")({
    filters: names.map((name) => readFilter(name)),
    filterConfig: filterConfig(config.filterDocument, names),
    clusters: {},
    document,
    bufferLimitBytes: defaultLimits.bufferLimitBytes,
    onLog: () => {},
  });
  outcome.engine?.close();
  return [...config.findings, ...outcome.findings];
}
