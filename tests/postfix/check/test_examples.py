"""docs/check.md has a section for each kind of finding, and its examples do what it says."""

from __future__ import annotations

import ipaddress
import re
from socket import AF_INET
from typing import TYPE_CHECKING, NamedTuple

import pytest
from support.namespaces import ROOT

from ifdiscover._backends.recorded.replay import decode
from ifdiscover._postfix.check.parameters import check_configuration
from ifdiscover._postfix.ipv6_absence import disabled_unknown
from ifdiscover._postfix.parameters.configuration import Configuration
from ifdiscover._postfix.parameters.main_cf import read
from ifdiscover._postfix.syntax.findings import INFO, KINDS

if TYPE_CHECKING:
    from pathlib import Path

    from ifdiscover._postfix.syntax.findings import Finding
    from ifdiscover.model import Host

PAGE = ROOT.joinpath("docs", "check.md").read_text(encoding="utf-8")
MENDED = "Mended:"
SET_BEFORE = {"compatibility_level": "3.6", "myhostname": "mail.example.com"}
"""What each example has, unless it sets it itself."""

OF_A_RECORDING = {"not-on-this-machine"}
"""Kinds that only a recorded host can have. The examples of all others are those of the machine that judges."""

HOST = """\
1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000
    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
    inet 127.0.0.1/8 scope host lo
       valid_lft forever preferred_lft forever
    inet6 ::1/128 scope host
       valid_lft forever preferred_lft forever
2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq_codel state UP group default qlen 1000
    link/ether 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff
    inet 192.0.2.25/24 brd 192.0.2.255 scope global eth0
       valid_lft forever preferred_lft forever
    inet6 2001:db8::25/64 scope global
       valid_lft forever preferred_lft forever
"""


class Example(NamedTuple):
    """A main.cf, the files beside it by name, what ip addr prints on its host, and where its routes lead, if known."""

    main_cf: str
    files: dict[str, str]
    host: str
    routes: str | None


def sections() -> dict[str, str]:
    """The text of each kind's section."""
    parts = re.split(r"(?m)^### `([a-z0-9-]+)`\n", PAGE)[1:]
    return {name: re.split(r"(?m)^## ", body)[0] for name, body in zip(parts[::2], parts[1::2])}


def fences(text: str) -> list[tuple[str, str]]:
    """The info string and the content of each fence."""
    return re.findall(r"(?ms)^```(\S[^\n]*)\n(.*?)^```$", text)


def example(text: str, files: dict[str, str], host: str, routes: str | None) -> Example:
    """The example of half a section; what it does not give is kept from the other half."""
    found = fences(text)
    assert {info.split(" ")[0] for info, _ in found} <= {"main.cf", "file", "host", "routes"}
    (main_cf,) = [content for info, content in found if info == "main.cf"]
    given = {info.partition(" ")[2]: content for info, content in found if info.startswith("file ")}
    hosts = [content for info, content in found if info == "host"]
    told = [content for info, content in found if info == "routes"]
    return Example(main_cf, {**files, **given}, hosts[-1] if hosts else host, told[-1] if told else routes)


def examples() -> dict[str, tuple[Example, Example]]:
    """The faulty and the mended example of each section that has any."""
    made = {}
    for name, text in sections().items():
        if fences(text):
            assert text.count(f"\n{MENDED}\n") == 1, name
            before, _, after = text.partition(f"\n{MENDED}\n")
            faulty = example(before, {}, HOST, None)
            made[name] = (faulty, example(after, faulty.files, faulty.host, faulty.routes))
    return made


EXAMPLES = examples()


def completed(main_cf: str) -> str:
    """A main.cf with what each has. Where the first line matters the rest is put after it."""
    lines = [f"{name} = {value}\n" for name, value in SET_BEFORE.items() if not re.search(rf"(?m)^{name}\b", main_cf)]
    first_line_matters = main_cf[:1] in " \t\ufeff"
    return main_cf + "".join(lines) if first_line_matters else "".join(lines) + main_cf


def found_in(example: Example, folder: Path, *, recorded: bool) -> list[Finding]:
    """What check finds in an example."""
    for name, content in {**example.files, "main.cf": completed(example.main_cf)}.items():
        (folder / name).write_text(content, encoding="utf-8")
    host: Host = decode(example.host.encode())
    configuration = Configuration(read(str(folder)), None, "mail", str(folder))
    here = host if recorded else host._replace(recorded=None)
    return check_configuration(configuration, here, disabled_unknown, lambda family: destinations(example, family))


def destinations(example: Example, family: int) -> list[tuple[bytes, int]] | None:
    """Where the routes of an example lead, default routes left out."""
    if example.routes is None:
        return None
    networks = map(ipaddress.ip_network, example.routes.split())
    return [
        (net.network_address.packed, net.prefixlen) for net in networks if (net.version == 4) == (family == AF_INET)
    ]


@pytest.mark.parametrize("kind", EXAMPLES)
def test_an_example_draws_its_finding_and_the_mended_one_draws_none(kind: str, tmp_path: Path) -> None:
    """Nothing above info at all."""
    faulty, mended = EXAMPLES[kind]
    assert kind in {finding.kind for finding in found_in(faulty, tmp_path, recorded=kind in OF_A_RECORDING)}
    after = found_in(mended, tmp_path, recorded=kind in OF_A_RECORDING)
    assert kind not in {finding.kind for finding in after}
    assert [finding for finding in after if finding.severity != INFO] == []


def test_every_kind_has_a_section_and_every_section_a_kind() -> None:
    """In which something is said before the example."""
    assert set(sections()) == set(KINDS)
    for name, text in sections().items():
        assert len(text.partition("```")[0].split()) > 5, name


def anchors() -> set[str]:
    """What a link can lead to: each heading in small letters, without punctuation, with hyphens for blanks."""
    headings = re.findall(r"(?m)^#+ (.*)$", PAGE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_name_of_a_finding_leads_to_its_section() -> None:
    """Under that name, and each link on the page leads somewhere."""
    assert set(KINDS) <= anchors()
    assert set(re.findall(r"\]\(#([^)]*)\)", PAGE)) <= anchors()
