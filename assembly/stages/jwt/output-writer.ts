// What a verified token gives the upstream: its claims and its payload in headers. Whatever a client wrote there must be gone before.
import { MapType, Status } from "../../abi/constants";
import { View } from "../../abi/view";
import { indexOfByte } from "../../base/find-byte";
import { replaceHeader } from "../../sdk/headers";
import { NO_VALUE } from "./claim-outputs";
import { JwtProvider } from "./provider";

@final
export class OutputWriter {
  private value: View = new View();

  /** False: the host refused a header. @param outputs as ClaimOutputs writes them */
  write(provider: JwtProvider, outputs: usize, token: usize, length: u32): bool {
    return this.writeClaims(provider, outputs) && this.writePayload(provider, token, length);
  }

  private writeClaims(provider: JwtProvider, at: usize): bool {
    const outputs = provider.outputs.list;
    const value = this.value;
    for (let i = 0; i < outputs.length; i++) {
      const length = load<u32>(at);
      at += 4;
      if (length == NO_VALUE) continue;
      value.set(at, length);
      at += length;
      const status = replaceHeader(MapType.RequestHeaders, outputs[i].header, value);
      if (status != Status.Ok) return false;
    }
    return true;
  }

  /** The payload is base64url already: the middle of the token. */
  private writePayload(provider: JwtProvider, token: usize, length: u32): bool {
    const header = provider.payloadHeader;
    if (header === null) return true;
    const start = indexOfByte(token, 0, length, 0x2e) + 1;
    const end = indexOfByte(token, start, length, 0x2e);
    this.value.set(token + start, end - start);
    return replaceHeader(MapType.RequestHeaders, header, this.value) == Status.Ok;
  }
}
