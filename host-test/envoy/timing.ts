// Packets stay packets: the next one is written only after Envoy has taken the previous one out of its socket, which the
// kernel's table of connections tells (Linux; elsewhere a pause must do). Without this two writes become one read on a
// busy machine, and the filter sees one body callback instead of two.
import { readFileSync } from "node:fs";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** Shortest pause between packets. A case that differs is played again with longer ones. */
export const timing = { gapMs: 12 };

/** A peer that stopped reading (watermark, pause) never empties its socket. */
const longestMs = 400;
const table = "/proc/net/tcp";

/** Resolves when the peer of this loopback connection has read everything, and the pause is over. */
export async function taken(socket: Socket): Promise<void> {
  await sleep(timing.gapMs);
  const { localPort, remotePort } = socket;
  for (let waited = 0; waited < longestMs && !socket.destroyed; waited += 4) {
    const unread = bytesUnread(remotePort ?? 0, localPort ?? 0);
    if (unread === 0 && socket.writableLength === 0) return;
    await sleep(4);
  }
}

/** Bytes in the receive queue of the connection's far end; 0 where the kernel does not tell. */
function bytesUnread(port: number, peerPort: number): number {
  let text: string;
  try {
    text = readFileSync(table, "latin1");
  } catch {
    return 0;
  }
  const hex = (n: number): string => n.toString(16).toUpperCase().padStart(4, "0");
  const wanted = `0100007F:${hex(port)} 0100007F:${hex(peerPort)} `;
  const at = text.indexOf(wanted);
  if (at < 0) return 0;
  // `st tx_queue:rx_queue`, for example `01 00000000:0000000C`.
  return parseInt(text.slice(at + wanted.length + 12, at + wanted.length + 20), 16);
}
