// The WASI functions Envoy links (under wasi_unstable and wasi_snapshot_preview1): enough for runtimes that expect them
// to start, no files and no sockets. Answers as measured on Envoy: stdout is a log line at info, stderr at error,
// the realtime clock has whole microseconds, proc_exit returns, random_get takes at most 64 KiB.
import { utf8, utf8Decode } from "./bytes.ts";
import type { Vm } from "./vm.ts";

const Errno = {
  Success: 0,
  BadF: 8,
  Fault: 21,
  Inval: 28,
  NoEnt: 44,
  NoSys: 52,
  NotSup: 58,
} as const;

/** Names and signatures of Envoy's link table. */
export const wasiSignatures: Record<string, string> = {
  args_get: "ii>i",
  args_sizes_get: "ii>i",
  clock_res_get: "ii>i",
  clock_time_get: "iIi>i",
  environ_get: "ii>i",
  environ_sizes_get: "ii>i",
  fd_advise: "iIIi>i",
  fd_allocate: "iII>i",
  fd_close: "i>i",
  fd_datasync: "i>i",
  fd_fdstat_get: "ii>i",
  fd_fdstat_set_flags: "ii>i",
  fd_fdstat_set_rights: "iII>i",
  fd_filestat_get: "ii>i",
  fd_filestat_set_size: "iI>i",
  fd_filestat_set_times: "iIIi>i",
  fd_pread: "iiiIi>i",
  fd_prestat_dir_name: "iii>i",
  fd_prestat_get: "ii>i",
  fd_pwrite: "iiiIi>i",
  fd_read: "iiii>i",
  fd_readdir: "iiiIi>i",
  fd_renumber: "ii>i",
  fd_seek: "iIii>i",
  fd_sync: "i>i",
  fd_tell: "ii>i",
  fd_write: "iiii>i",
  path_create_directory: "iii>i",
  path_filestat_get: "iiiii>i",
  path_filestat_set_times: "iiiiIIi>i",
  // Envoy's own have a parameter less than WASI's: a module that imports one is refused over its type.
  path_link: "iiiiii>i",
  path_open: "iiiiiIIii>i",
  path_readlink: "iiiiii>i",
  path_remove_directory: "iii>i",
  path_rename: "iiiiii>i",
  path_symlink: "iiii>i",
  path_unlink_file: "iii>i",
  poll_oneoff: "iiii>i",
  proc_exit: "i>",
  random_get: "ii>i",
  sched_yield: ">i",
  sock_accept: "iii>i",
  sock_recv: "iiiiii>i",
  sock_send: "iiiii>i",
  sock_shutdown: "ii>i",
};

type WasiFunction = (...args: number[]) => number | void;

/** Functions for one VM; those that Envoy only names answer ENOSYS. */
export function wasiFunctions(vm: Vm): Record<string, WasiFunction> {
  const functions: Record<string, WasiFunction> = {};
  for (const name of Object.keys(wasiSignatures)) functions[name] = () => Errno.NoSys;
  return Object.assign(functions, clockAndRandom(vm), environment(vm), descriptors(vm));
}

function clockAndRandom(vm: Vm): Record<string, WasiFunction> {
  return {
    clock_res_get: (id, pointer) => {
      if (id > 1) return Errno.NotSup;
      return vm.memory.setU64(pointer, 1n) ? Errno.Success : Errno.Fault;
    },
    clock_time_get: (id, _precision, pointer) => {
      if (id > 1) return Errno.NotSup;
      const clock = vm.worker.host.clock;
      const ns = id === 0 ? BigInt(clock.nowUs()) * 1000n : BigInt(Math.floor(clock.monotonicNs()));
      return vm.memory.setU64(pointer, ns) ? Errno.Success : Errno.Fault;
    },
    random_get: (pointer, size) => {
      if (size >>> 0 > 65536) return Errno.Inval;
      if (!vm.memory.contains(pointer, size)) return Errno.Fault;
      vm.worker.host.random.fill(
        vm.memory.bytes.subarray(pointer >>> 0, (pointer >>> 0) + (size >>> 0)),
      );
      return Errno.Success;
    },
    sched_yield: () => Errno.Success,
    poll_oneoff: () => Errno.Success,
    proc_exit: () => undefined,
  };
}

function environment(vm: Vm): Record<string, WasiFunction> {
  const lines = Object.entries(vm.environment).map(([key, value]) => utf8(`${key}=${value}\0`));
  const total = lines.reduce((sum, line) => sum + line.length, 0);
  const sizes = (countAt: number, sizeAt: number, count: number, size: number): number =>
    vm.memory.setU32(countAt, count) && vm.memory.setU32(sizeAt, size)
      ? Errno.Success
      : Errno.Fault;
  return {
    args_get: () => Errno.Success,
    args_sizes_get: (countAt, sizeAt) => sizes(countAt, sizeAt, 0, 0),
    environ_sizes_get: (countAt, sizeAt) => sizes(countAt, sizeAt, lines.length, total),
    environ_get: (pointers, textAt) => {
      if (!vm.memory.contains(textAt, total)) return Errno.Fault;
      for (const [index, line] of lines.entries()) {
        if (!vm.memory.setU32(pointers + 4 * index, textAt)) return Errno.Fault;
        vm.memory.write(textAt, line);
        textAt += line.length;
      }
      return Errno.Success;
    },
  };
}

function descriptors(vm: Vm): Record<string, WasiFunction> {
  return {
    fd_write: (fd, vectors, count, writtenAt) => {
      if (fd !== 1 && fd !== 2) return Errno.BadF;
      let written = 0;
      let text = "";
      for (let i = 0; i < count; i++) {
        if (!vm.memory.contains(vectors + 8 * i, 8)) return Errno.Fault;
        const pointer = vm.memory.view.getUint32((vectors >>> 0) + 8 * i, true);
        const size = vm.memory.view.getUint32((vectors >>> 0) + 8 * i + 4, true);
        const bytes = vm.memory.copy(pointer, size);
        if (bytes === undefined) return Errno.Fault;
        text += utf8Decode(bytes);
        written += size;
      }
      if (written > 0) vm.log(fd === 1 ? 2 : 4, text.endsWith("\n") ? text.slice(0, -1) : text);
      return vm.memory.setU32(writtenAt, written) ? Errno.Success : Errno.Fault;
    },
    fd_close: () => Errno.Success,
    fd_seek: () => Errno.Success,
    fd_fdstat_get: (fd, pointer) => {
      if (fd > 2) return Errno.BadF;
      if (!vm.memory.contains(pointer, 24)) return Errno.Fault;
      vm.memory.bytes.fill(0, pointer >>> 0, (pointer >>> 0) + 24);
      return Errno.Success;
    },
    fd_fdstat_set_flags: () => Errno.Success,
    fd_prestat_get: () => Errno.BadF,
    fd_prestat_dir_name: () => Errno.BadF,
    path_open: () => Errno.NoEnt,
  };
}
