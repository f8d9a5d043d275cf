"""Files master.cf of the shapes that are met in the field, each by what it is."""

from __future__ import annotations

DEBIAN = """\
# service type  private unpriv  chroot  wakeup  maxproc command + args
smtp      inet  n       -       y       -       -       smtpd
#smtp      inet  n       -       y       -       1       postscreen
#smtpd     pass  -       -       y       -       -       smtpd
pickup    unix  n       -       y       60      1       pickup
cleanup   unix  n       -       y       -       0       cleanup
qmgr      unix  n       -       n       300     1       qmgr
tlsmgr    unix  -       -       y       1000?   1       tlsmgr
rewrite   unix  -       -       y       -       -       trivial-rewrite
flush     unix  n       -       y       1000?   0       flush
proxymap  unix  -       -       n       -       -       proxymap
smtp      unix  -       -       y       -       -       smtp
relay     unix  -       -       y       -       -       smtp
        -o syslog_name=postfix/$service_name
#       -o smtp_helo_timeout=5 -o smtp_connect_timeout=5
showq     unix  n       -       y       -       -       showq
local     unix  -       n       n       -       -       local
postlog   unix-dgram n  -       n       -       1       postlogd
maildrop  unix  -       n       n       -       -       pipe
  flags=DRXhu user=vmail argv=/usr/bin/maildrop -d ${recipient}
uucp      unix  -       n       n       -       -       pipe
  flags=Fqhu user=uucp argv=uux -r -n -z -a$sender - $nexthop!rmail ($recipient)
scalemail-backend unix -       n       n       -       2       pipe
  flags=R user=scalemail argv=/usr/lib/scalemail/bin/scalemail-store ${nexthop} ${user} ${extension}
"""

RED_HAT = """\
smtp      inet  n       -       n       -       -       smtpd
#submission inet n       -       n       -       -       smtpd
#  -o syslog_name=postfix/submission
#  -o smtpd_client_restrictions=$mua_client_restrictions
pickup    unix  n       -       n       60      1       pickup
cleanup   unix  n       -       n       -       0       cleanup
qmgr      unix  n       -       n       300     1       qmgr
rewrite   unix  -       -       n       -       -       trivial-rewrite
virtual   unix  -       n       n       -       -       virtual
lmtp      unix  -       -       n       -       -       lmtp
anvil     unix  -       -       n       -       1       anvil
"""

OPEN_SUSE = """\
smtp\tinet\tn\t-\tn\t-\t-\tsmtpd
#amavis\tunix\t-\t-\tn\t-\t4\tsmtp
#  -o smtp_data_done_timeout=1200
smtps    inet  n       -       n       -       -       smtpd -o smtpd_tls_wrappermode=yes
  -o smtpd_etrn_restrictions=reject
#  -o smtpd_sasl_auth_enable=yes -o smtpd_client_restrictions=permit_sasl_authenticated,reject
localhost:10025 inet\tn\t-\tn\t-\t-\tsmtpd
  -o content_filter=
  -o mynetworks=127.0.0.0/8
cyrus\t  unix\t-\tn\tn\t-\t-\tpipe
  user=cyrus argv=/usr/lib/cyrus/bin/deliver -e -r ${sender} -m ${extension} ${user}
"""

SUBMISSION = """\
smtp       inet  n       -       y       -       -       smtpd
submission inet n       -       y       -       -       smtpd
  -o syslog_name=postfix/submission
  -o smtpd_tls_security_level=encrypt
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_tls_auth_only=yes
  -o smtpd_reject_unlisted_recipient=no
  -o smtpd_client_restrictions=$mua_client_restrictions
  -o smtpd_helo_restrictions=$mua_helo_restrictions
  -o smtpd_sender_restrictions=$mua_sender_restrictions
  -o smtpd_recipient_restrictions=
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
  -o milter_macro_daemon_name=ORIGINATING
smtps     inet  n       -       y       -       -       smtpd
  -o syslog_name=postfix/smtps
# The certificate is the one of main.cf.
  -o smtpd_tls_wrappermode=yes

  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
"""

POSTSCREEN = """\
smtp      inet  n       -       y       -       1       postscreen
smtpd     pass  -       -       y       -       -       smtpd
        -o mynetworks=127.0.0.0/8
dnsblog   unix  -       -       y       -       0       dnsblog
tlsproxy  unix  -       -       y       -       0       tlsproxy
"""

AMAVIS = """\
smtp-amavis unix -        -       n       -       2       smtp
    -o smtp_data_done_timeout=1200
    -o smtp_send_xforward_command=yes
    -o disable_dns_lookups=yes
    -o max_use=20

127.0.0.1:10025 inet n    -       n       -       -       smtpd
    -o content_filter=
    -o local_recipient_maps=
    -o relay_recipient_maps=
    -o smtpd_restriction_classes=
    -o smtpd_delay_reject=no
    -o smtpd_client_restrictions=permit_mynetworks,reject
    -o smtpd_recipient_restrictions=permit_mynetworks,reject
    -o mynetworks_style=host
    -o mynetworks=127.0.0.0/8
    -o strict_rfc821_envelopes=yes
    -o smtpd_error_sleep_time=0
    -o receive_override_options=no_header_body_checks,no_unknown_recipient_checks
"""

CONTAINER = """\
smtp      inet  n       -       n       -       1       postscreen -v
  -o smtpd_upstream_proxy_protocol=haproxy
smtpd     pass  -       -       n       -       -       smtpd
  -o cleanup_service_name=sender-cleanup
  -o smtpd_helo_restrictions=permit_mynetworks,reject_non_fqdn_helo_hostname
587 inet n       -       n       -       -       smtpd
  -o smtpd_client_restrictions=permit_mynetworks,permit_sasl_authenticated,reject
  -o smtpd_tls_auth_only=no
10587 inet n       -       n       -       -       smtpd
  -o smtpd_upstream_proxy_protocol=haproxy
588 inet n      -       n       -       -       smtpd
  -o smtpd_client_restrictions=permit_mynetworks,permit_sasl_authenticated,reject
590 inet n      -       n       -       -       smtpd
  -o smtpd_helo_restrictions=
  -o smtpd_client_restrictions=permit_mynetworks,reject
  -o smtpd_milters=inet:rspamd:9900
smtp_enforced_tls      unix  -       -       n       -       -       smtp
  -o smtp_tls_security_level=encrypt
sender-cleanup unix n - n - 0 cleanup
  -o header_checks=pcre:/etc/postfix/maps/sender_header_filter.pcre
  -o { milter_header_checks = }
"""

BRACES = """\
smtp inet n - n - - smtpd
\t-o { mynetworks = 10.0.0.0/8
\t     192.168.0.0/16 }
 -o {  smtpd_relay_restrictions  =  permit_mynetworks  reject_unauth_destination }
 -o smtpd_banner={x} -o {a={b c}} -o { b = } -o {c=d=e} -vo d=f -og=h -v { a word } {} { } another {one more}
"""

ODD = """\

   # a comment comes first
25 inet n - n - - smtpd -o a=1 -o B=2 -o a_b=3 -o ab=4 -o a.b=5 -o -x=6 -o a=7
[::1]:2525 inet n - n 060 007 smtpd -o x=$y -o z=${z?{a}} -o "q=r s" # no comment
[2001:db8::25]:smtp\tinet n - n - - smtpd \\
  -o x=y
192.0.2.25:smtp inet n - n - 99999999999 /usr/lib/postfix/sbin/smtpd
# between
public/smtpd unix n - n 0? 0 smtpd -o v=a\v\fw
a\u00e9\udcff inet n - n - - smtpd\r
 -o x=\u00e9\udcff\r
x fifo
  n
  -
  n - -
  smtpd
"""

TWICE = """\
a inet n - n - - smtpd -o x=1
b inet n - n - - smtpd
a inet n - n - - smtpd -o y=2
"""

SETS_NOTHING = """\
a inet n - n - - smtpd -o b -o c=d
b inet n - n - - smtpd -o =b
c inet n - n - - smtpd -o
"""

FILES = {
    "Debian's": DEBIAN,
    "Red Hat's": RED_HAT,
    "openSUSE's": OPEN_SUSE,
    "submission": SUBMISSION,
    "postscreen": POSTSCREEN,
    "amavis": AMAVIS,
    "a container's": CONTAINER,
    "braces": BRACES,
    "odd": ODD,
    "line ends of Windows": SUBMISSION.replace("\n", "\r\n"),
    "no newline at the end": AMAVIS.rstrip("\n"),
    "a blank first": f" {POSTSCREEN}",
    "services twice": f"{SUBMISSION}{POSTSCREEN}smtp inet n - n - - smtpd -o mynetworks=\nsmtp unix - - n - - smtp\n",
    "one twice with other options": TWICE,
    "an option that sets nothing": SETS_NOTHING,
    "a NUL": "a inet n - n - - smtpd -o x=1\0 -o y=2\n -o z=3\nb inet n - n - - smtpd\n",
    "a mark": "\ufeffsmtp inet n - n - - smtpd -o x=1\n",
    "nothing": "",
    "comments alone": "# smtp inet n - n - - smtpd\n",
}
