"""Files that begin with a byte order mark, as some editors write them."""

from __future__ import annotations

import json
import pathlib
import tempfile
from typing import TYPE_CHECKING

import pytest
from support.made import address, host
from support.namespaces import CLI
from support.postfix.checks import found_in, run_check
from support.postfix.live_smtpd import NOT_TRUSTED, TRUSTED, Smtpd

from ifdiscover._postfix.check.parameters import is_main_cf

if TYPE_CHECKING:
    from pathlib import Path

MARK = "\ufeff"
HOST = host(address("192.0.2.7", "255.255.255.0"))
GOOD = "compatibility_level = 3.6\ninet_protocols = ipv4\nmyhostname = mail.example.com\n"


def as_bytes(text: str, encoding: str = "utf-8") -> str:
    """What ifdiscover reads of a file in this encoding."""
    return text.encode(encoding).decode("utf-8", "surrogateescape")


def test_a_mark_before_a_setting_loses_that_setting() -> None:
    """Postfix starts, and says nothing."""
    (found,) = found_in(MARK + "proxy_interfaces = nosuch..invalid\n" + GOOD, HOST)
    assert (found.kind, found.severity, found.parameter) == ("byte-order-mark", "medium", "proxy_interfaces")
    assert (found.place.line, found.place.column, found.postfix_says) == (1, 1, "")
    assert "does not set proxy_interfaces" in found.remark


@pytest.mark.parametrize("first", ["# ours\n", "#\n", "\n", " \n", " biff = no\n"])
def test_a_mark_before_anything_else_keeps_postfix_from_starting(first: str) -> None:
    """A comment is no comment then, and an empty line is not empty; it is the one finding."""
    (found,) = found_in(MARK + first + GOOD, HOST)
    assert (found.kind, found.severity, found.consequence) == ("byte-order-mark", "high", "Postfix does not start")
    assert "missing '=' after attribute name" in found.postfix_says


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
def test_a_main_cf_in_utf_16_is_one_finding(encoding: str) -> None:
    """Of which Postfix can read nothing, and not one for each of its lines."""
    text = as_bytes(GOOD if encoding == "utf-16" else MARK + GOOD, encoding)
    assert is_main_cf(text)
    kinds = {found.kind: found.severity for found in found_in(text, HOST)}
    assert kinds.pop("byte-order-mark") == "high"
    assert not {"main-cf-line", "nul"} & set(kinds)


def test_a_name_behind_a_mark_is_not_told_as_undefined() -> None:
    """The mark is the cause."""
    text = MARK + "lan = 192.0.2.0/24\nmynetworks = 127.0.0.0/8 $lan\n" + GOOD
    assert [found.kind for found in found_in(text, HOST)] == ["byte-order-mark"]
    found = found_in(text.replace("$lan", "$lan $nosuch"), HOST)
    assert [(fault.kind, fault.element) for fault in found] == [
        ("undefined-name", "$nosuch"),
        ("byte-order-mark", "U+FEFF"),
    ]


def test_a_mark_hides_nothing_else_that_is_told_of_a_name() -> None:
    """A line that another one overrides, and a name that is misspelt."""
    text = MARK + "lan = 192.0.2.0/24\nlan = 10.0.0.0/8\nlan = 10.0.0.0/9\nmynetwork = $lan\n" + GOOD
    found = [(fault.kind, fault.element or fault.parameter) for fault in found_in(text, HOST)]
    assert found == [("setting-overridden", "lan"), ("byte-order-mark", "U+FEFF"), ("misspelt-name", "mynetwork")]


def test_a_mark_elsewhere_is_text() -> None:
    """Only at the beginning of a file an editor writes one."""
    assert found_in(GOOD + f"# {MARK}\nmy_own = {MARK}\n", HOST) == []


WORDS = {
    "network": ("192.0.2.0/24\n198.51.100.0/24\n", "medium"),
    "comment": ("# not 203.0.113.0/24\n198.51.100.0/24\n", "medium"),
    "nothing": ("\n198.51.100.0/24\n", "low"),
    "word that is faulty too": ("192.0.2.7/24\n198.51.100.0/24\n", "medium"),
}


@pytest.mark.parametrize(("text", "severity"), WORDS.values(), ids=WORDS)
@pytest.mark.parametrize("kind", ["", "cidr:", "texthash:"])
def test_a_mark_in_a_list_or_table_is_one_finding(tmp_path: Path, kind: str, text: str, severity: str) -> None:
    """What it makes of its line is not told apart; the other lines are judged as always."""
    file = tmp_path / "networks"
    if kind == "texthash:":
        text = text.replace(".0/24", ".1")
    file.write_text(MARK + (text if not kind else text.replace("\n", " OK\n").replace("\n OK", "\n")))
    where = f"mynetworks = {kind}{file}\n"
    found = [fault for fault in found_in(GOOD + where, HOST) if fault.place.file == str(file)]
    marks = [fault for fault in found if fault.kind == "byte-order-mark"]
    assert [(mark.place.line, mark.severity) for mark in marks] == [
        (1, severity if file.read_text()[1] == "\n" else "medium")
    ]
    assert not any(fault.place.line == 1 for fault in found if fault not in marks)


def test_a_list_in_utf_16_is_one_finding(tmp_path: Path) -> None:
    """Named, or given as the file to check."""
    file = tmp_path / "networks"
    file.write_text("192.0.2.0/24\n198.51.100.0/24\n", encoding="utf-16")
    assert run_check(str(file)) == (1, ["byte-order-mark"])
    assert run_check("--mynetworks", str(file)) == (1, ["byte-order-mark"])


@pytest.mark.netns
def test_a_real_smtpd_takes_the_mark_for_text() -> None:
    """The first network is lost; a first comment is read as words, and may trust whom it names."""
    with tempfile.TemporaryDirectory(prefix="mark", dir="/tmp") as name:  # smtpd, no longer root, must come through
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        (folder / "network").write_text(MARK + "192.0.2.0/24\n198.51.100.0/24\n")
        (folder / "comment").write_text(MARK + "# not 203.0.113.0/24\n198.51.100.0/24\n")
        with Smtpd([str(folder / "network"), str(folder / "comment")]) as smtpd:
            assert smtpd.verdict(0, "192.0.2.1") == NOT_TRUSTED
            assert smtpd.verdict(0, "198.51.100.1") == TRUSTED
            assert smtpd.verdict(1, "203.0.113.1") == TRUSTED
            assert smtpd.said(0) == smtpd.said(1) == []


@pytest.mark.netns
def test_a_real_postfix_does_with_a_mark_in_main_cf_what_is_said() -> None:
    """It dies of a first comment, in the words of the finding, and only loses a first setting."""
    with Smtpd([None], parameters={"mynetworks": "192.0.2.0/24"}) as smtpd:
        assert smtpd.namespace is not None
        main_cf = smtpd.folder / "etc" / "main.cf"
        text = main_cf.read_text()
        argv = ["/usr/sbin/postconf", "-hc", str(main_cf.parent), "mynetworks"]
        for first, expected in (("mynetworks = 198.51.100.0/24\n", "192.0.2.0/24\n"), ("# ours\n", "")):
            main_cf.write_text(MARK + first + text)
            done = smtpd.namespace.run(argv, check=False)
            assert (done.stdout, bool(done.returncode)) == (expected, not expected)
        checked = smtpd.namespace.run([*CLI, "check", "--json", "-c", str(main_cf.parent)], check=False)
        (found,) = [fault for fault in json.loads(checked.stdout)["findings"] if fault["kind"] == "byte-order-mark"]
        assert done.stderr.strip().endswith(": fatal: " + found["postfix_says"].replace("\\ufeff", "???"))
