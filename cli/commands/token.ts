// `meshwarden token`: keys and tokens to try a rule with, in a minute and without an issuer. Not for production: the keys it makes are
// written where the command says, and nobody rotates them.
import type { Command } from "commander";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { exitCodes, UserError, type ExitCode } from "../exit.ts";
import type { Context } from "../program.ts";
import { say } from "../terminal/terminal.ts";
import { mint, newKey, readKey, type SigningKey } from "../token/mint.ts";
import { collect } from "./options.ts";

interface TokenOptions {
  key?: string;
  alg?: string;
  kid?: string;
  issuer?: string;
  subject?: string;
  audience?: string[];
  claim?: string[];
  header?: string[];
  expires: string;
  keys?: string;
}

/** Adds `token` to the program. */
export function addToken(program: Command, context: Context): void {
  program
    .command("token")
    .summary("mint a test token, and a key for it")
    .description(
      "Prints a signed JSON Web Token. Without --key a new key is made; --keys writes it, its public half as PEM, and the\n" +
        "key set for localJwks into a folder, where the next call finds it. For tests only.",
    )
    .option("--key <file>", "sign with this private key, JWK or PEM")
    .option(
      "--keys <folder>",
      "keep the key there: private.json, private.pem, public.pem, jwks.json",
    )
    .option("--alg <name>", "algorithm: RS256 to PS512, ES256 to ES512, EdDSA, HS256 to HS512")
    .option("--kid <id>", "key id in header and key set", "test")
    .option("--issuer <text>", "claim iss")
    .option("--subject <text>", "claim sub")
    .option("--audience <text>", "claim aud; may be repeated", collect)
    .option("--claim <name=value>", "a claim, JSON or text; may be repeated", collect)
    .option("--header <name=value>", "a header member, JSON or text; may be repeated", collect)
    .option("--expires <time>", "from now, such as 10m, 1h or -5m; never: no exp", "1h")
    .addHelpText(
      "after",
      "\nExamples:\n  meshwarden token --keys keys/ --issuer https://issuer.test --subject ann\n" +
        "  meshwarden token --key keys/private.json --claim groups='[\"admin\"]' --expires 5m\n" +
        '  curl -H "authorization: Bearer $(meshwarden token --key keys/private.json)" http://127.0.0.1:8080/',
    )
    .action((options: TokenOptions) => context.run(() => run(options, context)));
}

async function run(options: TokenOptions, { terminal, json }: Context): Promise<ExitCode> {
  const key =
    options.key === undefined
      ? await newKey(options.alg ?? "ES256", options.kid ?? "test")
      : await readKey(fileText(options.key), options.alg, options.kid ?? "test");
  const claims = compact({
    iss: options.issuer,
    sub: options.subject,
    aud: options.audience?.length === 1 ? options.audience[0] : options.audience,
    ...pairs(options.claim ?? []),
  });
  const { token, payload, header } = await mint(
    key,
    claims,
    pairs(options.header ?? []),
    options.expires,
  );
  if (options.keys !== undefined) writeKeys(options.keys, key);
  if (json) {
    const { jwks, privateJwk } = key;
    terminal.out(`${JSON.stringify({ token, header, payload, jwks, privateJwk }, null, 2)}\n`);
    return exitCodes.ok;
  }
  terminal.out(`${token}\n`);
  if (options.keys !== undefined) say(terminal, `keys: ${options.keys}`);
  else if (options.key === undefined) {
    say(terminal, `the key set that verifies it: ${JSON.stringify(key.jwks)}`);
  }
  return exitCodes.ok;
}

function writeKeys(folder: string, key: SigningKey): void {
  mkdirSync(folder, { recursive: true });
  const write = (name: string, text: string): void =>
    writeFileSync(path.join(folder, name), text, { mode: 0o600 });
  write("private.json", `${JSON.stringify(key.privateJwk, null, 2)}\n`);
  write("jwks.json", `${JSON.stringify(key.jwks, null, 2)}\n`);
  if (key.privatePem !== undefined) write("private.pem", key.privatePem);
  if (key.publicPem !== undefined) write("public.pem", key.publicPem);
}

function fileText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new UserError(`${file} cannot be read: ${(error as Error).message}`, "name another file");
  }
}

/** `name=value` as members; a value that is JSON is taken as such, anything else is text. */
function pairs(list: string[]): Record<string, unknown> {
  return Object.fromEntries(
    list.map((pair) => {
      const at = pair.indexOf("=");
      if (at < 1) throw new UserError(`${pair} is no name=value`, 'write it as groups=["a"]');
      const text = pair.slice(at + 1);
      try {
        return [pair.slice(0, at), JSON.parse(text) as unknown];
      } catch {
        return [pair.slice(0, at), text];
      }
    }),
  );
}

function compact(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined));
}
