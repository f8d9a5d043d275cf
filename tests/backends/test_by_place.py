"""Records that are made by place, for speed, where no checker sees that a field is missing or stands elsewhere."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

import pytest
from support.namespaces import ROOT

from ifdiscover._backends.libc.getifaddrs import UNKNOWN_FIELDS
from ifdiscover._postfix.mynetworks import Network
from ifdiscover.model import Address, Interface

if TYPE_CHECKING:
    from collections.abc import Iterator

FIELDS: dict[Any, str] = {
    Interface: "name index flags mtu hardware_address set_apart kind master",
    Address: "interface family packed prefixlen packed_netmask netmask_origin scope_id packed_broadcast packed_peer "
    "label scope flags protocol preferred_lifetime valid_lifetime",
    Network: "family packed prefixlen sources",
}
MAKERS = {
    Interface: {"backends/netlink/messages.py", "backends/libc/getifaddrs.py"},
    Address: {
        "backends/netlink/messages.py",
        "backends/libc/getifaddrs.py",
        "backends/recorded/evident.py",
        "backends/recorded/ip/evident.py",
    },
    Network: {"ifdiscover/_postfix/mynetworks.py"},
}
by_place = pytest.mark.parametrize("record", FIELDS, ids=lambda record: record.__name__)


def made(name: str) -> Iterator[tuple[str, int]]:
    """Each place in the source that hands ``tuple.__new__`` a record of that name: the file, and how many values."""
    for path in sorted({*ROOT.joinpath("backends").rglob("*.py"), *ROOT.joinpath("ifdiscover").rglob("*.py")}):
        file = path.relative_to(ROOT).as_posix()
        text = path.read_text()
        if "tuple.__new__" not in text or file.startswith("ifdiscover/_backends/"):
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and len(node.args) == 2:
                kind, values = node.args
                if isinstance(kind, ast.Name) and kind.id == name and isinstance(values, ast.Tuple):
                    yield file, sum(len(UNKNOWN_FIELDS) if isinstance(v, ast.Starred) else 1 for v in values.elts)


@by_place
def test_a_change_of_fields_reaches_those_who_make_the_record_by_place(record: Any) -> None:
    """Whoever changes the fields reads here what else to change."""
    assert " ".join(record._fields) == FIELDS[record], (
        f"the fields of {record.__name__} changed: it is made by place in {' and in '.join(sorted(MAKERS[record]))}; "
        "change these too, and then FIELDS in this test"
    )


@by_place
def test_who_makes_a_record_by_place_gives_it_as_many_values_as_it_has_fields(record: Any) -> None:
    """And is named in the table above."""
    found = list(made(record.__name__))
    assert {file for file, _count in found} == MAKERS[record]
    for file, count in found:
        assert count == len(record._fields), f"{file} gives {record.__name__} {count} values"


def test_whoever_makes_records_by_place_is_known() -> None:
    """No other file does it."""
    files = {*ROOT.joinpath("backends").rglob("*.py"), *ROOT.joinpath("ifdiscover").rglob("*.py")}
    found = {path.relative_to(ROOT).as_posix() for path in files if "tuple.__new__" in path.read_text()}
    # One makes every record; the other copies whole ones, with other values at places that it asks the record for.
    others = {"ifdiscover/_record.py", "backends/netlink/address_runs.py"}
    assert {file for file in found if not file.startswith("ifdiscover/_backends/")} == others.union(*MAKERS.values())
