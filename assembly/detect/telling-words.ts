// Strings that condemn a value wherever they stand, because no innocent value holds them: all found in
// one pass by the literal automaton. What needs a look around it is not here but in a detector.
import { addLiteral, closeLiterals, openLiterals } from "../regex/literal/literal-set";
import { LiteralSet } from "../regex/literal/states";
import { findLiteral, literalEnd } from "../regex/literal/literal-scan";
import { DetectClass, Reason, at } from "./verdict";

/** Bytes of dense rows; the set is small. */
const DENSE_BYTES: u32 = 65536;

let set: LiteralSet | null = null;

/** Builds the automaton once, at configure time. */
export function prepareTellingWords(): void {
  if (set !== null) return;
  openLiterals(true);
  add(
    DetectClass.Path,
    Reason.PathFile,
    "/etc/passwd /etc/shadow /etc/group /etc/hosts /etc/issue /etc/motd /etc/fstab /etc/crontab " +
      "/etc/sudoers /etc/ssh/ /etc/mysql/ /etc/apache2/ /etc/httpd/ /etc/nginx/ /etc/php /etc/master.passwd " +
      "/etc/inetd.conf /etc/vsftpd /etc/proftpd /etc/my.cnf /etc/security/ /etc/redhat-release " +
      "/etc/resolv.conf /etc/network/ /etc/lighttpd /etc/init.d/ /etc/pam.d /etc/exports /etc/ldap " +
      "/proc/self/ /proc/version /proc/cmdline /proc/mounts /proc/net/ /proc/cpuinfo /proc/sched_debug " +
      "/proc/1/ /var/log/ /var/run/secrets /var/spool/cron /var/lib/mysql /var/mail/ /.ssh/ " +
      ".bash_history .mysql_history .htpasswd web-inf/ web-inf\\ meta-inf/ boot.ini \\win.ini /win.ini " +
      "system32/drivers system32\\drivers system32\\config system32/config system32/inetsrv system32\\inetsrv " +
      "\\repair\\sam /repair/sam windows\\repair winnt/ winnt\\ unattend.xml sysprep.inf wp-config.php " +
      "/httpd.conf \\httpd.conf /access_log /access.log /error_log /error.log \\access.log \\error.log " +
      "\\access_log \\error_log /php.ini \\php.ini my.cnf \\my.ini /my.ini tomcat-users.xml /.git/config /.svn/entries " +
      "/.env.local /.aws/credentials .kube/config applicationhost.config machine.config /web.config \\web.config " +
      "ntuser.dat pagefile.sys hiberfil.sys ::$data .htr+ global.asa /httpd/logs /apache/logs /apache2/logs " +
      "/xampp/ \\xampp\\ /lampp/ \\wamp\\ /wamp/ inetpub\\ inetpub/ /cpanel/logs phpmyadmin/config " +
      "/sites/default/settings.php /usr/local/apache /usr/local/nginx /usr/local/etc/ /usr/local/php " +
      "/pure-ftpd/ /etc/pure /logs/security",
  );
  add(
    DetectClass.Path,
    Reason.PathWrapper,
    "php://filter php://input php://output php://stdin php://fd php://temp php://memory expect:// phar:// zip:// zlib:// " +
      "compress.zlib:// data:// compress.bzip2:// glob:// ogg:// ssh2. convert.base64 convert.iconv string.rot13 " +
      "convert.quoted-printable",
  );
  add(
    DetectClass.Ssrf,
    Reason.SsrfHost,
    "169.254.169.254 169.254.170.2 metadata.google.internal 100.100.100.200 [fd00:ec2::254] " +
      "/latest/meta-data /computemetadata/v1 instance-data.ec2 192.0.0.192 .nip.io .xip.io .sslip.io localtest.me " +
      "lvh.me burpcollaborator .oastify.com .interact.sh kubernetes.default.svc " +
      "host.docker.internal gateway.docker.internal kubernetes.docker.internal host.containers.internal " +
      "metadata.packet.net metadata.tencentyun.com metadata.azure.internal rancher-metadata",
  );
  add(
    DetectClass.Ssrf,
    Reason.SsrfScheme,
    "gopher:// dict:// netdoc: jar:http tftp:// ldap:// ldaps:// sftp:// file:/// file://c: file:/etc local_file: rmi:// jndi:",
  );
  add(
    DetectClass.Template,
    Reason.TemplateObject,
    "__class__ __mro__ __subclasses__ __globals__ __builtins__ __init__ __import__ _templatereference__ " +
      "java.lang. java.util. javax.script org.apache.commons freemarker.template $smarty. {php} {/php} " +
      "request.application cycler. joiner. lipsum. self.module self.template self.context self.attr " +
      ".getclass( .class.forname #set($ [#assign <#assign ?new() #{t( ${t( $class.inspect $_ognl " +
      "@java. #_memberaccess #context[ @ognl. %{( %{# getruntime( constructor.constructor $eval( [\"constructor\"] ['constructor'] " +
      "<%= <%@ {%import {%include ${jndi: ${env: ${sys: ${lower: ${upper:",
  );
  add(
    DetectClass.Command,
    Reason.CommandCode,
    "/dev/tcp/ /dev/udp/ %comspec% %systemroot%\\ _$$nd_func$$_ @{[ process.mainmodule process.binding( " +
      "require('child_process require(\"child_process net.webclient downloadstring( -encodedcommand " +
      "frombase64string( runtime.exec( kernel.exec( io.popen( process.spawn( os.popen( os.system( " +
      "subprocess.popen( subprocess.call( subprocess.check_output( <!--#exec <!--#include <!--#echo <!--#config <!--#set <!--#printenv <esi: <?php <?= shell_exec( /bin/sh /bin/bash /bin/cat cmd.exe powershell.exe /usr/bin/id",
  );
  add(
    DetectClass.Prototype,
    Reason.PrototypeKey,
    "__proto__ constructor.prototype constructor[prototype] constructor][prototype __definegetter__ __definesetter__ __lookupgetter__",
  );
  add(
    DetectClass.Xml,
    Reason.XmlEntity,
    "<!entity <!doctype/ xsl:stylesheet xsl:value-of xi:include <!attlist xmlns:php",
  );
  set = closeLiterals(DENSE_BYTES);
}

const WORD: usize = memory.data(64);

function add(kind: u32, reason: u32, words: string): void {
  let length: u32 = 0;
  for (let i = 0; i <= words.length; i++) {
    if (i < words.length && words.charCodeAt(i) != 0x20) {
      store<u8>(WORD + length, <u8>words.charCodeAt(i));
      length++;
      continue;
    }
    // The id carries class and reason.
    if (length > 0) addLiteral(WORD, length, (kind << 8) | reason);
    length = 0;
  }
}

let foundClass: u32 = 0;

/** Class of the last word found. */
export function tellingClass(): u32 {
  return foundClass;
}

/** First telling word from `ptr` on, of a class in `classes`. */
export function findTellingWord(ptr: usize, end: usize, classes: u32): Reason {
  const words = set;
  if (words === null) return Reason.None;
  let from = ptr;
  while (from < end) {
    const id = findLiteral(words, from, <u32>(end - from));
    if (id < 0) return Reason.None;
    const behind = from + literalEnd();
    foundClass = (<u32>id) >> 8;
    if ((foundClass & classes) != 0) return at(behind - 1, behind, (<u32>id) & 255);
    from = behind;
  }
  return Reason.None;
}
