// Authorization headers for one registry: Basic, or a Bearer token fetched from the realm that a 401 named. Tokens are kept for
// each scope until shortly before they end. The password is sent to the registry and to its realm, never elsewhere, and never
// over plain HTTP unless the registry itself is spoken to so.
// Sources: distribution token and oauth2 specifications; RFC 6750; RFC 7617.
import type { Challenge } from "./challenge.ts";
import type { Clock } from "./clock.ts";
import type { Credentials } from "./credentials.ts";
import { RegistryError } from "./failure.ts";
import { readBody, type Exchange, type Reply } from "./transport.ts";

const tokenLimitBytes = 256 * 1024;
/** A token without `expires_in` lives this long, by the specification. */
const defaultLifeMs = 60_000;
/** A token is not used for this long before its end, so that it does not end on the way. */
const marginMs = 10_000;

interface Held {
  header: string;
  untilMs: number;
}

export interface TokenSource {
  registry: string;
  /** Whether the registry itself is reached by plain HTTP. */
  plainHttp: boolean;
  /** Sends once, retries included; follows no redirect. */
  send(exchange: Exchange): Promise<Reply>;
  clock: Clock;
  credentials(): Promise<Credentials | undefined>;
}

export class Tokens {
  readonly #source: TokenSource;
  readonly #held = new Map<string, Held>();
  readonly #asked = new Map<string, Promise<string>>();
  #basic: string | undefined;

  constructor(source: TokenSource) {
    this.#source = source;
  }

  /** The header for a scope as far as it is known without asking. */
  known(scope: string): string | undefined {
    const held = this.#held.get(scope);
    if (held !== undefined && held.untilMs > this.#source.clock.nowMs()) return held.header;
    this.#held.delete(scope);
    return this.#basic;
  }

  /** Forgets what was refused. */
  forget(scope: string): void {
    this.#held.delete(scope);
    this.#basic = undefined;
  }

  /**
   * Answers a 401.
   * @returns the header to send, undefined when there is nothing to offer
   * @throws RegistryError when the realm refuses or cannot be used
   */
  async answer(challenges: Challenge[], scope: string): Promise<string | undefined> {
    const bearer = challenges.find(({ scheme }) => scheme === "bearer");
    if (bearer !== undefined) {
      // Blobs that travel side by side meet their 401 at the same time: one of them asks.
      const asked = this.#asked.get(scope) ?? this.#bearer(bearer, scope);
      this.#asked.set(scope, asked);
      return asked.finally(() => this.#asked.delete(scope));
    }
    if (!challenges.some(({ scheme }) => scheme === "basic")) return undefined;
    const credentials = await this.#source.credentials();
    if (credentials === undefined) return undefined;
    this.#basic = basicHeader(credentials);
    return this.#basic;
  }

  async #bearer({ parameters }: Challenge, scope: string): Promise<string> {
    const { clock } = this.#source;
    const realm = this.#realm(parameters["realm"]);
    const credentials = await this.#source.credentials();
    // The challenge knows what the request needs; ours may add a second repository, for a mount.
    const scopes = new Set([...(parameters["scope"] ?? "").split(" "), ...scope.split(" ")]);
    scopes.delete("");
    const service = parameters["service"];
    const reply =
      credentials?.identityToken === undefined
        ? await this.#get(realm, service, [...scopes], credentials)
        : await this.#post(realm, service, [...scopes], credentials.identityToken);
    const body = await this.#read(reply, realm);
    const token = body.token ?? body.access_token;
    if (typeof token !== "string" || !/^[\x21-\x7e]+$/.test(token)) {
      throw new RegistryError("protocol", `${realm.host} gave no token`);
    }
    const seconds = typeof body.expires_in === "number" ? body.expires_in : 0;
    const lifeMs = seconds > 0 ? seconds * 1000 : defaultLifeMs;
    const header = `Bearer ${token}`;
    this.#held.set(scope, { header, untilMs: clock.nowMs() + Math.max(0, lifeMs - marginMs) });
    return header;
  }

  #realm(text: string | undefined): URL {
    const realm = text !== undefined && URL.canParse(text) ? new URL(text) : undefined;
    if (realm === undefined || !/^https?:$/.test(realm.protocol)) {
      throw new RegistryError("protocol", `${this.#source.registry} names no usable token server`);
    }
    if (realm.protocol === "http:" && !this.#source.plainHttp) {
      throw new RegistryError(
        "plainHttp",
        `${this.#source.registry} wants the password sent to ${realm.host} without encryption`,
        "nothing was sent; let the registry name an https realm",
      );
    }
    return realm;
  }

  async #get(
    realm: URL,
    service: string | undefined,
    scopes: string[],
    credentials: Credentials | undefined,
  ): Promise<Reply> {
    const url = new URL(realm);
    if (service !== undefined) url.searchParams.set("service", service);
    for (const scope of scopes) url.searchParams.append("scope", scope);
    const headers: Record<string, string> = { accept: "application/json" };
    if (credentials !== undefined) headers["authorization"] = basicHeader(credentials);
    return this.#source.send({ method: "GET", url, headers });
  }

  async #post(
    realm: URL,
    service: string | undefined,
    scopes: string[],
    refreshToken: string,
  ): Promise<Reply> {
    const form = new URLSearchParams({ grant_type: "refresh_token", client_id: "meshwarden" });
    form.set("refresh_token", refreshToken);
    if (service !== undefined) form.set("service", service);
    if (scopes.length > 0) form.set("scope", scopes.join(" "));
    const headers = {
      "content-type": "application/x-www-form-urlencoded",
      accept: "application/json",
    };
    const body = new TextEncoder().encode(form.toString());
    return this.#source.send({ method: "POST", url: realm, headers, body });
  }

  /** A redirect of the token server is not followed: the password would go along. */
  async #read(reply: Reply, realm: URL): Promise<Record<string, unknown>> {
    const bytes = await readBody(reply, tokenLimitBytes);
    if (reply.status === 401 || reply.status === 403) {
      throw new RegistryError(
        "unauthorized",
        `${realm.host} refuses the credentials for ${this.#source.registry}`,
        `run docker login ${this.#source.registry}, or use --username and --password-stdin`,
      );
    }
    if (reply.status === 429 || reply.status >= 500) {
      throw new RegistryError(
        "unreachable",
        `${realm.host} answered ${reply.status}`,
        "try again later",
      );
    }
    if (reply.status !== 200) {
      throw new RegistryError(
        "protocol",
        `${realm.host} answered ${reply.status} to a request for a token`,
      );
    }
    try {
      return JSON.parse(Buffer.from(bytes).toString("utf8")) as Record<string, unknown>;
    } catch {
      throw new RegistryError("protocol", `${realm.host} gave no token`);
    }
  }
}

function basicHeader({ username, password }: Credentials): string {
  return `Basic ${Buffer.from(`${username}:${password}`, "utf8").toString("base64")}`;
}
