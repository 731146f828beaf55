// Builds C++ filters with a clang that has a WASI library: a wasi-sdk named by WASI_SDK_PATH, or Debian's packages clang-16,
// lld-16, libc++-16-dev-wasm32, libc++abi-16-dev-wasm32, libclang-rt-16-dev-wasm32 and wasi-libc (or a later version of them).
import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";
import { Absent, run } from "./sources.ts";

interface Compiler {
  command: string;
  flags: string[];
}

const newest = 22;
const oldest = 16;

/** @throws Absent that names what to install */
function compiler(): Compiler {
  const sdk = process.env["WASI_SDK_PATH"] ?? "";
  if (sdk !== "") {
    return {
      command: join(sdk, "bin", "clang++"),
      flags: [`--sysroot=${join(sdk, "share", "wasi-sysroot")}`],
    };
  }
  for (let version = newest; version >= oldest; version--) {
    const command = `clang++-${version}`;
    const asked = spawnSync(command, ["-print-resource-dir"], { encoding: "utf8" });
    if (asked.status !== 0) continue;
    // <llvm>/lib/clang/<version>: the C++ library for WASI stands beside it.
    const llvm = resolve(asked.stdout.trim(), "..", "..", "..");
    const include = join(llvm, "include", "wasm32-wasi", "c++", "v1");
    const library = join(llvm, "lib", "wasm32-wasi");
    return {
      command,
      flags: ["--sysroot=/usr", "-nostdinc++", "-isystem", include, `-L${library}`],
    };
  }
  throw new Absent(
    `no clang for WASI: set WASI_SDK_PATH, or install clang-${oldest}, lld-${oldest}, ` +
      `libc++-${oldest}-dev-wasm32, libc++abi-${oldest}-dev-wasm32, libclang-rt-${oldest}-dev-wasm32 and wasi-libc`,
  );
}

/** Compiles single-file filters with the C++ SDK's sources. */
export function buildCpp(
  sdk: string,
  work: string,
  entries: [name: string, source: string][],
  out: string,
): void {
  const { command, flags } = compiler();
  const usual = [
    "--target=wasm32-wasi",
    "-std=c++17",
    "-O2",
    "-fno-exceptions",
    "-Wno-unused-command-line-argument",
    // The SDK sets errno without its header, which Emscripten brings along.
    "-include",
    "errno.h",
    `-I${sdk}`,
    ...flags,
  ];
  const object = join(work, "intrinsics.o");
  run("mkdir", ["-p", work], sdk);
  run(command, [...usual, "-c", join(sdk, "proxy_wasm_intrinsics.cc"), "-o", object], work);
  const link = ["-mexec-model=reactor", "-Wl,--export=malloc,--allow-undefined,--export-dynamic"];
  for (const [name, source] of entries) {
    run(command, [...usual, ...link, source, object, "-o", join(out, `${name}.wasm`)], work);
  }
}
