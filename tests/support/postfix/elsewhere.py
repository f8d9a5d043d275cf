"""A recorded host, a main.cf that is not in its folder, and what check finds there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from support.made import ETH0, address, host
from support.program import in_process

from ifdiscover import snapshot
from ifdiscover.model import Recorded

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

HEAD = "compatibility_level = 3.6\nmyhostname = mail.example.com\n"
GONE = "/etc/postfix/trusted-networks-of-the-relay"
"""A file that is not on the machine that runs the tests."""

LO = ETH0._replace(name="lo", index=1)
HOST = host(
    address("127.0.0.1", "255.0.0.0")._replace(interface=LO),
    address("192.0.2.7", "255.255.255.0"),
    address("::1", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")._replace(interface=LO),
    address("2001:db8::7", "ffff:ffff:ffff:ffff::"),
    address("fe80::7", "ffff:ffff:ffff:ffff::", scope_id=2, scope="link"),
    recorded=Recorded("mail.example.com"),
)


def recording_in(folder: Path) -> str:
    """The host's snapshot, as a file in a folder."""
    path = folder / "host.json"
    path.write_text(snapshot(HOST))
    return str(path)


def folder_of(tmp_path: Path, text: str, files: dict[str, str] | None = None) -> str:
    """A folder with a main.cf, and with files beside it."""
    folder = tmp_path / "copy"
    folder.mkdir(exist_ok=True)
    for name, content in {"main.cf": HEAD + text, **(files or {})}.items():
        (folder / name).write_text(content)
    return str(folder)


def checked(*arguments: str) -> tuple[int, list[dict[str, Any]]]:
    """Status and findings of check."""
    status, out, _err = in_process("check", "-q", "--json", *arguments)
    return status, json.loads(out)["findings"]


def kinds(findings: Iterable[dict[str, Any]]) -> list[str]:
    """The kind of each finding."""
    return [finding["kind"] for finding in findings]
