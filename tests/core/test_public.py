"""What is public: one list, to which the lazy table, dir(), help() and the documents are held."""

from __future__ import annotations

import ast
import contextlib
import copy
import importlib
import inspect
import ipaddress
import pickle
import pydoc
import re
import socket
import subprocess
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from support.made import ETH0, address, host
from support.namespaces import ROOT, environment
from support.schemas import SCHEMAS

import ifdiscover
from ifdiscover import errors
from ifdiscover._misuse import NEW_NAMES
from ifdiscover.model import Host, Interface, NextHop, Route

if TYPE_CHECKING:
    from collections.abc import Callable

V4, V6 = socket.AF_INET, socket.AF_INET6
HOST = host(
    address("192.0.2.1", "255.255.255.0"),
    address("10.8.0.1", "255.255.255.255", packed_peer=bytes([10, 8, 0, 2])),
    address("2001:db8::1", "ffff:ffff:ffff:ffff::"),
)
PUBLIC_MODULES = {"ifdiscover", "compat", "discovery", "errors", "model", "testing", "schemas", "__main__"}


def exceptions() -> set[str]:
    """The names of the exceptions."""
    return {name for name, value in vars(errors).items() if isinstance(value, type) and issubclass(value, Exception)}


def documented(*headings: str) -> list[str]:
    """The names in the tables of docs/library.md that have one of these headings."""
    page = ROOT.joinpath("docs/library.md").read_text()
    tables = re.findall(r"(?m)^\| ([a-z ]+) \|.*\n\|[-|]+\|\n((?:\|.*\n)+)", page)
    assert {heading for heading, _rows in tables} >= set(headings)
    rows = "".join(rows for heading, rows in tables if heading in headings)
    return sorted(re.findall(r"(?m)^\| `(\w+)(?:\(\))?` \|", rows))


CALLED = documented("function", "class to make")
RECORDS = documented("record")


def test_what_is_called_is_listed() -> None:
    """In ``__all__``, and in docs/library.md, with the module of the exceptions."""
    assert ifdiscover.__all__ == sorted(ifdiscover.__all__)
    assert set(ifdiscover.__all__) == {*CALLED, "errors"}


def test_what_is_public_can_be_imported() -> None:
    """The lazy table, dir(), the page and what type checkers see have the same names, and the exceptions besides."""
    names = {*CALLED, *RECORDS}
    assert set(ifdiscover._MODULE_OF) == names | {"__version__"}
    assert {name for name in dir(ifdiscover) if not name.startswith("__")} == names | exceptions() | {"errors"}
    tree = ast.parse(ROOT.joinpath("ifdiscover/__init__.py").read_text())
    seen = {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert seen - {"annotations", "missing"} == names | exceptions() | {"errors", "__version__"}
    for name in names | exceptions():
        assert getattr(ifdiscover, name).__name__ == name


def test_all_else_is_private_by_its_name() -> None:
    """A module that is not public, or the room that it is in, begins with an underscore."""
    for path in ROOT.glob("ifdiscover/*"):
        name = path.stem
        if path.suffix == ".py" or path.is_dir():
            assert name.startswith("_") or name in PUBLIC_MODULES, f"{path.name} looks public"


def annotated(node: ast.AST | None) -> set[str]:
    """The names in an annotation."""
    return set() if node is None else set(re.findall(r"\b[A-Z]\w+", ast.unparse(node))) - {"None"}


ELSEWHERE = {
    "Any",
    "IPAddress",
    "IPInterface",
    "IPNetwork",
    "AddressLike",
    "PathLike",
    "NoReturn",
    "Iterable",
    "Callable",
}


def test_what_public_calls_return_can_be_imported() -> None:
    """And the records in the fields of what they return, and every exception that a docstring names."""
    for name in (*CALLED, *RECORDS):
        value = getattr(ifdiscover, name)
        tree = ast.parse(importlib.import_module(value.__module__).__loader__.get_source(value.__module__))  # type: ignore[union-attr]  # a file's
        (node,) = [n for n in tree.body if isinstance(n, (ast.ClassDef, ast.FunctionDef)) and n.name == name]
        functions = [n for n in ast.walk(node) if isinstance(n, ast.FunctionDef) and not n.name.startswith("_")]
        returned = set().union(*(annotated(n.returns) for n in functions))
        body = node.body if isinstance(node, ast.ClassDef) else []
        fields = set().union(*(annotated(n.annotation) for n in body if isinstance(n, ast.AnnAssign)))
        for found in returned | fields:
            known = found in (*CALLED, *RECORDS) or found in ELSEWHERE or found in PRIVATE_CONTENTS
            assert known, f"{name} hands out {found}, which ifdiscover does not export"
        raised = set(re.findall(r"\b\w+Error\b", " ".join(ast.get_docstring(n) or "" for n in functions)))
        assert {e for e in raised if e not in dir(__builtins__)} <= exceptions() | {"TypeError", "ValueError"}


PRIVATE_CONTENTS = {"Content", "Fault"}  # what an element or a list keeps for ifdiscover itself


def test_errors_are_there_after_a_bare_import() -> None:
    """As are the exceptions themselves, without another import."""
    code = "import ifdiscover; print(ifdiscover.errors.StyleError is ifdiscover.StyleError)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment())
    assert done.stdout == "True\n"


def test_the_backends_shape_can_be_imported_where_it_is_documented() -> None:
    """Not by type checkers alone."""
    from ifdiscover.discovery import Backend

    assert {name for name in vars(Backend) if not name.startswith("_")} >= {"BLIND_TO", "unavailable", "read"}


@pytest.mark.parametrize("owner", NEW_NAMES)
def test_an_old_name_tells_the_new_one(owner: str) -> None:
    """Wherever it is asked for; a misspelt one is an AttributeError like any other."""
    for old, new in NEW_NAMES[owner].items():
        if owner.startswith("ifdiscover"):
            with pytest.raises(ImportError, match=f"{old} is called {new} since"):
                exec(f"from {owner} import {old}")
            holder: Any = importlib.import_module(owner)
        else:
            holder = HOLDERS[owner]
            with pytest.raises(AttributeError, match=f"{old} is called {new} since"):
                getattr(holder, old)
        with pytest.raises(AttributeError, match="nonsense"):
            _ = holder.nonsense
        assert new in (*CALLED, *RECORDS) or hasattr(holder, new)
    changes = ROOT.joinpath("CHANGELOG.md").read_text()
    table = "\n".join(line for line in changes.splitlines() if line.startswith("| "))
    assert all(old in table and new in table for old, new in NEW_NAMES[owner].items())


HOLDERS: dict[str, Any] = {
    "Host": HOST,
    "PostfixError": errors.StyleError("bad", "mend it"),
    "Finding": ifdiscover.check(mynetworks="10.0.0.1/8")[0],
    "LocalDestinations": ifdiscover.LocalDestinations(HOST),
    "MatchList": ifdiscover.MatchList(""),
}


PUBLIC: Any = ifdiscover  # what follows is wrong, and type checkers say so: tests/typing/ has that

WRONG = {
    "a style for a host": (lambda: PUBLIC.mynetworks("subnet"), 'mynetworks\\(host, style="subnet"\\)'),
    "a number for a style": (lambda: PUBLIC.mynetworks(HOST, style=3), "style is a text, and not int"),
    "a list of protocols": (lambda: PUBLIC.own_addresses(HOST, inet_protocols=["ipv4"]), "inet_protocols is a text"),
    "a path for a host": (lambda: PUBLIC.active_addresses("host.json"), "what discover\\(\\) or replay\\(\\) returns"),
    "a number for an address": (
        lambda: PUBLIC.is_local_destination(7, host=HOST),
        "an address is a text, an ipaddress object or an ifdiscover.Address, and not int",
    ),
    "a number for a namespace": (lambda: PUBLIC.discover(netns=5), "netns is a text, and not int"),
    "a host for a backend": (lambda: PUBLIC.discover(HOST), "backend is a text, and not Host"),
    "a host for a folder": (lambda: PUBLIC.check(HOST, config_directory=HOST), "config_directory is a text"),
    "a text for a host": (lambda: PUBLIC.check("/etc/postfix"), "host is what discover"),
    "a text for a snapshot": (lambda: PUBLIC.snapshot("x"), "host is what discover"),
    "networks of ipaddress": (lambda: PUBLIC.match_list_of([]), "what mynetworks\\(\\) returns, and not list"),
    "bytes for a list": (lambda: PUBLIC.MatchList(b"10.0.0.0/8"), "text is a text, and not bytes"),
    "a number for a client's name": (
        lambda: PUBLIC.MatchList("").decide("192.0.2.1", name=7),
        "name is a text, and not int",
    ),
    "bytes for an interface": (lambda: PUBLIC.Host.interface(HOST, b"lo"), "by text or by index, and not by bytes"),
}


@pytest.mark.parametrize(("call", "message"), WRONG.values(), ids=WRONG)
def test_a_wrong_type_is_a_type_error_that_says_so(call: Any, message: str) -> None:
    """And no error from somewhere inside."""
    with pytest.raises(TypeError, match=message):
        call()


@pytest.mark.parametrize("name", CALLED)
def test_all_but_the_first_parameter_are_given_by_name(name: str) -> None:
    """So that no text lands in another parameter."""
    from inspect import Parameter, signature

    first, *others = signature(getattr(ifdiscover, name)).parameters.values()
    assert first.kind is Parameter.POSITIONAL_OR_KEYWORD
    assert {other.kind for other in others} <= {Parameter.KEYWORD_ONLY}


def test_a_parameter_is_called_the_same_everywhere() -> None:
    """One word per thing."""
    from inspect import signature

    known = {
        *(
            "host",
            "hosts",
            "style",
            "inet_interfaces",
            "inet_protocols",
            "proxy_interfaces",
            "mynetworks",
            "config_directory",
        ),
        *("overrides", "address", "networks", "file", "text", "parameter", "locate", "parent_domains"),
        *("backend", "netns", "routes", "allow_torn", "to", "family", "before", "client", "name", "debounce"),
    }
    for name in CALLED:
        public = {parameter for parameter in signature(getattr(ifdiscover, name)).parameters if parameter[0] != "_"}
        assert public <= known, name


def test_an_interface_is_found_by_its_name_or_its_index() -> None:
    """An unknown one names those that there are."""
    equal = "eth0 ".strip()  # and not the same object
    assert HOST.interface(equal) is HOST.interface(2) is HOST.interfaces[0]
    with pytest.raises(
        errors.UnknownInterfaceError, match='no interface is called "eth9"; this host has eth0; did you mean eth0'
    ):
        HOST.interface("eth9")
    with pytest.raises(errors.UnknownInterfaceError, match=r"no interface has index 9; this host has 2 \(eth0\)$"):
        HOST.interface(9)
    assert HOST.addresses_of("eth0") == HOST.addresses_of(2) == HOST.addresses
    with pytest.raises(errors.UnknownInterfaceError, match="none"):
        host().interface("lo")


def test_addresses_of_every_interface_cost_one_look_at_all_of_them() -> None:
    """Counted: the host's addresses are gone through once, however often they are asked for."""
    looked = 0

    class Counted(tuple):  # type: ignore[type-arg]  # of addresses
        __slots__ = ()

        def __iter__(self) -> Any:
            nonlocal looked
            looked += 1
            return super().__iter__()

    interfaces = tuple(ETH0._replace(name=f"eth{n}", index=n + 1) for n in range(50))
    made = Host(
        interfaces,
        Counted(address(f"192.0.2.{n}")._replace(interface=interface) for n, interface in enumerate(interfaces)),
        "test",
    )
    assert [str(a) for interface in interfaces for a in made.addresses_of(interface)] == list(map(str, made.addresses))
    assert looked == 2  # once to group them, once for this test's own list


def test_an_address_tells_its_values_as_objects_of_ipaddress() -> None:
    """Or None; the bytes have names of their own."""
    plain, tunnel, six = HOST.addresses
    assert plain.netmask == ipaddress.ip_address("255.255.255.0")
    assert (plain.broadcast, plain.peer) == (None, None)
    assert tunnel.peer == ipaddress.ip_address("10.8.0.2")
    assert six.netmask == ipaddress.ip_address("ffff:ffff:ffff:ffff::")
    assert (plain.cidr, six.cidr) == ("192.0.2.1/24", "2001:db8::1/64")
    assert address("192.0.2.1").netmask is None
    with pytest.raises(errors.NetmaskError, match="null"):
        _ = address("192.0.2.1").cidr
    assert plain._replace(packed_broadcast=bytes([192, 0, 2, 255])).broadcast == ipaddress.ip_address("192.0.2.255")


def test_an_interfaces_link_layer_address_is_a_text() -> None:
    """None where there is none."""
    assert Interface("eth0", hardware_address=bytes.fromhex("02005e100001")).mac == "02:00:5e:10:00:01"
    assert Interface("tun0", hardware_address=b"").mac is None
    assert Interface("eth0").mac is None


def test_a_route_tells_its_first_hop_and_has_them_all() -> None:
    """Its gateway may be of the other family (RFC 8950), or none."""
    hops = (NextHop(socket.inet_pton(V6, "fe80::1"), "eth0"), NextHop(None, "tun0"))
    route = Route(V4, hops, is_default=True, metric=100, packed_source=bytes([192, 0, 2, 1]))
    assert (route.gateway, route.interface_name) == (ipaddress.ip_address("fe80::1"), "eth0")
    assert route.source == ipaddress.ip_address("192.0.2.1")
    assert [hop.gateway for hop in route.next_hops] == [ipaddress.ip_address("fe80::1"), None]
    assert repr(route) == "Route(default IPv4 by fe80::1 on 'eth0', no router on 'tun0')"
    assert Route(V6, hops[1:], is_default=False).source is None


def test_reprs_are_short() -> None:
    """A list of thousands too: each value in its own words, and how many there are."""
    many = host(*(address(f"10.{n // 256}.{n % 256}.1", "255.255.255.0") for n in range(1000)))
    networks = ifdiscover.mynetworks(many, style="subnet")
    listed = ifdiscover.match_list_of(networks)
    destinations = ifdiscover.own_addresses(many)
    assert repr(many) == "Host(backend='test', interfaces=1, addresses=1000)"
    assert repr(many.addresses[0]) == "Address('10.0.0.1/24', interface='eth0')"
    assert repr(address("10.0.0.1")) == "Address('10.0.0.1', interface='eth0')"
    assert repr(networks[0]) == "Network('10.0.0.0/24')"
    assert repr(networks).startswith("Networks('10.0.0.0/24 10.0.1.0/24")
    finding = ifdiscover.check(mynetworks="10.0.0.1/8")[0]
    assert repr(finding) == "Finding('host-bits', parameter='mynetworks', element='10.0.0.1/8', place='column 1')"
    assert repr(listed.decide("10.0.0.1").element) == "Element('10.0.0.0/24', place='10.0.0.1 on eth0')"
    for value in (networks, listed, destinations):
        assert repr(value).count("and 995 more") == 1
        assert len(repr(value)) < 120


def test_a_host_prints_as_a_table() -> None:
    """Whoever named its interfaces."""
    odd = HOST.addresses[0]._replace(interface=ETH0._replace(name="a\x1b[31m"))
    lines = str(HOST._replace(addresses=(odd, *HOST.addresses))).splitlines()
    assert lines[0].split() == ["interface", "state", "address", "scope", "peer", "flags", "netmask"]
    assert lines[1].split()[:3] == ["a\\x1b[31m", "up", "192.0.2.1/24"]
    assert len(lines) == 5


def test_help_tells_each_field_and_nothing_of_tuples() -> None:
    """Each in its record's docstring."""
    records: list[Any] = [getattr(ifdiscover, name) for name in RECORDS]
    for record in records:
        if isinstance(record, type) and hasattr(record, "_fields"):
            told = re.findall(r"(?m)^    (\w+): ", inspect.cleandoc(record.__doc__ or ""))
            assert [name for name in told if name in record._fields] == list(record._fields), record
            shown = pydoc.plain(pydoc.render_doc(record))
            assert "Alias for field" not in shown
            assert "Return number of occurrences" not in shown


def test_help_of_the_package_fits_a_few_screens() -> None:
    """It is what the docstrings of functions say, and no methods of tuples. Python 3.13 gives each parameter a line."""
    assert len(pydoc.plain(pydoc.render_doc(ifdiscover)).splitlines()) < (600 if sys.version_info >= (3, 13) else 500)


def json_terms(schema: Any) -> set[str]:
    """The names of all fields in a JSON schema, but for those that hold the bytes of another."""
    if isinstance(schema, list):
        return set().union(*map(json_terms, schema))
    if not isinstance(schema, dict):
        return set()
    own = {name for name in schema.get("properties", {}) if not name.endswith("_hex")}
    return own.union(*(json_terms(value) for value in schema.values()))


def test_the_glossary_has_each_term_once() -> None:
    """Of the records and of the documents that are written now, and no other."""
    rows = re.findall(r"(?m)^\| `(\w+)` \|", ROOT.joinpath("docs/glossary.md").read_text())
    assert sorted(rows) == sorted(set(rows))
    terms = json_terms([schema for name, schema in SCHEMAS.items() if name != "snapshot-1.json"])
    for name in (*CALLED, *RECORDS):
        value = getattr(ifdiscover, name)
        if isinstance(value, type):
            terms |= {found for found in dir(value) if not found.startswith("_")} | set(getattr(value, "_fields", ()))
    assert terms - set(rows) == set(), "add a row for each to docs/glossary.md"
    assert set(rows) - terms == set(), "nothing has these: take their rows out of docs/glossary.md"


def test_an_address_is_asked_for_in_any_form() -> None:
    """In a list of addresses, and of a host's destinations; what is no address is an error, and not absent."""
    own: Any = ifdiscover.own_addresses(HOST)
    for address_of in (HOST.addresses[0], HOST.addresses[0].ip, "192.0.2.1"):
        assert address_of in own
        assert ifdiscover.LocalDestinations(HOST).decide(address_of).is_local
        assert ifdiscover.is_local_destination(address_of, host=HOST)
    assert "192.0.2.9" not in own
    assert HOST.addresses[0]._replace(prefixlen=25) not in own
    with pytest.raises(ValueError, match="is not an address"):
        _ = "192.0.2" in own
    with pytest.raises(TypeError, match="and not int"):
        _ = 7 in own


def test_a_snapshot_in_place_of_its_file_is_told_apart() -> None:
    """Without the whole of it in the message."""
    with pytest.raises(errors.RecordingInputError, match="file: cannot be read: this is a text of several lines"):
        ifdiscover.replay(ifdiscover.snapshot(HOST))


@pytest.mark.parametrize(
    "error",
    [
        errors.UnavailableError("netlink", "no pyroute2"),
        errors.NoBackendError(["one", "two"]),
        errors.ConfigFileError("open", "/etc/postfix/main.cf", "Permission denied", 13),
        errors.MacroError("bad", "mend it", "warned"),
        errors.StyleError("bad", "mend it"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_survives_copying_and_pickling(error: errors.IfdiscoverError) -> None:
    """As in a pool of processes, which passes it on."""
    for again in (copy.copy(error), pickle.loads(pickle.dumps(error))):
        assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))
        assert again.lines == error.lines
        assert again.status == error.status


def test_a_record_can_be_subclassed() -> None:
    """With methods, and with a constructor of its own, which runs each time."""
    made = []

    class Counted(Interface):
        def __new__(cls, *values: Any, **named: Any) -> Any:
            made.append(cls)
            return super().__new__(cls, *values, **named)

        note: str = "x"

    for number in range(3):
        assert Counted("eth0", index=number) == Interface("eth0", index=number)
    assert (len(made), Counted._fields, type(Interface("lo"))) == (3, Interface._fields, Interface)


LONE = [
    "\ud800",
    "[\ud800]",
    "u@[\ud800]",
    "10.0.0.0/8\ud800",
    "/\ud800",
    "cidr:/\ud800",
    "inline:{\ud800=x}",
    "$\ud800",
]


@pytest.mark.parametrize("text", LONE)
def test_a_surrogate_that_stands_for_no_byte_is_a_text_like_others(text: str) -> None:
    """Every public function that takes a text takes it, or raises its own error."""
    here = ifdiscover.discover()
    calls: list[Callable[[], object]] = [
        lambda: ifdiscover.MatchList(text).decide("10.0.0.1", name=text),
        lambda: ifdiscover.LocalDestinations(here).decide(text),
        lambda: ifdiscover.discover(text),
        lambda: ifdiscover.discover(netns=text),
        *(
            partial(ifdiscover.check, host=here, **dict[str, Any]({name: text}))
            for name in ("config_directory", "mynetworks")
        ),
        *(
            partial(function, host=here, config_directory=text, **more)
            for function, more in (
                (ifdiscover.explain_mynetworks, dict[str, Any]()),
                (ifdiscover.trusted_clients, dict[str, Any]()),
                (ifdiscover.service_verdicts, dict[str, Any](client="10.0.0.1")),
            )
        ),
        *(
            partial(ifdiscover.own_addresses, here, **dict[str, Any]({name: text}))
            for name in ("inet_interfaces", "inet_protocols")
        ),
    ]
    for call in calls:
        with contextlib.suppress(errors.IfdiscoverError):
            repr(call())
