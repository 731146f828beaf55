// The value as one path of a Unix system: from the root into a directory that no site serves, or a file of
// settings whose name begins with a dot. Paths of sites (/usr/, /var/ with a page behind) need more.
import { isAlpha } from "../base/ascii";
import { holds, isAny, startsFolded, startsWithAny } from "./folded-text";

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

/** Folders that no site serves; one text a list, since joining two would take memory with each request. */
function inSystem(p: usize, end: usize): bool {
  if (startsFolded(p, end, "etc/")) return p + 4 < end && isAlpha(load<u8>(p, 4));
  if (startsFolded(p, end, "proc/"))
    return startsWithAny(
      p + 5,
      end,
      "self version cmdline meminfo cpuinfo mounts interrupts partitions config.gz devices modules swaps stat ioports filesystems kallsyms loadavg net/ sys/ 1/",
    );
  if (startsFolded(p, end, "var/"))
    return startsWithAny(
      p + 4,
      end,
      "log adm/ spool/ run/ lib/ cron/ mail/ lock/ lp/ saf/ db/ backups/ cpanel/ apache www/html/ root/",
    );
  return startsWithAny(
    p,
    end,
    "usr/spool/ usr/sbin/ usr/pkgsrc/ root/. boot/grub dev/shm/ dev/mem dev/random dev/zero sys/class/ run/secrets/ opt/lampp/ private/etc/ library/webserver/",
  );
}

/** Settings and histories. Without a directory they may be names of uploads, which have rules of their own. */
function isDotFile(p: usize, end: usize, isInside: bool): bool {
  if (p >= end || load<u8>(p) != 0x2e) return false;
  if (!isInside) return isAny(p, end, ".htpasswd");
  return (
    isAny(
      p,
      end,
      ".htpasswd .htaccess .htgroup .netrc .rhosts .shosts .bashrc .bash_profile .bash_logout .profile .forward .passwd .xauthority .my.cnf .pgpass .viminfo .logout .env .npmrc",
    ) || holds(p, end, "_history")
  );
}
