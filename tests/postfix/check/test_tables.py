"""Whole configurations with lookup tables: faulty ones from the field, and healthy neighbours of each."""

from __future__ import annotations

import os
import subprocess
import time
from typing import TYPE_CHECKING

import pytest
from support.postfix.checks import run_check
from support.postfix.postmap import aged, need_postmap

if TYPE_CHECKING:
    from pathlib import Path

WITH_REJECT = "127.0.0.0/8 OK\n10.1.2.3 REJECT\n10.0.0.0/8 OK\n"
WITH_COMMENTS = "127.0.0.0/8 this host\n10.1.2.3 no printer, a scanner\n10.0.0.0/8 permit\n"
OF_NETWORKS = "127.0.0.1 OK\n10.0.0.0/8 OK\n192.168.1 OK\n"
OF_ADDRESSES = "127.0.0.1 OK\n10.1.2.3 OK\n2001:db8::1 OK\nmail.example.com OK\n"

CONFIGURATIONS = {
    "cidr with a refusal": ("cidr:$config_directory/networks", WITH_REJECT, (1, ["table-result-ignored"])),
    "the same, excluded": ("!10.1.2.3 cidr:$config_directory/networks", WITH_REJECT, (0, [])),
    "cidr with comments": ("cidr:$config_directory/networks", WITH_COMMENTS, (0, [])),
    "texthash of networks": ("texthash:$config_directory/networks", OF_NETWORKS, (1, ["table-key-network"] * 2)),
    "texthash of addresses": ("texthash:$config_directory/networks", OF_ADDRESSES, (0, [])),
    "hash without its file": ("hash:$config_directory/networks", OF_ADDRESSES, (1, ["table-unusable"])),
    "in a file": ("$config_directory/list", "cidr:{{10.1.2.3 NO}}\n", (1, ["table-result-ignored"])),
    "through a name": ("$table", WITH_REJECT, (1, ["table-result-ignored"])),
}


def folder_with(directory: Path, mynetworks: str, content: str) -> str:
    """A configuration whose table, or list in a file, has that content."""
    lines = (
        "compatibility_level = 3.6",
        "myhostname = mail.example.com",
        "table = cidr:$config_directory/networks",
        f"mynetworks = {mynetworks}",
    )
    aged(directory / "main.cf", "".join(f"{line}\n" for line in lines).encode())
    aged(directory / "networks", content.encode())
    aged(directory / "list", content.encode())
    return str(directory)


@pytest.mark.parametrize(("mynetworks", "content", "expected"), CONFIGURATIONS.values(), ids=CONFIGURATIONS)
def test_a_fault_of_a_table_is_found_and_a_good_table_is_not_blamed(
    mynetworks: str, content: str, expected: tuple[int, list[str]], tmp_path: Path
) -> None:
    """In each way in which main.cf can name the table."""
    directory = folder_with(tmp_path, mynetworks, content)
    status, found = run_check("-c", directory)
    assert (status, [kind for kind in found if kind != "undefined-name"]) == expected


def test_a_healthy_site_with_hash_has_status_0(tmp_path: Path) -> None:
    """Until the text is changed: monitoring can rely on it."""
    need_postmap()
    directory = folder_with(tmp_path, "127.0.0.0/8 hash:$config_directory/networks", OF_ADDRESSES)
    subprocess.run(["postmap", f"hash:{directory}/networks"], check=True)
    assert run_check("-c", directory) == (0, ["table-for-postfix"])
    later = time.time() + 10
    os.utime(tmp_path / "networks", (later, later))
    assert run_check("-c", directory) == (1, ["table-stale", "table-for-postfix"])
