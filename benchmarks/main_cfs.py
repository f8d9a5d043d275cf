"""The main.cf files that check and postconf -n are measured on: a short one and a long one, both without a fault."""

from __future__ import annotations

import pathlib

SHORT = """\
smtpd_banner = $myhostname ESMTP $mail_name
biff = no
append_dot_mydomain = no
readme_directory = no
compatibility_level = 3.6
smtpd_tls_security_level = may
smtp_tls_security_level = may
smtpd_relay_restrictions = permit_mynetworks permit_sasl_authenticated defer_unauth_destination
myhostname = mail.example.com
alias_maps = hash:/etc/aliases
alias_database = hash:/etc/aliases
mydestination = $myhostname, localhost.example.com, localhost
relayhost =
mynetworks = 127.0.0.0/8 [::ffff:127.0.0.0]/104 [::1]/128
mailbox_size_limit = 0
recipient_delimiter = +
inet_interfaces = all
inet_protocols = all
"""
"""What a fresh Debian sets."""

LINES = 200


def long() -> str:
    """A main.cf of 200 lines: the short one with a network on each further line."""
    more = "".join(f"    10.{number}.0.0/16\n" for number in range(LINES - len(SHORT.splitlines())))
    return SHORT.replace("[::1]/128\n", f"[::1]/128\n{more}")


SHAPES = {f"main.cf of {len(text.splitlines())} lines": text for text in (SHORT, long())}


def write(folder: str) -> dict[str, str]:
    """Write each into a folder of its own below ``folder``; these folders, by the name of the shape.

    The master.cf beside it is empty, so that postconf has nothing else to read.
    """
    folders = {}
    for number, (shape, text) in enumerate(SHAPES.items()):
        place = pathlib.Path(folder, str(number))
        place.mkdir()
        (place / "main.cf").write_text(text, encoding="utf-8")
        (place / "master.cf").touch()
        folders[shape] = str(place)
    return folders
