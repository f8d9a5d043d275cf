"""The transports of master.cf that are SMTP or LMTP clients, and where mail goes by them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.postfix.list_hosts import TWO_INTERFACES as HOST

from ifdiscover._postfix.parameters.configuration import Configuration
from ifdiscover._postfix.parameters.main_cf import read
from ifdiscover._postfix.services.transports import Transports
from ifdiscover._postfix.syntax.machine import Machine

if TYPE_CHECKING:
    from pathlib import Path


def transports(folder: Path, main_cf: str, master_cf: str) -> Transports:
    """Those of two files."""
    (folder / "main.cf").write_text(f"compatibility_level = 3.6\nmyhostname = mail.example.com\n{main_cf}")
    (folder / "master.cf").write_text(master_cf)
    return Transports(Configuration(read(str(folder)), None, "mail", str(folder)), Machine())


def test_clients_are_services_of_type_unix_that_run_smtp_or_lmtp(tmp_path: Path) -> None:
    """By the name of the transport, with the file that they stand in."""
    found = transports(
        tmp_path,
        "",
        "out unix - - n - - /usr/lib/postfix/smtp\nbox unix - - n - - lmtp\nmore unix-dgram - - n - - smtp\n"
        "smtp inet n - y - - smtpd\nfilter unix - n n - - pipe argv=smtp\n",
    )
    assert [(one.service.name, one.program, one.service.path) for one in found.clients] == [
        ("out", "smtp", f"{tmp_path}/master.cf"),
        ("box", "lmtp", f"{tmp_path}/master.cf"),
    ]
    programs = {name: found.program(name) for name in ("out", "box", "filter", "more", "relay", "error")}
    assert programs == {
        "out": "smtp",
        "box": "lmtp",
        "filter": "pipe",
        "more": "more",
        "relay": "smtp",
        "error": "error",
    }


def test_source_addresses_that_clients_set_are_known_by_their_transport(tmp_path: Path) -> None:
    """What does not start, and what is no address of the host, hides none of those after it."""
    lines = {
        "macro": "smtp -o smtp_bind_address=${x",
        "banner": "smtp -o smtp_bind_address=$smtpd_banner",
        "protocol": "smtp -o smtp_bind_address=192.0.2.25 -o inet_protocols=ipv5",
        "absent": "smtp -o smtp_bind_address=203.0.113.9",
        "out": "smtp -o smtp_bind_address=192.0.2.25",
        "main": "smtp -o smtp_helo_name=x",
        "box": "lmtp -o lmtp_bind_address=192.0.2.25",
    }
    master_cf = "".join(f"{name} unix - - n - - {command}\n" for name, command in lines.items())
    found = transports(tmp_path, "smtp_bind_address = 192.0.2.25\n", master_cf).bindings(HOST)
    assert [(name, binding.parameter, str(binding.address)) for name, binding in found] == [
        ("out", "smtp_bind_address", "192.0.2.25"),
        ("box", "lmtp_bind_address", "192.0.2.25"),
    ]


SCAN = "scan unix - - n - - smtp\n"


@pytest.mark.parametrize(
    ("main_cf", "master_cf", "next_hops"),
    [
        ("", SCAN, []),
        ("content_filter = scan:[127.0.0.1]:10024\n", SCAN, ["[127.0.0.1]:10024"]),
        ("default_transport = scan\n", SCAN, [""]),
        ("default_transport = scan\nrelayhost = r\n", SCAN, ["r"]),
        ("default_transport = scan:n\nrelayhost = r\n", SCAN, ["n"]),
        ("relay_transport = scan:n\n", SCAN, []),  # there are no relay domains
        ("relay_transport = scan:n\nrelay_domains = example.net\n", SCAN, ["n"]),
        ("default_transport = $(x\ncontent_filter = scan:a\n", SCAN, ["a"]),
        ("default_transport = $smtpd_banner\ncontent_filter = scan:a\n", SCAN, ["a"]),
        ("content_filter = $(x\nlocal_transport = scan:b\nvirtual_transport = scan:\n", SCAN, ["b", ""]),
        ("content_filter = $smtpd_banner\nmailbox_transport = scan:b\n", SCAN, ["b"]),
        (
            "content_filter = scan:a\n",
            f"{SCAN}smtp inet n - y - - smtpd -o content_filter=scan:b\n25 inet n - y - - smtpd -o mynetworks=::1\n",
            ["a", "b"],
        ),
    ],
)
def test_mail_goes_by_a_transport_where_a_parameter_sends_it(
    main_cf: str, master_cf: str, next_hops: list[str], tmp_path: Path
) -> None:
    """A value that cannot be expanded hides none of the others."""
    assert transports(tmp_path, main_cf, master_cf).next_hops("scan") == next_hops
