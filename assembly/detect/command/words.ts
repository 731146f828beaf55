// Names of programs and shell built-ins. `Strong` names mean nothing else; `Plain` ones are words of
// English or of everyday technical talk as well and need a command's surroundings.
// Sources: POSIX.1 utilities, GNU coreutils, util-linux, macOS and Windows command references,
// PowerShell's approved verbs.
import { WordTable } from "../word-table";

export const enum Shell {
  /** No meaning but the program. */
  Strong = 1,
  /** A word that is a program too. */
  Plain = 2,
  /** A verb that cmdlets begin with. */
  Verb = 3,
  /** Functions of scripting languages that run commands or code. */
  Runner = 4,
  /** As Plain, but widely searched by name. */
  Known = 5,
}

let table: WordTable | null = null;
let nouns: WordTable | null = null;

/** Builds the table once, at configure time. */
export function prepareCommandWords(): void {
  if (table !== null) return;
  const words = WordTable.create(1500);
  words.add(
    Shell.Strong,
    "aconnect acpid addr2line agetty anacron aplay apropos arecord arecordmidi arp aspell atmadm atq atrm " +
      "audiosend autoconf automake autoheader badblocks bc blkid blockdev bunzip2 bzcat bzcmp bzdiff " +
      "bzgrep bzip bzip2 bzless bzmore cardctl cdda2wav cdparanoia cdrdao cdrecord cfdisk chage chattr " +
      "chfn chgrp chkconfig chmod chown chroot chrt chsh chvt cksum colcrt colrm cpio crond crontab csplit " +
      "ctags deallocvt debugfs depmod dircolors dirname dmesg dnsdomainname dnssec-keygen " +
      "dnssec-makekeyset dnssec-signkey dnssec-signzone domainname dosfsck dscl dumpe2fs dumpkeys e2fsck " +
      "e2image e2label edquota egrep elvtune envsubst esd esd-config esdcat esddsp esdmon esdplay esdrec " +
      "esdsample etags exportfs fc-cache fc-list fdformat fdisk fgconsole fgrep findfs fingerd flock formail " +
      "fsck fsck.ext2 fsck.ext3 fsck.ext4 fstrim ftpd fuser fusermount gawk getent getfacl getkeycodes getopt " +
      "getopts gpasswd gpgsplit gpgv gpm gprof groupadd groupdel groupmod grpck grpconv grpunconv gunzip " +
      "gzexe hdparm hexdump hostid hostname htdigest htop htpasswd hwclock iconv ifconfig ifdown ifup imapd " +
      "inetd init6 insmod iostat ipcrm ipcs iptables iptables-restore iptables-save isoinfo isosize isovfy " +
      "ispell kbd_mode kbdrate killall killall5 klogd lastb lastlog ldconfig ldd lesskey lftp lftpget " +
      "lilo ln loadkeys locate logname logrotate lpadmin lpinfo lpmove lpq lpr lprm lpstat lsattr " +
      "lsblk lscpu lsmod lsof lspci lsusb mailq mailstats mailto makedbm makemap mattrib mbadblocks mcd mcopy " +
      "mdel mdeltree mdir mdu mesg mformat minfo mimencode mkbootdisk mkdosfs mkfifo mkfs " +
      "mkfs.ext2 mkfs.ext3 mkfs.ext4 mkinitrd mkisofs mkmanifest mknod mkraid mkswap mktemp mlabel mmd mmount " +
      "mmove modinfo modprobe mountd mpartition mpg123 mpg321 mrd mren mshowfat mtools mtoolstest mtype " +
      "mzip nameif namei netcat netstat newaliases newgrp newusers nfsd nfsstat nice nohup nslookup objcopy " +
      "objdump openvt passwd pathchk pgrep pidof ping4 ping6 pkill pmap portmap poweroff praliases printenv printf " +
      "procinfo pwck pwconv pwunconv quotacheck quotaoff quotaon quotastats raidstart ramsize ranlib rarp " +
      "rdate rdev rdist rdistd readelf readlink renice repquota rexec rexecd rlogin rlogind rmail rmdir rmmod " +
      "rootflags rpcgen rpcinfo rsh rshd runlevel ruptime rusers rusersd rwall rwho rwhod sane-find-scanner " +
      "scanadf scanimage sdiff setfacl setfdprm setkeycodes setleds setmetamode setpci setsid setterm sfdisk " +
      "sha1sum sha256sum md5sum showkey showmount skill slabtop slattach slocate snice sshd ssh-add ssh-agent " +
      "ssh-keygen ssh-keyscan startx statd stty sudoedit swapoff swapon symlinkd sysctl sysklogd syslogd " +
      "tailf talkd tcpd tcpdump tcpslice telinit telnetd tftpd tmpwatch tracepath traceroute traceroute6 troff " +
      "tset tsort tty tune2fs tunelp ul ulimit umask umount unalias uname uncompress unexpand unicode_start " +
      "unicode_stop uniq unlzma unshar uptime useradd userdel usermod usleep uudecode uuencode uuidgen " +
      "vdir vidmode vigr vipw visudo vmstat volname warnquota wc wget whereis whoami xargs xinetd xxd ypbind ypcat " +
      "ypinit ypmatch yppasswd yppasswdd yppoll yppush ypserv ypset yptest ypwhich ypxfr zcat zcmp zdiff zdump " +
      "zforce zgrep zic zipinfo zless zmore znew nc ncat nc.exe socat nmap busybox ls ps df du dig rm cp mv " +
      "mkdir rcp scp chpasswd faillog iwconfig strace ltrace pstree tload lshw dmidecode update-rc.d " +
      "afplay airport asr bless caffeinate diskutil ditto drutil dsenableroot dsmemberutil " +
      "dsexport dsimport fs_usage fsaclctl getfileinfo hdiutil ioreg iosnoop kextfind " +
      "kextstat kextunload kickstart launchctl lsbom lsregister mdfind mdls mdutil networksetup nvram opensnoop " +
      "osacompile osascript pagesize pbcopy pbpaste pkgutil plutil pmset qlmanage rvictl scselect " +
      "scutil serveradmin setfile softwareupdate spctl srm sw_vers system_profiler sysdiagnose " +
      "systemsetup tccutil textutil xattr codesign praudit " +
      "arp.exe attrib bcdedit bootcfg cacls icacls certutil chcp chdir chkdsk chkntfs cmdkey cmstp cipher.exe " +
      "cscript wscript csvde diantz diskcomp diskcopy diskpart doskey driverquery dsadd dsget dsmod dsmove " +
      "dsquery dsrm endlocal eventcreate eventquery eventtriggers fdisk.exe findstr forfiles freedisk fsutil " +
      "ftype getmac gpresult gpupdate graftabl helpctr hostname.exe ipconfig ipseccmd ipxroute irftp ldifde " +
      "lodctr logman logoff makecab mmc mode.com mountvol mrinfo msiexec msinfo32 mshta mstsc nbtstat netdom " +
      "netsh netsvcs nlsfunc ntbackup ntcmdprompt ntdsutil ntsd odbcconf openfiles pagefileconfig pathping " +
      "pentnt perfmon popd prncnfg prndrvr prnjobs prnmngr prnport prnqctl pubprn pushd qbasic qprocess " +
      "qwinsta regedit regini regsvr32 relog robocopy rsm rundll32 rwinsta schtasks sdbinst secedit setlocal " +
      "setspn setx sfc shutdown.exe subinacl subst syskey sysinfo systeminfo takeown taskkill tasklist tlntadmn " +
      "tracerpt tracert tsdiscon tskill typeperf unlodctr vssadmin w32tm waitfor.exe wevtutil wmic wecutil " +
      "winnt32 winrm winrs wuauclt xcopy pwsh psexec bitsadmin cmd.exe powershell.exe net.exe " +
      "tree.com convert.exe doexec sndvol ntfs.util ufs.util fsutil.exe",
  );
  words.add(
    Shell.Known,
    "cat pwd net netsh powershell logger watchdog uucp tac curl bash zsh ksh csh tcsh dash perl python python3 python2 ruby php node lua gcc cc make vi vim emacs nano " +
      "pico sed awk grep tar gzip zip unzip rar ssh sftp ftp tftp telnet git svn docker kubectl apt apt-get " +
      "aptitude yum dnf rpm dpkg brew pip npm sudo su cron systemctl service ip ping mysql mysqldump psql " +
      "sqlite3 mongo redis-cli openssl gpg echo cmd env diff3 fsck tee strings ed ex m4 od cmp comm expr stat " +
      "rsync rndc seq tr nm pr sh dd fc-match sendmail xterm gdb ex.exe uuid dir cls del erase " +
      "regsvr reg sc at id who w sdb ntp sort.exe route host which",
  );
  // Further tools of systems' administration, then interpreters, package managers, orchestration, networking.
  words.add(
    Shell.Strong,
    "accton addgroup addpart adduser alsactl alsamixer amixer apt-cache apt-key auditpol ausyscall authconfig " +
      "autochk avahi-browse b2sum bashbug bcdboot bdehdcfg biosdecode blktrace bootsect bzip2recover catchsegv " +
      "certreq chacl chcpu chmem chkrootkit chronyc compgen coproc curlftpfs dbclient dcdiag dcpromo delgroup " +
      "delpart deluser devcon dfsutil dhclient dhcpcd dircmp diskperf diskraid dmsetup dnsmasq dos2unix dpkg-query " +
      "dsacls dxdiag e2freefrag e2undo e4defrag ebtables edlin ethtool eventvwr exe2bin extundelete fallocate " +
      "fatlabel fbset fcrontab findmnt fltmc fsck.cramfs fsck.xfs fsfreeze ftpwho fwupdmgr genisoimage getsebool " +
      "gpedit.msc grub-install grub-mkconfig ifenslave ifquery iftop iisreset infocmp inotifywait iotop ip6tables " +
      "ipcmk ipmitool ipset ipvsadm iwlist iwpriv iwspy kexec keyctl kpartx ktpass lastcomm ldapadd ldattach " +
      "logsave lpoptions lsb_release lsinitrd lsipc lslocks lslogins lsmem lsns lsscsi lusrmgr.msc lvcreate " +
      "lvdisplay lvextend lvremove lvresize mailx makewhatis manage-bde mandb mii-tool mke2fs mkfs.xfs mkfs.vfat " +
      "mklink mkpasswd mpstat msconfig nbtscan netcfg netdiag nfsiostat nltest nmtui nsupdate ntpdate " +
      "ntpq numactl numfmt odbcad32 partprobe partx pidstat pivot_root pkg-config pnputil powercfg pppd prlimit " +
      "pvcreate pvdisplay pwdx quser rasdial rasphone rdesktop realpath repair-bde rfkill rkhunter rpm2cpio " +
      "rpmbuild rstrui rsyslogd rtcwake runas sadf services.msc sestatus setpriv setsebool setserial sha224sum " +
      "sha384sum sha512sum shred sigverif slmgr smartctl smbpasswd smbstatus sosreport sshfs sshpass stunnel " +
      "sulogin swaplabel syslog-ng taskmgr taskmgr.exe tcpkill tcpreplay testparm tracert6 tunctl tzutil udevadm " +
      "ufw unix2dos unpigz unxz urpmi usbview vaultcmd vgcreate vgdisplay vlock vncserver vncviewer vsftpd wbadmin " +
      "wdsutil winmgmt winmsd winsat wipefs wpa_supplicant wpeutil xfs_repair xhost xinput ypdomainname zipcloak " +
      "zipgrep zipnote zipsplit zpool zramctl zstdcat c++filt mklost+found",
  );
  words.add(
    Shell.Known,
    "perf ansible ansible-playbook ansible-vault ansible-doc ansible-galaxy ansible-console ansible-inventory " +
      "aa-disable aa-enforce cscli bsdtar c89 c99 clang cpan cpanm gem composer npx yarn pnpm pipx poetry cargo " +
      "rustc javac jshell jrunscript groovy dotnet mono msbuild csc tclsh wish guile julia octave rscript pypy " +
      "pypy3 ipython ghc ghci ocaml irb rake puppet salt-call terraform vagrant packer helm podman buildah skopeo " +
      "crictl runc lxc virsh qemu-img gcloud gsutil s3cmd rclone restic mtr arping fping hping3 nikto sqlmap hydra " +
      "hashcat masscan gobuster ffuf dirb wfuzz msfconsole msfvenom smbclient smbmap rpcclient ldapsearch " +
      "ldapmodify snmpwalk tshark ettercap iw nmcli resolvectl systemd-run systemd-resolve journalctl loginctl " +
      "hostnamectl timedatectl busctl tmux byobu zenity dialog whiptail mutt exim swaks lynx w3m elinks aria2c " +
      "axel httpie wget2 lwp-download lwp-request rvim rview view vimdiff nvim emacsclient joe jed most pg nl " +
      "shuf mawk nawk jq yq xmllint xsltproc base32 base58 base64 basenc hd updatedb rg ag ack pax ar pigz lbzip2 " +
      "xz lzma lzop zstd 7z 7za 7zr unrar arj dcfldd losetup cryptsetup mdadm parted capsh setcap getcap chcon " +
      "restorecon semanage setenforce auditctl ausearch pkexec doas runuser unshare nsenter fakeroot setarch " +
      "taskset ionice stdbuf unbuffer valgrind ld cmake ninja lastlogin visudo start-stop-daemon run-parts " +
      "install-info update-alternatives service-status dpkg-reconfigure snap flatpak apk pacman zypper emerge opkg " +
      "certreq cmdl32 diskshadow dnscmd esentutl extrac32 hh ieexec installutil jsc mavinject mpcmdrun msdt " +
      "pcalua presentationhost psr regasm regsvcs rpcping scriptrunner verclsid wsl xwizard iwr irm iex gci gcm " +
      "gps gwmi iwmi icm saps sajb ss tcpflow nfdump xmodmap xdotool wmctrl rlwrap ash mksh rbash fish elvish",
  );
  words.add(
    Shell.Plain,
    "alias rename apm arch as assoc banner basename batch bg bison break builtin call caller cd cfengine " +
      "change clear col color column command compress continue convert copy cut date declare defaults " +
      "diff dirs disown enable eval exec expand expect export factor fg file find finger flex fmt fold " +
      "format groups gs halt hash head help history info install jobs join " +
      "kill klist label last less let link local locale login logout look mail man md merge more mount move " +
      "mt net network open paste patch path pause print prompt quota quit rd read readonly " +
      "reboot recover rem replace reset restore return rev run screen script select security " +
      "setenv shift shopt shutdown sleep sort source split start stop strip sum switch sync tail talk test " +
      "timeout times title top touch trap tree true type ulink unset update users ver " +
      "verify vol wait wall watch whatis write yes zone screencapture say",
  );
  words.add(
    Shell.Verb,
    "add clear close complete compare compress confirm convert convertfrom convertto copy debug disable " +
      "disconnect enable enter exit expand export find foreach format get group import initialize install " +
      "invoke join limit lock measure merge mount move new out ping pop publish push read receive register " +
      "remove rename repair request reset resize resolve restart restore resume revoke save search select " +
      "send set show skip sort split start step stop submit suspend switch sync tee test trace unblock " +
      "undo uninstall unlock unpublish unregister update use wait watch where write",
  );
  words.add(
    Shell.Runner,
    "system passthru shell_exec popen proc_open pcntl_exec phpinfo assert call_user_func " +
      "create_function base64_decode gzinflate str_rot13 fsockopen pfsockopen file_get_contents readfile " +
      "include_once require_once move_uploaded_file ini_set execsync spawnsync child_process getruntime " +
      "processbuilder __import__ subprocess wscript.shell",
  );
  const things = WordTable.create(120);
  things.add(
    1,
    " acl alias authenticodesignature childitem clixml command content counter credential csv culture " +
      "custom date debug default drive error event eventlog eventsubscriber executionpolicy expression file " +
      "formatdata help history host hotfix html item itemproperty job json list location member message mailmessage " +
      "module object output path pfxcertificate printer process progress property psbreakpoint psdrive " +
      "pscallstack pshostprocessinfo psprovider pssession pssnapin random restmethod securestring service " +
      "sleep starttype string tempfile timespan tracesource transaction transcript trap type typedata " +
      "uiculture unique variable verbose warning wide table webrequest wmievent wmimethod wmiobject " +
      "wsmaninstance xml zone computer computerinfo netipaddress nettcpconnection localuser localgroup " +
      "scheduledtask ciminstance clipboard archive package pssessionconfiguration psremoting ",
  );
  nouns = things;
  table = words;
}

/** Kind of a name, 0 when it is none. Cmdlets are two names with a hyphen: see `isCmdlet`. */
export function commandWord(ptr: usize, length: u32): u32 {
  const words = table;
  return words === null ? 0 : words.find(ptr, length);
}

/** `Verb-Noun` as PowerShell spells its commands, in folded bytes. */
export function isCmdlet(ptr: usize, length: u32): bool {
  let hyphen: u32 = 0;
  while (hyphen < length && load<u8>(ptr + hyphen) != 0x2d) hyphen++;
  if (hyphen < 3 || hyphen + 4 > length) return false;
  const words = table;
  if (words === null) return false;
  const kind = words.find(ptr, hyphen);
  if (kind != Shell.Verb && kind != Shell.Plain) return false;
  const things = nouns;
  return things !== null && things.find(ptr + hyphen + 1, length - hyphen - 1) != 0;
}
