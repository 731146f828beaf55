// Entry of the `meshwarden` program: this process's streams and signals around `runProgram`.
import { exitCodes } from "./exit.ts";
import { runProgram } from "./program.ts";
import { processTerminal } from "./terminal/terminal.ts";

/** Runs the command line of this process and sets its exit code. A second Ctrl-C or SIGTERM ends it at once. */
export async function main(): Promise<void> {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  // A reader that goes away (`| head`) is no error of ours.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    process.exit(error.code === "EPIPE" ? exitCodes.ok : exitCodes.usage);
  });
  process.exitCode = await runProgram(process.argv.slice(2), processTerminal(), controller.signal);
}
