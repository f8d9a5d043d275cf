"""The status of check: by the severity of what is found, then by what nobody here can tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest
from support.made import address, host
from support.program import in_process

from ifdiscover._postfix.syntax.findings import SEVERITIES

if TYPE_CHECKING:
    from pathlib import Path

HEALTHY, LOW = "hash:HEALTHY", "of IPv6"


class Statuses(NamedTuple):
    """What check exits with, by what --fail-on says."""

    high: int
    medium: int
    low: int
    info: int


CASES = {
    "": Statuses(0, 0, 0, 0),
    "10.0.0.0/8": Statuses(0, 0, 0, 0),
    "10.0.0.1/8": Statuses(1, 1, 1, 1),
    "10.1": Statuses(0, 1, 1, 1),
    LOW: Statuses(0, 0, 1, 1),
    HEALTHY: Statuses(0, 0, 0, 1),
    "pcre:/nosuch": Statuses(65, 65, 65, 1),
    f"pcre:/nosuch {HEALTHY}": Statuses(65, 65, 65, 1),
    f"10.1 {HEALTHY}": Statuses(0, 1, 1, 1),
    "10.1 pcre:/nosuch": Statuses(65, 1, 1, 1),
    "10.0.0.1/8 pcre:/nosuch": Statuses(1, 1, 1, 1),
}
"""Each list, and its statuses; LOW is a main.cf that asks for an IPv6 that the host has not."""


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The first words of the command; a host without IPv6, and a table that postmap has made."""
    made = host(address("192.0.2.1", "255.255.255.0"))
    monkeypatch.setattr("ifdiscover._cli.host.discover", lambda _backend, **_wanted: made)
    (tmp_path / "nets.db").write_bytes(b"x")
    (tmp_path / "main.cf").write_text("myhostname = mail.example.com\nmynetworks = 10.0.0.0/8\n")
    return ["check", "-q"]


@pytest.mark.parametrize("fail_on", [*SEVERITIES, None])
@pytest.mark.parametrize("text", CASES)
def test_the_status_is_that_of_the_worst_from_the_asked_severity_on(
    text: str, fail_on: str | None, ask: list[str], tmp_path: Path
) -> None:
    """1 if there is one, else 65 if something cannot be told, else 0; all findings are printed all the same."""
    text = text.replace("HEALTHY", f"{tmp_path}/nets")
    checked = ["-c", str(tmp_path)] if text == LOW else ["--mynetworks", text]
    option = [] if fail_on is None else ["--fail-on", fail_on]
    expected = CASES[text.replace(f"{tmp_path}/nets", "HEALTHY")]
    status, out, err = in_process(*ask, *checked, *option)
    assert (status, err) == (getattr(expected, fail_on or "medium"), "")
    assert bool(out) == (expected.info != 0)
    assert in_process(*ask, *checked, *option, "--json")[0] == status


def test_a_severity_that_is_none_is_refused() -> None:
    """With those that there are; cannot_tell is none of them."""
    for text in ("cannot_tell", "HIGH", ""):
        status, out, err = in_process("check", "--mynetworks", "10.1", "--fail-on", text)
        assert (status, out) == (64, "")
        assert all(severity in err for severity in SEVERITIES)
