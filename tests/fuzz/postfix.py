"""Targets: what Postfix reads. It is a recorded host's, so that nothing of this machine is opened or asked."""

from __future__ import annotations

import contextlib
import functools
import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fuzz.laws import FIXTURES, BrokenLawError, demand, hosts, texts

from ifdiscover._names import to_text
from ifdiscover._packed import netmask_of
from ifdiscover._postfix.check.elements.known import Known
from ifdiscover._postfix.check.elements.match_list import check_list
from ifdiscover._postfix.check.mynetworks import risks_of_list
from ifdiscover._postfix.check.parameters import check_configuration, check_list_file
from ifdiscover._postfix.lists.cidr_table import CidrTable
from ifdiscover._postfix.lists.lookup_table import QueryError, TableError
from ifdiscover._postfix.lists.match_list import MatchList
from ifdiscover._postfix.lists.tables import open_table
from ifdiscover._postfix.local_destinations import MALFORMED, LocalDestinations, is_local_destination
from ifdiscover._postfix.parameters import macros, main_cf as main_cf_file
from ifdiscover._postfix.parameters.configuration import Configuration, load
from ifdiscover._postfix.parameters.postconf import answer
from ifdiscover._postfix.services import master_cf as master_cf_file
from ifdiscover._postfix.services.access_table import open_access
from ifdiscover._postfix.services.relay import verdicts_of
from ifdiscover._postfix.syntax.addresses import hostaddr_fault, mailhost_addr_fault, mailhost_literal_fault
from ifdiscover._postfix.syntax.hostnames import hostname_fault
from ifdiscover._postfix.syntax.machine import Machine
from ifdiscover._postfix.syntax.meant import networks_meant
from ifdiscover._postfix.syntax.networks import PatternError, packed_or_none, parse_network, without_repeats
from ifdiscover._render.findings import report_lines
from ifdiscover.errors import (
    AddressTextError,
    ConfigurationError,
    FatalTableError,
    IfdiscoverError,
    MacroError,
    MatchListError,
    NotOnThisMachineError,
    UnknownDefaultError,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ifdiscover._postfix.lists.lookup_table import Table
    from ifdiscover._postfix.syntax.findings import Finding
    from ifdiscover.model import Host

CLIENTS = ("127.0.0.1", "192.0.2.1", "10.1.2.3", "255.255.255.255", "::1", "2001:db8::1", "fe80::1", "::ffff:10.0.0.1")
NAMES = (None, "mail.example.com", "localhost", "a.b")
MORE = b"\n%%\n"
"""Stands between the files of one input."""


def host() -> Host:
    """The recorded host on which all of this runs."""
    return next(host for host in hosts() if any(found.family == 10 for found in host.addresses))


class _Texts(Machine):
    """A machine whose every file has one text."""

    def __init__(self, text: str) -> None:
        super().__init__(host())
        self.text = text

    def read(self, path: str) -> str:
        return self.text if path == "/t" else super().read(path)


def _show(found: Iterable[Finding]) -> None:
    demand(all(line.isprintable() for line in report_lines(list(found), [], "page")), "what is shown is printable")


def main_cf(data: bytes) -> None:
    """A main.cf. Values raise MacroError or UnknownDefaultError alone, postconf's part IfdiscoverError, check none."""
    found = main_cf_file.parse(to_text(data))
    configuration = Configuration(found, hostname="mail.example.com")
    for name in (*found.settings, "mynetworks", "myhostname"):
        with contextlib.suppress(MacroError, UnknownDefaultError):
            configuration.value(name)
    with contextlib.suppress(IfdiscoverError):
        answer(configuration, (), lambda *_values: "127.0.0.0/8", expanded=True)
    _show(check_configuration(configuration, host()))


def main_cf_seeds() -> Iterator[bytes]:
    """Those of ``fixtures/``."""
    yield from texts("main_cf/*/main.cf", "differences/main.cf")
    for case in json.loads((FIXTURES / "postfix/postconf.json").read_text())[::9]:
        yield str(case["main_cf"]).encode("utf-8", "surrogateescape")


def macro(data: bytes) -> None:
    """A value, and on the lines below it those that it names. Raises MacroError alone."""
    text, *others = to_text(data).split("\n")
    values = dict(zip("abcdefgh", others))
    for value in (text, *others):
        macros.mentions(value)
    with contextlib.suppress(MacroError):
        macros.expand(text, lambda name: values.get(name, "2" if name == "compatibility_level" else None))
        try:
            macros.demand_macros(text)
        except MacroError as error:
            raise BrokenLawError("what can be expanded has no fault") from error


def macro_seeds() -> Iterator[bytes]:
    """Each form of a macro."""
    yield b"$a ${b} $(c) $$ ${a?yes}${a?{yes}:{no}}${a:no}\n1\n$a\n${b}"
    yield b"${{$compatibility_level} <level {3} ? {old} : {new}} ${{$a} == {x}?{y}:{z}}\nx"
    yield b"${a?{${b?{${c}}}}}\n1\n2\n3"
    yield b"$a\n$b\n$a"


def master_cf(data: bytes) -> None:
    """A master.cf. Raises nothing; a service in force is a line, and each place is in the file."""
    text = to_text(data)
    found = master_cf_file.parse(text)
    demand(set(map(id, found.services)) <= set(map(id, found.lines)), "a service in force is a line")
    count = text.count("\n") + 1
    for service in found.lines:
        demand(1 <= (service.place().line or 0) <= count, "a service is on a line")
        for setting in service.overrides.values():
            demand(1 <= (setting.place().line or 0) <= count, "an override is on a line")
    _show(found.findings)


def master_cf_seeds() -> Iterator[bytes]:
    """That of ``fixtures/``, and one with odd options."""
    yield from texts("main_cf/*/master.cf")
    yield b"smtp inet n - y - - smtpd -vo mynetworks=10.0.0.0/8\n -o { smtpd_relay_restrictions = permit }\n"
    yield b"smtp inet n - n - 1 postscreen\nsmtpd pass - - n - - smtpd\n"
    yield b"25 unix - - - 1? 0 pipe\n  flags=Rq user=x argv=/x ${a}\n"


@functools.lru_cache(maxsize=1)
def _folder() -> Path:
    folder = tempfile.TemporaryDirectory()
    _KEPT.append(folder)
    return Path(folder.name)


_KEPT: list[Any] = []


def services(data: bytes) -> None:
    """main.cf, master.cf and a list in a folder. Verdicts raise IfdiscoverError alone, and check nothing."""
    for name, content in zip(("main.cf", "master.cf", "list"), [*data.split(MORE), b"", b""]):
        (_folder() / name).write_bytes(content)
    folder = str(_folder())
    with contextlib.suppress(IfdiscoverError):
        configuration = load(folder, hostname="mail.example.com", is_here=False)
        verdicts_of(configuration, host(), [(client, name) for client in CLIENTS[:3] for name in NAMES[:2]])
    found = main_cf_file.read(folder, is_here=False)
    _show(check_configuration(Configuration(found, None, "mail.example.com", folder), host()))


def services_seeds() -> Iterator[bytes]:
    """Those of ``fixtures/``, and lists, tables and restrictions in a folder."""
    folder = FIXTURES / "main_cf/services"
    yield (folder / "main.cf").read_bytes() + MORE + (folder / "master.cf").read_bytes()
    master = b"smtp inet n - y - - smtpd\n587 inet n - y - - smtpd -o smtpd_relay_restrictions=$a\n"
    for networks in (b"$config_directory/list", b"cidr:$config_directory/list", b"texthash:$config_directory/list"):
        main = (
            b"mynetworks = 127.0.0.0/8 %s\na = permit_mynetworks, check_client_access cidr:$config_directory/list,"
            % networks
        )
        yield main + b" reject\n" + MORE + master + MORE + b"192.0.2.0/24 permit\n!10.0.0.0/8 REJECT no\n"
    classes = b"smtpd_restriction_classes = x y\nx = check_client_access inline:{a=y}\ny = x, permit\n"
    yield classes + b"smtpd_relay_restrictions = x, defer_unauth_destination\n" + MORE + master


def match_list(data: bytes) -> None:
    """A list, and what is made of it. ``decide()`` raises MatchListError alone, as ``decide_text()``."""
    text = to_text(data)
    networks = MatchList(text, _machine=_Texts("10.0.0.0/8\n!192.0.2.0/24 x\n"))
    for client in CLIENTS:
        for name in NAMES:
            with contextlib.suppress(MatchListError):
                demand(networks.decide(client, name=name) == networks.decide_text(client, name), "one decision")
    _show([*check_list(networks, Known(host())), *risks_of_list(networks, host())])
    _show(check_list_file(Configuration(None, {}, "mail.example.com"), text, "list", host()))
    demand(without_repeats(without_repeats(text)) == without_repeats(text), "once without repeats is for ever")


def match_list_seeds() -> Iterator[bytes]:
    """The lists and files that a real Postfix was asked about."""
    recorded = json.loads((FIXTURES / "postfix/match_lists.json").read_text())
    yield from (str(text).encode("utf-8", "surrogateescape") for text in recorded["files"].values())
    yield b"127.0.0.0/8 [::1]/128, !10.0.0.0/8 10.0.0.0/33 10.0.0.1/8 .example.com static:all cidr:/t !/t"
    yield b"texthash:/t hash:/t fail:x /t"
    yield b"inline:{ {10.0.0.1 = yes}, a=b } cidr:{ {10.0.0.0/8 x}, {if 10.0.0.0/8}, {!1.2.3.4 y}, {endif} }"


def table(kind: str, data: bytes) -> None:
    """A table of one type. Raises TableError or FatalTableError; queries raise QueryError alone.

    A text that begins with / is a path, and the recorded host's file is not looked for here: NotOnThisMachineError.
    """
    text = to_text(data)
    machine = _Texts(text)
    refusals = TableError, FatalTableError, ConfigurationError, NotOnThisMachineError
    for word in (f"{kind}:/t", f"{kind}:{{{text}}}", f"{kind}:{text}"):
        with contextlib.suppress(*refusals):
            _ask(open_table(word, machine))
        with contextlib.suppress(*refusals):
            access = open_access(word, machine)
            access.for_message()
            for client in CLIENTS:
                access.for_client(client, NAMES[1], [".com"])
                access.for_client(client, None, [])


def _ask(found: Table) -> None:
    _show(found.findings)
    found_networks = list(found.networks())
    for network in found_networks:
        found.place_of_network(network)
    for key in (*CLIENTS, "mail.example.com", "", "a"):
        with contextlib.suppress(QueryError):
            answered = found.find(key)
            packed = packed_or_none(10 if ":" in key else 2, key)
            if packed is not None and isinstance(found, CidrTable) and found_networks:
                inside = any(len(base) == len(packed) and _within(packed, base, n) for _, base, n in found_networks)
                demand(inside == (answered is not None), "a table's networks are the addresses that it has")


def _within(packed: bytes, base: bytes, length: int) -> bool:
    mask = netmask_of(length, 2 if len(packed) == 4 else 10)
    return bytes(a & m for a, m in zip(packed, mask)) == base


def table_seeds(kind: str) -> Iterator[bytes]:
    """Rules and entries of that type."""
    if kind == "cidr":
        yield b"# rules\n10.0.0.0/8 OK\n!192.0.2.0/24 REJECT\nif 192.0.2.0/24\n192.0.2.1 x\nendif\n"
        yield b"[2001:db8::]/32\n  y\n::/0 z\n"
        yield b"10.0.0.1/8 x\n10.0.0.0/256 y\n10.0.0.0/33 z\nif !::/0\nif ::1\nendif garbage\n0.0.0.0/0 dunno\n"
    else:
        yield b'10.0.0.1 OK\n192.0.2.1\tREJECT\n"a b" c\na: b\nfoo\\ bar x\n.example.com  permit\n  continued\n'
        yield b" {10.0.0.1 = yes}, a=b, {c = {d}}, e"


def literal(data: bytes) -> None:
    """A literal, an address or a network. Raises PatternError or AddressTextError alone; a suggestion is a network."""
    text = to_text(data)
    judged = _destinations().decide(text)
    try:
        demand(is_local_destination(text, host=host()) == judged.is_local, "one judgement")
    except AddressTextError:
        demand(judged.verdict == MALFORMED, "what is malformed is an error")
    for fault in (hostaddr_fault, mailhost_addr_fault, mailhost_literal_fault, hostname_fault):
        if text and (fault is not mailhost_literal_fault or text[0] == "["):
            fault(text)
    try:
        family, packed, length = parse_network(text)
        demand(
            _within(packed, packed, length) and len(packed) == (4 if family == 2 else 16), "a network has no host bits"
        )
    except PatternError as error:
        for meant in error.finding.suggestion.split():
            parse_network(meant)
    for meant in networks_meant(text).split():
        parse_network(meant)


@functools.lru_cache(maxsize=1)
def _destinations() -> LocalDestinations:
    return LocalDestinations(host(), proxy_interfaces="203.0.113.7")


def literal_seeds() -> Iterator[bytes]:
    """The texts that a real Postfix was asked about."""
    for case in json.loads((FIXTURES / "postfix/literals.json").read_text())["cases"]:
        yield str(case["text"]).encode("utf-8", "surrogateescape")
    yield from (b"user@[IPv6:2001:db8::1].", b"10.0.0.1/255.0.0.0", b"10.0.0.0-10.0.0.9", b"192.0.2.*", b"[::1/128]")
