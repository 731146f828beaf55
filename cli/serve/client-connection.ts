// What the filters may know of the connection a request came on: both addresses, the protocol, and the client's certificate.
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import type { ConnectionInfo, TlsInfo } from "../../host-test/host/types.ts";
import { plainAddress } from "./forwarded.ts";
import { tlsInfoOf } from "./peer-certificate.ts";

/** Certificates are read once a connection. */
const known = new WeakMap<Duplex, TlsInfo>();

/** `socket` is the connection itself or node:http2's view of it. */
export function connectionInfo(
  socket: IncomingMessage["socket"],
  protocol: NonNullable<ConnectionInfo["protocol"]>,
): ConnectionInfo {
  const connection: ConnectionInfo = {
    source: `${plainAddress(socket.remoteAddress)}:${socket.remotePort ?? 0}`,
    destination: `${plainAddress(socket.localAddress)}:${socket.localPort ?? 0}`,
    protocol,
  };
  if (!("encrypted" in socket)) return connection;
  let tls = known.get(socket);
  if (tls === undefined) known.set(socket, (tls = tlsInfoOf(socket as TLSSocket)));
  connection.tls = tls;
  return connection;
}
