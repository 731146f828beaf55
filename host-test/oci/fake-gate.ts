// Who may enter the registry of the tests: nobody asked, Basic, or a Bearer token from a token server with scopes and an end.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { FakeOptions } from "./fake-registry.ts";
import { answerJson, refuse } from "./fake-replies.ts";

export const account = { username: "alice", password: "s3cret-pa55" };

export class FakeGate {
  readonly #tokens = new Map<string, { scopes: string[]; untilMs: number }>();
  readonly #options: FakeOptions;
  readonly #host: () => string;
  #counter = 0;

  constructor(options: FakeOptions, host: () => string) {
    this.#options = options;
    this.#host = host;
  }

  revokeTokens(): void {
    this.#tokens.clear();
  }

  #now(): number {
    return (this.#options.nowMs ?? Date.now)();
  }

  #scopes(method: string, url: URL): string[] {
    const name = /^\/v2\/(.+?)\/(?:blobs|manifests|tags|referrers)\//.exec(url.pathname)?.[1];
    if (name === undefined) return [];
    const from = url.searchParams.get("from");
    const write = !/^(?:GET|HEAD)$/.test(method);
    return [
      `repository:${name}:${write ? "pull,push" : "pull"}`,
      ...(from === null ? [] : [`repository:${from}:pull`]),
    ];
  }

  allowed(request: IncomingMessage, response: ServerResponse, url: URL): boolean {
    const { auth = "none" } = this.#options;
    const given = request.headers.authorization ?? "";
    const needed = this.#scopes(request.method!, url);
    const basic = `Basic ${Buffer.from(`${account.username}:${account.password}`).toString("base64")}`;
    if (auth === "none" || (auth === "basic" && given === basic)) return true;
    const token = this.#tokens.get(given.replace(/^Bearer /, ""));
    const covers = (scope: string): boolean =>
      token!.scopes.some((held) => {
        const [, name, actions] = scope.split(":");
        const [, heldName, heldActions] = held.split(":");
        const held2 = heldActions?.split(",") ?? [];
        return name === heldName && actions!.split(",").every((action) => held2.includes(action));
      });
    if (
      auth === "bearer" &&
      token !== undefined &&
      token.untilMs > this.#now() &&
      needed.every(covers)
    ) {
      return true;
    }
    const realm = this.#options.realm ?? `http://${this.#host()}/token`;
    const challenge =
      auth === "basic"
        ? 'Basic realm="fake, registry"'
        : `Bearer realm="${realm}",service="fake",scope="${needed[0] ?? ""}"`;
    refuse(response, 401, "UNAUTHORIZED", { "www-authenticate": challenge });
    return false;
  }

  token(url: URL, request: IncomingMessage, body: Buffer, response: ServerResponse): void {
    const basic = `Basic ${Buffer.from(`${account.username}:${account.password}`).toString("base64")}`;
    const form = new URLSearchParams(body.toString());
    const good =
      request.method === "POST"
        ? form.get("grant_type") === "refresh_token" && form.get("refresh_token") === "refresh-me"
        : request.headers.authorization === basic;
    if (!good) return refuse(response, 401, "UNAUTHORIZED");
    const scopes =
      request.method === "POST"
        ? (form.get("scope") ?? "").split(" ")
        : url.searchParams.getAll("scope");
    const token = `token-${++this.#counter}`;
    const lifeS = this.#options.tokenLifeS ?? 300;
    this.#tokens.set(token, { scopes, untilMs: this.#now() + lifeS * 1000 });
    answerJson(response, 200, { token, expires_in: lifeS });
  }
}
