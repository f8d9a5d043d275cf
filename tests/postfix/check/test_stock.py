"""Healthy main.cf in the shape in which systems ship them: a false alarm there is the worst fault of a checker."""

from __future__ import annotations

from socket import AF_INET
from typing import TYPE_CHECKING

import pytest
from support.made import ETH0, address, host

from ifdiscover._postfix.check.parameters import check
from ifdiscover.model import NextHop, Route

if TYPE_CHECKING:
    from pathlib import Path

    from ifdiscover._postfix.syntax.findings import Finding
    from ifdiscover.model import Address, Host

STOCK = {
    "Debian": """\
# Debian specific: a file name makes the first line of that file the name.
smtpd_banner = $myhostname ESMTP $mail_name (Debian/GNU)
biff = no
append_dot_mydomain = no
#delay_warning_time = 4h
readme_directory = no
compatibility_level = 3.6
smtpd_tls_cert_file=/etc/ssl/certs/ssl-cert-snakeoil.pem
smtpd_tls_key_file=/etc/ssl/private/ssl-cert-snakeoil.key
smtpd_tls_security_level=may
smtp_tls_CApath=/etc/ssl/certs
smtp_tls_security_level=may
smtp_tls_session_cache_database = btree:${data_directory}/smtp_scache
smtpd_relay_restrictions = permit_mynetworks permit_sasl_authenticated defer_unauth_destination
myhostname = mail.example.com
alias_maps = hash:/etc/aliases
alias_database = hash:/etc/aliases
mydestination = $myhostname, mail.example.com, localhost.example.com, , localhost
relayhost =
mynetworks = 127.0.0.0/8 [::ffff:127.0.0.0]/104 [::1]/128
mailbox_size_limit = 0
recipient_delimiter = +
inet_interfaces = all
inet_protocols = all
""",
    "Debian, satellite": """\
compatibility_level = 3.6
myhostname = mail.example.com
myorigin = /etc/mailname
mydestination = $myhostname, localhost.example.com, , localhost
relayhost = [smtp.example.com]:submission
mynetworks = 127.0.0.0/8 [::ffff:127.0.0.0]/104 [::1]/128
inet_interfaces = loopback-only
smtp_sasl_password_maps = hash:/etc/postfix/sasl_passwd
header_checks = regexp:/etc/postfix/header_checks
inet_protocols = all
""",
    "upstream": """\
compatibility_level = 3.7
queue_directory = /var/spool/postfix
command_directory = /usr/sbin
daemon_directory = /usr/libexec/postfix
data_directory = /var/lib/postfix
mail_owner = postfix
myhostname = mail.example.com
#mynetworks = $config_directory/mynetworks
unknown_local_recipient_reject_code = 550
debugger_command =
\t PATH=/bin:/usr/bin:/usr/local/bin:/usr/X11R6/bin
\t ddd $daemon_directory/$process_name $process_id & sleep 5
sendmail_path = /usr/sbin/sendmail
newaliases_path = /usr/bin/newaliases
setgid_group = postdrop
html_directory = no
sample_directory = /etc/postfix
inet_protocols = ipv4
""",
    "Red Hat": """\
compatibility_level = 2
mail_owner = postfix
myhostname = mail.example.com
mydomain = example.com
inet_interfaces = localhost
inet_protocols = all
mydestination = $myhostname, localhost.$mydomain, localhost
alias_maps = hash:/etc/aliases
debug_peer_level = 2
debugger_command =
\t PATH=/bin:/usr/bin:/usr/local/bin:/usr/X11R6/bin
\t ddd $daemon_directory/$process_name $process_id & sleep 5
smtp_tls_CAfile = /etc/pki/tls/certs/ca-bundle.crt
smtpd_tls_security_level = may
meta_directory = /etc/postfix
shlib_directory = /usr/lib64/postfix
""",
    "openSUSE": """\
inet_protocols = all
biff = no
mail_spool_directory = /var/mail
canonical_maps = lmdb:/etc/postfix/canonical
masquerade_exceptions = root
masquerade_classes = envelope_sender, header_sender, header_recipient
message_strip_characters = \\0
myhostname = mail.example.com
program_directory = /usr/lib/postfix
inet_interfaces = localhost
masquerade_domains =
mydestination = $myhostname, localhost.$mydomain
defer_transports =
mynetworks_style = subnet
relayhost =
content_filter =
smtpd_client_restrictions =
smtpd_helo_required = no
compatibility_level = 3.6
""",
    "macOS": """\
queue_directory = /private/var/spool/postfix
mydomain_fallback = localhost
config_directory = /Library/Server/Mail/Config/postfix
myhostname = mail.example.com
inet_protocols = all
inet_interfaces = loopback-only
mynetworks = 127.0.0.0/8, [::1]/128
smtpd_client_restrictions = permit_mynetworks permit_sasl_authenticated permit
smtpd_pw_server_security_options = cram-md5,gssapi,login,plain
recipient_delimiter = +
imap_submit_cred_file = $config_directory/submit.cred
smtpd_banner = $myhostname ESMTP $use_banner
compatibility_level = 2
""",
}


def on(interface: str, text: str, mask: str) -> Address:
    """An address on an interface."""
    return address(text, mask)._replace(interface=ETH0._replace(name=interface))


IPV4 = (on("lo", "127.0.0.1", "255.0.0.0"), on("eth0", "192.0.2.25", "255.255.255.0"))
IPV6 = (
    on("lo", "::1", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
    on("eth0", "2001:db8::25", "ffff:ffff:ffff:ffff::"),
    on("eth0", "fe80::25", "ffff:ffff:ffff:ffff::"),
)
BRIDGES = (on("docker0", "172.17.0.1", "255.255.0.0"), on("br-1a2b3c4d5e6f", "172.18.0.1", "255.255.0.0"))
VETH = ETH0._replace(kind="veth")
CONTAINER = host(
    IPV4[0],
    address("172.17.0.2", "255.255.0.0")._replace(interface=VETH),
    *IPV6[:1],
    *[one._replace(interface=VETH) for one in IPV6[1:]],
    routes=(Route(AF_INET, (NextHop(bytes([172, 17, 0, 1]), "eth0"),), is_default=True),),
)
HOSTS = {
    "IPv6": host(*IPV4, *IPV6),
    "no IPv6": host(*IPV4),
    "bridges": host(*IPV4, *BRIDGES, *IPV6),
    "container": CONTAINER,
}


def above_info(text: str, folder: Path, on_host: Host) -> list[Finding]:
    """The findings about a main.cf that are not info."""
    (folder / "main.cf").write_text(text)
    return [found for found in check(on_host, config_directory=str(folder)) if found.severity != "info"]


@pytest.mark.parametrize("made", HOSTS)
@pytest.mark.parametrize("name", STOCK)
def test_a_healthy_main_cf_draws_nothing_above_info(name: str, made: str, tmp_path: Path) -> None:
    """Where the host has no IPv6, as it says so: that alone is told of a main.cf that asks for it."""
    text = STOCK[name]
    if made == "no IPv6":
        # hosts(5) of such a host names no ::1 for localhost; that of the machine that runs the tests may.
        text = text.replace("inet_protocols = all", "inet_protocols = ipv4")
    assert above_info(text, tmp_path, HOSTS[made]) == []
    if made == "no IPv6" and text != STOCK[name]:
        asking = STOCK[name].replace("inet_interfaces = localhost", "inet_interfaces = loopback-only")
        assert [(found.kind, found.severity) for found in above_info(asking, tmp_path, HOSTS[made])] == [
            ("ipv6-no-address", "low")
        ]


@pytest.mark.parametrize("name", STOCK)
def test_a_fault_in_a_stock_main_cf_is_still_found(name: str, tmp_path: Path) -> None:
    """It is not silence that makes them quiet."""
    faulty = STOCK[name] + "mynetworks = 192.0.2.7/24\nsmtp_bind_address = 127.0.0.1\n"
    kinds = {found.kind for found in above_info(faulty, tmp_path, HOSTS["IPv6"])}
    assert {"host-bits", "bind-loopback"} <= kinds


def test_a_name_that_nobody_defines_is_harmless_outside_of_addresses(tmp_path: Path) -> None:
    """There it is info, and in whatever a checked parameter mentions medium."""
    start = "compatibility_level = 3.6\nmyhostname = mail.example.com\n"
    for text, severities in (
        ("smtpd_banner = $nosuch\n", []),
        ("smtpd_banner = $nosuch\nmynetworks = 127.0.0.0/8 $nosuch\n", ["medium"]),
        ("lan = $nosuch\nmynetworks = 127.0.0.0/8 ${lan}\n", ["medium"]),
        ("lan = $nosuch\nsmtpd_banner = ${lan}\n", []),
        ("proxy_interfaces = ${nosuch?{192.0.2.1}}\n", ["medium"]),
    ):
        assert [found.severity for found in above_info(start + text, tmp_path, HOSTS["IPv6"])] == severities


def test_a_config_directory_that_names_the_folder_of_the_installed_one_is_harmless(tmp_path: Path) -> None:
    """A copy is checked; any other line that overrides an earlier one is medium."""
    start = "compatibility_level = 3.6\nmyhostname = mail.example.com\n"
    assert above_info(start + "config_directory = /etc/postfix\n", tmp_path, HOSTS["IPv6"]) == []
    (found,) = above_info(start + "inet_protocols = ipv4\ninet_protocols = all\n", tmp_path, HOSTS["IPv6"])
    assert (found.kind, found.severity) == ("setting-overridden", "medium")


FLAGS = {"temporary": 0x01, "deprecated": 0x21, "stable": 0x800}
OLD = "myhostname = mail.example.com\n"  # as of a Postfix before 3.0
NEW = f"{OLD}compatibility_level = 3.6\n"
SLAAC = (
    *IPV4[:1],
    IPV6[0],
    on("eth0", "192.168.1.10", "255.255.255.0"),
    *[
        on("eth0", f"2001:db8::{n}", "ffff:ffff:ffff:ffff::")._replace(flags=bits)
        for n, bits in enumerate(FLAGS.values(), 1)
    ],
    on("eth0", "fd12:3456:789a::10", "ffff:ffff:ffff:ffff::"),
    on("eth0", "fe80::25", "ffff:ffff:ffff:ffff::"),
)
CLOUD = (
    *IPV4[:1],
    IPV6[0],
    on("ens5", "10.0.12.7", "255.255.240.0"),
    on("ens5", "2001:db8:c10d::9", "ffff:" * 7 + "ffff"),
)
MESH = (*IPV4, *IPV6, on("tailscale0", "100.101.102.103", "255.255.255.255"))
LAN = "mynetworks = 127.0.0.0/8 [::1]/128 192.168.1.0/24"

ORDINARY = {
    "a home, nothing set": (OLD, SLAAC),
    "a home, style subnet": (f"{NEW}mynetworks_style = subnet\n", SLAAC),
    "a home, style host with temporary addresses": (f"{NEW}mynetworks_style = host\n", SLAAC),
    "a home, the default style with temporary addresses": (NEW, SLAAC),
    "a relay for a LAN": (f"{NEW}{LAN}\n", SLAAC),
    "a relay for a LAN and its IPv6": (f"{OLD}{LAN} [2001:db8::]/64 [fd12:3456:789a::]/48 [fe80::]/64\n", SLAAC),
    "a relay for every private network": (
        f"{NEW}mynetworks = 127.0.0.0/8 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 [::1]/128 [fc00::]/7 [fe80::]/10\n",
        SLAAC,
    ),
    "a VPS": (f"{NEW}mynetworks_style = host\n", (*IPV4, *IPV6)),
    "a VPS, old": (f"{OLD}mynetworks_style = host\n", (*IPV4, *IPV6)),
    "a VPS, its addresses written": (
        f"{NEW}mynetworks = 127.0.0.0/8 192.0.2.25 [::1] [2001:db8::25]\n",
        (*IPV4, *IPV6),
    ),
    "a VPS, loopback alone": (f"{OLD}inet_interfaces = loopback-only\n", (*IPV4, *IPV6)),
    "a site with a network of its own": (
        f"{NEW}mynetworks = 127.0.0.0/8 192.0.2.0/24 [2001:db8::]/48\n",
        (*IPV4, *IPV6),
    ),
    "a site with networks elsewhere": (f"{NEW}mynetworks = 127.0.0.0/8 198.51.100.0/24 203.0.0.0/16\n", (*IPV4, *IPV6)),
    "a cloud with private IPv4": (OLD, CLOUD),
    "a mesh VPN": (f"{NEW}mynetworks = 127.0.0.0/8 100.64.0.0/10\n", MESH),
    "a mesh VPN, style host": (NEW, MESH),
    "containers": (f"{NEW}mynetworks = 127.0.0.0/8 172.16.0.0/12 [::1]/128\n", (*IPV4, *BRIDGES, *IPV6)),
}


@pytest.mark.parametrize(("text", "addresses"), ORDINARY.values(), ids=ORDINARY)
def test_an_ordinary_host_draws_nothing_above_info(text: str, addresses: tuple[Address, ...], tmp_path: Path) -> None:
    """Homes, LANs, sites, and a VPS whose style is host."""
    assert above_info(text, tmp_path, host(*addresses)) == []


def test_the_same_hosts_with_strangers_are_told(tmp_path: Path) -> None:
    """It is not silence that makes them quiet."""
    for text, addresses, kind in (
        (OLD, (*IPV4, *IPV6), "strangers"),
        (OLD, MESH, "strangers"),
        (f"{NEW}mynetworks_style = class\n", CLOUD, "class-too-wide"),
        (f"{NEW}mynetworks = 127.0.0.0/8 172.0.0.0/8\n", (*IPV4, *BRIDGES, *IPV6), "wide-network"),
    ):
        assert kind in {found.kind for found in above_info(text, tmp_path, host(*addresses))}
