// The value as one path of a Unix system: from the root into a directory that no site serves, or a file of
// settings whose name begins with a dot. Paths of sites (/usr/, /var/ with a page behind) need more.
import { isAlpha } from "../base/ascii";
import { startsFolded } from "./folded-text";

/** Longest path that is read. */
const PATH_BYTES: usize = 256;

/** Whether the bytes from `ptr` to `end` are one such path; a blank makes it prose. */
export function systemFile(ptr: usize, end: usize): bool {
  let p = ptr;
  while (p < end && (load<u8>(p) == 0x22 || load<u8>(p) == 0x27 || load<u8>(p) == 0x20)) p++;
  if (end - p < 5 || end - p > PATH_BYTES) return false;
  const first = load<u8>(p);
  if (first != 0x2f && first != 0x2e) return false;
  // //etc and /./etc are /etc
  while (
    p + 2 < end &&
    load<u8>(p) == 0x2f &&
    (load<u8>(p, 1) == 0x2f || startsFolded(p, end, "/./"))
  )
    p += load<u8>(p, 1) == 0x2f ? 1 : 2;
  let name = p;
  for (let q = p; q < end; q++) {
    const byte = load<u8>(q);
    if (byte == 0x20 || byte == 0x3c) return false;
    if (byte == 0x2f) name = q + 1;
  }
  if (first == 0x2f && inSystem(p + 1, end)) return true;
  return isDotFile(name, end, name > p);
}

function inSystem(p: usize, end: usize): bool {
  if (startsFolded(p, end, "etc/")) return p + 4 < end && isAlpha(load<u8>(p, 4));
  if (startsFolded(p, end, "proc/")) return isKernelFile(p + 5, end);
  if (startsFolded(p, end, "var/")) return isStateFolder(p + 4, end);
  if (startsFolded(p, end, "usr/"))
    return (
      startsFolded(p + 4, end, "spool/") ||
      startsFolded(p + 4, end, "sbin/") ||
      startsFolded(p + 4, end, "pkgsrc/")
    );
  return (
    startsFolded(p, end, "root/.") ||
    startsFolded(p, end, "boot/grub") ||
    startsFolded(p, end, "dev/shm/") ||
    startsFolded(p, end, "dev/mem") ||
    startsFolded(p, end, "dev/random") ||
    startsFolded(p, end, "dev/zero") ||
    startsFolded(p, end, "sys/class/") ||
    startsFolded(p, end, "run/secrets/") ||
    startsFolded(p, end, "opt/lampp/") ||
    startsFolded(p, end, "private/etc/") ||
    startsFolded(p, end, "library/webserver/")
  );
}

function isKernelFile(p: usize, end: usize): bool {
  return (
    startsFolded(p, end, "self") ||
    startsFolded(p, end, "version") ||
    startsFolded(p, end, "cmdline") ||
    startsFolded(p, end, "meminfo") ||
    startsFolded(p, end, "cpuinfo") ||
    startsFolded(p, end, "mounts") ||
    startsFolded(p, end, "interrupts") ||
    startsFolded(p, end, "partitions") ||
    startsFolded(p, end, "config.gz") ||
    startsFolded(p, end, "devices") ||
    startsFolded(p, end, "modules") ||
    startsFolded(p, end, "swaps") ||
    startsFolded(p, end, "stat") ||
    startsFolded(p, end, "ioports") ||
    startsFolded(p, end, "filesystems") ||
    startsFolded(p, end, "kallsyms") ||
    startsFolded(p, end, "loadavg") ||
    startsFolded(p, end, "net/") ||
    startsFolded(p, end, "sys/") ||
    startsFolded(p, end, "1/")
  );
}

function isStateFolder(p: usize, end: usize): bool {
  return (
    startsFolded(p, end, "log") ||
    startsFolded(p, end, "adm/") ||
    startsFolded(p, end, "spool/") ||
    startsFolded(p, end, "run/") ||
    startsFolded(p, end, "lib/") ||
    startsFolded(p, end, "cron/") ||
    startsFolded(p, end, "mail/") ||
    startsFolded(p, end, "lock/") ||
    startsFolded(p, end, "lp/") ||
    startsFolded(p, end, "saf/") ||
    startsFolded(p, end, "db/") ||
    startsFolded(p, end, "backups/") ||
    startsFolded(p, end, "cpanel/") ||
    startsFolded(p, end, "apache") ||
    startsFolded(p, end, "www/html/") ||
    startsFolded(p, end, "root/")
  );
}

/** Settings and histories that programs keep in a home or beside pages. */
function isDotFile(p: usize, end: usize, isInside: bool): bool {
  if (p >= end || load<u8>(p) != 0x2e) return false;
  const length = end - p;
  // Without a directory it may be the name of an upload, which has rules of its own.
  if (!isInside) return length == 9 && startsFolded(p, end, ".htpasswd");
  for (let q = p; q + 8 <= end; q++) if (startsFolded(q, end, "_history")) return true;
  return (
    (length == 9 && startsFolded(p, end, ".htaccess")) ||
    (length == 9 && startsFolded(p, end, ".htpasswd")) ||
    (length == 8 && startsFolded(p, end, ".htgroup")) ||
    (length == 6 && startsFolded(p, end, ".netrc")) ||
    (length == 7 && startsFolded(p, end, ".rhosts")) ||
    (length == 7 && startsFolded(p, end, ".shosts")) ||
    (length == 7 && startsFolded(p, end, ".bashrc")) ||
    (length == 13 && startsFolded(p, end, ".bash_profile")) ||
    (length == 12 && startsFolded(p, end, ".bash_logout")) ||
    (length == 8 && startsFolded(p, end, ".profile")) ||
    (length == 8 && startsFolded(p, end, ".forward")) ||
    (length == 7 && startsFolded(p, end, ".passwd")) ||
    (length == 11 && startsFolded(p, end, ".xauthority")) ||
    (length == 7 && startsFolded(p, end, ".my.cnf")) ||
    (length == 7 && startsFolded(p, end, ".pgpass")) ||
    (length == 8 && startsFolded(p, end, ".viminfo")) ||
    (length == 8 && startsFolded(p, end, ".logout")) ||
    (length == 4 && startsFolded(p, end, ".env")) ||
    (length == 6 && startsFolded(p, end, ".npmrc"))
  );
}
