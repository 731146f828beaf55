// The headers of a `redirect`: where the client is sent to. An address that cannot be a header value (it may be made from
// what the client wrote) is left out, and the reply then has no location.
import { PairsStatus } from "../../abi/pairs";
import { PairsWriter } from "../../abi/pairs-writer";
import { View } from "../../abi/view";

/** Bytes of all headers of the reply. */
const HEADER_BYTES: u32 = 4096;

@final
export class RedirectReply {
  private headers: PairsWriter = new PairsWriter(3, HEADER_BYTES);
  private locationName: View = View.of("location");
  private typeName: View = View.of("content-type");
  private type: View = View.of("application/problem+json");

  /** All headers of the reply, valid until the next call. */
  to(address: usize, length: u32): PairsWriter {
    const headers = this.headers;
    const location = this.locationName;
    headers.reset();
    if (headers.add(location.ptr, location.length, address, length) != PairsStatus.Ok)
      headers.reset();
    const name = this.typeName;
    headers.add(name.ptr, name.length, this.type.ptr, this.type.length);
    return headers;
  }
}
