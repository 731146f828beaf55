// One listening socket for several threads. Threads of a process share its descriptors, so a thread can listen on one by
// number; but each must own the one it closes. Node has no dup(): a socket that goes to a child process and comes back has a
// new descriptor for the same queue of connections, which is how node:cluster shares one among processes as well.
import { spawn, type ChildProcess } from "node:child_process";
import { createServer, type AddressInfo, type Server } from "node:net";

/** What node:net keeps inside a server; passing it on is how a socket is sent without being listened on. */
interface RawHandle {
  fd: number;
  close(): void;
}

const echo = 'process.on("message", (message, handle) => process.send(message, handle))';

/** A listening socket that accepts nothing itself and hands out descriptors that threads may own. */
export class ListeningCopies {
  readonly address: AddressInfo;
  readonly #original: RawHandle;

  private constructor(address: AddressInfo, original: RawHandle) {
    this.address = address;
    this.#original = original;
  }

  /** @throws the system's error, for example with code EADDRINUSE */
  static async listen(place: { port: number; host: string }): Promise<ListeningCopies> {
    // Nobody has been told of the port yet; who knocks all the same is turned away.
    const server = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(place, resolve);
    });
    const address = server.address() as AddressInfo;
    try {
      const [original] = await copies(handleOf(server), 1);
      return new ListeningCopies(address, original!);
    } finally {
      server.close();
    }
  }

  /** Descriptors of the same socket; who listens on one closes it. */
  async take(count: number): Promise<number[]> {
    return (await copies(this.#original, count)).map(({ fd }) => fd);
  }

  /** Connections are refused once the threads have closed theirs too. */
  close(): void {
    this.#original.close();
  }
}

function handleOf(server: Server): RawHandle {
  const handle = (server as unknown as { _handle: RawHandle })._handle;
  if (handle.fd >= 0) return handle;
  throw new Error("this system has no descriptors to share between threads: use one worker");
}

async function copies(handle: RawHandle, count: number): Promise<RawHandle[]> {
  const stdio: ("ignore" | "ipc")[] = ["ignore", "ignore", "ignore", "ipc"];
  const child: ChildProcess = spawn(process.execPath, ["-e", echo], { stdio });
  try {
    return await new Promise<RawHandle[]>((resolve, reject) => {
      const received: RawHandle[] = [];
      child.once("error", reject);
      child.once("exit", () => reject(new Error("the process that copies a socket ended")));
      child.on("message", (_message, copy) => {
        received.push(copy as unknown as RawHandle);
        if (received.length === count) resolve(received);
      });
      for (let i = 0; i < count; i++) child.send(i, handle as never);
    });
  } finally {
    child.removeAllListeners("exit");
    child.disconnect();
  }
}
