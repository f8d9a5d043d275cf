"""Names of hosts, told from other texts in Postfix's words."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ifdiscover._postfix.syntax.hostnames import hostname_fault

SIXTY = "x" * 60

FAULTS = {
    "mail.example.com": None,
    "a_b.c-d.9": None,
    f"{SIXTY}xxx": None,
    "1-2": None,
    "1_2": None,
    f"{SIXTY}xxxx.a": "hostname label too long",
    f"{SIXTY}---a": "hostname label too long",
    ".a": "misplaced delimiter",
    "a..b": "misplaced delimiter",
    "a.": "misplaced delimiter",
    "-a": "misplaced hyphen",
    "a-": "misplaced hyphen",
    "a.-b": "misplaced hyphen",
    "a-.b": "misplaced hyphen",
    "--": "misplaced hyphen",
    "a b": "invalid character 32(decimal)",
    "[192.0.2.7]": "invalid character 91(decimal)",
    "*.a": "invalid character 42(decimal)",
    "\u00e9": "invalid character 195(decimal)",
    "\udcff": "invalid character 255(decimal)",
    "-a b..c": "misplaced hyphen",
    "192.0.2.7": "numeric hostname",
    "7": "numeric hostname",
}
LONG = ".".join([SIXTY] * 5)


def expected(name: str) -> str | None:
    """The whole warning."""
    return FAULTS[name] and f"valid_hostname: {FAULTS[name]}: {name[:100]}"


@pytest.mark.parametrize("name", FAULTS)
def test_a_text_is_a_host_name_or_draws_postfixs_warning(name: str) -> None:
    """The first fault from the left counts; letters, digits, hyphens and underscores make labels."""
    assert hostname_fault(name) == expected(name)


def test_a_name_has_a_byte_at_least_and_255_at_most() -> None:
    """The warning of an empty one quotes nothing, and that of a long one its first 100 bytes."""
    assert hostname_fault("") == "valid_hostname: empty hostname"
    assert hostname_fault(LONG[:255]) is None
    assert hostname_fault(LONG[:256]) == f"valid_hostname: bad length 256 for {LONG[:100]}..."


@pytest.mark.usefixtures("postconf")
def test_postfix_takes_the_same_texts_for_host_names(tmp_path: Path) -> None:
    """As a program of Postfix reads myhostname; it shows as "?" what is not printable ASCII."""

    def warning(name: str) -> str | None:
        folder = Path(tempfile.mkdtemp(dir=tmp_path))
        folder.joinpath("master.cf").touch()
        text = f"myhostname = {name}\nmydomain = example.com\nmynetworks =\n"
        folder.joinpath("main.cf").write_bytes(text.encode("utf-8", "surrogateescape"))
        os.utime(folder / "main.cf", (1, 1))  # Postfix reads a main.cf again and again until it is two seconds old
        argv = ["/usr/sbin/postmap", "-c", str(folder), "-q", "x", "static:x"]
        done = subprocess.run(argv, capture_output=True, check=False)
        found = re.search("warning: (valid_hostname: .*)", done.stderr.decode("latin-1"))
        assert (done.returncode == 0) is (found is None)
        return found and found[1]

    names = [*FAULTS, LONG[:255], LONG[:256]]
    with ThreadPoolExecutor(8) as pool:
        for name, theirs in zip(names, pool.map(warning, names)):
            ours = hostname_fault(name)
            shown = ours and ours.encode("utf-8", "surrogateescape").decode("latin-1")
            assert theirs == (shown and re.sub("[^ -~]", "?", shown)), name
