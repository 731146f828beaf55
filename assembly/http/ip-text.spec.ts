import { IpAddress, IpStatus } from "./ip";
import { maxIpTextBytes, writeIp } from "./ip-text";

function text(address: string, bits: u32): string {
  const bytes = String.UTF8.encode(address);
  const ip = new IpAddress();
  assert(ip.read(changetype<usize>(bytes), bytes.byteLength) == IpStatus.Ok, address);
  const target = heap.alloc(maxIpTextBytes);
  const length = writeIp(ip, bits, target);
  assert(length <= maxIpTextBytes);
  return String.UTF8.decodeUnsafe(target, length);
}

export function addresses_come_back_in_the_form_of_rfc_5952(): void {
  const same =
    "192.0.2.1|0.0.0.0|255.255.255.255|10.20.30.40|2001:db8::1|::|::1|1::|2001:db8:0:1:1:1:1:1|" +
    "2001:0:0:1::1|fe80::1:2:3:4|1:2:3:4:5:6:7:8|ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff|0:1::";
  const list = same.split("|");
  for (let i = 0; i < list.length; i++) {
    const seen = text(list[i], 128);
    assert(seen == list[i], list[i] + " became " + seen);
  }
  assert(text("2001:DB8:0:0:1:0:0:1", 128) == "2001:db8::1:0:0:1");
  assert(text("0:0:0:0:0:ffff:1.2.3.4", 128) == "1.2.3.4");
}

export function fewer_bits_give_the_network(): void {
  assert(text("192.0.2.77", 24) == "192.0.2.0/24");
  assert(text("192.0.2.77", 0) == "0.0.0.0/0");
  assert(text("192.0.2.77", 32) == "192.0.2.77");
  assert(text("2001:db8:1:2:3:4:5:6", 64) == "2001:db8:1:2::/64", text("2001:db8:1:2:3:4:5:6", 64));
  assert(text("2001:db8:1:2:3:4:5:6", 127) == "2001:db8:1:2:3:4:5:6/127");
  assert(text("2001:db8::", 0) == "::/0");
}
