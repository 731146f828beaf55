import { CidrList, CidrStatus } from "./cidr";
import { IpAddress, IpStatus } from "./ip";

function at(text: string): usize {
  return changetype<usize>(String.UTF8.encode(text, true));
}

function bytesOf(text: string): u32 {
  return <u32>String.UTF8.byteLength(text);
}

function address(text: string): IpAddress {
  const ip = new IpAddress();
  const status = ip.read(at(text), bytesOf(text));
  assert(status == IpStatus.Ok, text + " " + (<i32>status).toString());
  return ip;
}

function is6(text: string, high: u64, low: u64): void {
  const ip = address(text);
  assert(
    !ip.isV4 && ip.high == high && ip.low == low,
    text + " " + ip.high.toString(16) + " " + ip.low.toString(16),
  );
}

function refused(text: string): bool {
  const status = new IpAddress().read(at(text), bytesOf(text));
  return status != IpStatus.Ok;
}

export function reads_dotted_addresses(): void {
  assert(address("0.0.0.0").isV4 && address("0.0.0.0").low == 0);
  assert(address("192.0.2.255").low == 0xc00002ff);
  const bad = [
    "",
    "1",
    "1.2.3",
    "1.2.3.4.5",
    "256.1.1.1",
    "1.2.3.256",
    "01.2.3.4",
    "1..2.3",
    "1.2.3.4 ",
    " 1.2.3.4",
    "0x1.2.3.4",
    "1.2.3.0004",
    "1.2.3.4/8",
    "-1.2.3.4",
  ];
  for (let i = 0; i < bad.length; i++) assert(refused(bad[i]), bad[i]);
}

export function reads_every_form_of_ipv6(): void {
  is6("::", 0, 0);
  is6("::1", 0, 1);
  is6("1::", 0x0001000000000000, 0);
  is6("2001:db8::8:800:200c:417A", 0x20010db800000000, 0x00080800200c417a);
  is6("1:2:3:4:5:6:7:8", 0x0001000200030004, 0x0005000600070008);
  is6("1:2:3:4:5:6:7::", 0x0001000200030004, 0x0005000600070000);
  is6("::2:3:4:5:6:7:8", 0x0000000200030004, 0x0005000600070008);
  is6("1:2:3:4::7:8", 0x0001000200030004, 0x0000000000070008);
  is6("1:2:3:4:5::8", 0x0001000200030004, 0x0005000000000008);
  is6("64:ff9b::192.0.2.33", 0x0064ff9b00000000, 0x00000000c0000221);
  is6("1:2:3:4:5:6:1.2.3.4", 0x0001000200030004, 0x0005000601020304);
}

export function a_mapped_address_is_the_ipv4_address(): void {
  assert(address("::ffff:192.0.2.1").isV4 && address("::ffff:192.0.2.1").low == 0xc0000201);
  assert(address("::FFFF:c000:201").isV4 && address("0:0:0:0:0:ffff:c000:0201").low == 0xc0000201);
  assert(!address("::192.0.2.1").isV4);
}

export function refuses_what_is_not_ipv6(): void {
  const bad = [
    ":",
    ":::",
    "1:::2",
    "1::2::3",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "1:2:3:4:5:6:7::8",
    "12345::",
    "g::",
    "1:2:3:4:5:6:7:",
    ":1:2:3:4:5:6:7:8",
    "::1%",
    "::1.2.3",
    "1.2.3.4::",
    "::1.2.3.4:5",
    "1:2:3:4:5:6:7:1.2.3.4",
    "[::1]",
    "::1 ",
  ];
  for (let i = 0; i < bad.length; i++) assert(refused(bad[i]), bad[i]);
}

export function a_zone_is_cut_off(): void {
  const ip = address("fe80::1%eth0");
  assert(ip.zoneLength == 4 && ip.high == 0xfe80000000000000 && ip.low == 1);
  assert(refused("fe80::1%" + "x".repeat(65)));
}

function port(text: string): i32 {
  const ip = new IpAddress();
  const status = ip.readWithPort(at(text), bytesOf(text));
  return status == IpStatus.Ok ? ip.port : -10 - <i32>status;
}

export function reads_ports_and_brackets(): void {
  assert(port("127.0.0.1:48236") == 48236 && port("127.0.0.1") == -1 && port("1.2.3.4:0") == 0);
  assert(
    port("[::1]:80") == 80 &&
      port("[::1]") == -1 &&
      port("::1") == -1 &&
      port("2001:db8::1:80") == -1,
  );
  assert(port("[fe80::1%eth0]:80") == 80);
  assert(
    port("1.2.3.4:") == -10 - IpStatus.BadPort && port("1.2.3.4:65536") == -10 - IpStatus.BadPort,
  );
  assert(port("[::1]:x") == -10 - IpStatus.BadPort && port("[::1]x") == -10 - IpStatus.Malformed);
  assert(
    port("[1.2.3.4]:80") == -10 - IpStatus.Malformed &&
      port("[::1") == -10 - IpStatus.Malformed &&
      port("") == -10 - IpStatus.Empty,
  );
  assert(port("x:80") == -10 - IpStatus.Malformed);
}

function list(entries: string[]): CidrList {
  const cidrs = new CidrList();
  for (let i = 0; i < entries.length; i++) {
    const status = cidrs.add(at(entries[i]), bytesOf(entries[i]));
    assert(status == CidrStatus.Ok, entries[i] + " " + (<i32>status).toString());
  }
  cidrs.seal();
  return cidrs;
}

export function networks_hold_their_addresses_and_no_others(): void {
  const cidrs = list([
    "10.0.0.0/8",
    "192.0.2.1",
    "192.0.2.2/32",
    "2001:db8::/32",
    "fe80::/10",
    "172.16.0.0/12",
  ]);
  const inside = [
    "10.0.0.0",
    "10.255.255.255",
    "192.0.2.1",
    "192.0.2.2",
    "2001:db8::",
    "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
    "febf::1%e",
    "::ffff:10.1.2.3",
    "172.31.0.1",
  ];
  const outside = [
    "9.255.255.255",
    "11.0.0.0",
    "192.0.2.0",
    "192.0.2.3",
    "2001:db7:ffff::",
    "2001:db9::",
    "fec0::",
    "::10.1.2.3",
    "172.32.0.0",
    "::",
    "0.0.0.0",
  ];
  for (let i = 0; i < inside.length; i++) assert(cidrs.has(address(inside[i])), inside[i]);
  for (let i = 0; i < outside.length; i++) assert(!cidrs.has(address(outside[i])), outside[i]);
}

export function overlapping_networks_are_merged(): void {
  const cidrs = list(["10.1.0.0/16", "10.0.0.0/8", "10.2.3.4", "::/1", "8000::/1", "4000::/2"]);
  assert(cidrs.size == 3, cidrs.size.toString());
  assert(
    cidrs.has(address("10.200.0.1")) &&
      cidrs.has(address("ffff::")) &&
      cidrs.has(address("7fff::")),
  );
}

export function the_whole_internet_of_one_family_is_not_that_of_the_other(): void {
  assert(list(["::/0"]).has(address("::1")) && !list(["::/0"]).has(address("1.2.3.4")));
  assert(
    list(["0.0.0.0/0"]).has(address("255.255.255.255")) && !list(["0.0.0.0/0"]).has(address("::1")),
  );
  assert(
    list(["::ffff:10.0.0.0/104"]).has(address("10.9.9.9")) &&
      list(["::ffff:1.2.3.4"]).has(address("1.2.3.4")),
  );
}

function addStatus(text: string): CidrStatus {
  return new CidrList().add(at(text), bytesOf(text));
}

export function refuses_what_is_not_a_network(): void {
  assert(
    addStatus("") == CidrStatus.BadAddress &&
      addStatus("x/8") == CidrStatus.BadAddress &&
      addStatus("fe80::1%e") == CidrStatus.BadAddress,
  );
  assert(
    addStatus("10.0.0.0/33") == CidrStatus.BadPrefix &&
      addStatus("::/129") == CidrStatus.BadPrefix &&
      addStatus("10.0.0.0/") == CidrStatus.BadPrefix,
  );
  assert(
    addStatus("10.0.0.0/08") == CidrStatus.BadPrefix &&
      addStatus("10.0.0.0/a") == CidrStatus.BadPrefix &&
      addStatus("10.0.0.0/-1") == CidrStatus.BadPrefix,
  );
  assert(
    addStatus("10.0.0.1/8") == CidrStatus.HostBits &&
      addStatus("2001:db8::1/32") == CidrStatus.HostBits,
  );
  assert(addStatus("::ffff:10.0.0.0/90") == CidrStatus.BadPrefix);
}
