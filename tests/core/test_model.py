"""The model: immutable, hashable, typed, cheap to import."""

from __future__ import annotations

import inspect
import ipaddress
import pickle
import pkgutil
import subprocess
import sys
from typing import get_type_hints

import pytest
from support.made import ETH0, address
from support.namespaces import environment

import ifdiscover
from ifdiscover.errors import IfdiscoverError, NetmaskError
from ifdiscover.model import Address, Host, Interface


def test_records_are_immutable_hashable_values() -> None:
    """Equal fields make equal records, and no field can be set."""
    one, two = address("192.0.2.1", "255.255.255.0"), address("192.0.2.1", "255.255.255.0")
    assert one == two
    assert hash(one) == hash(two)
    assert pickle.loads(pickle.dumps(one)) == one
    for record in (one, ETH0, Host((ETH0,), (one,), "test")):
        for name in (record._fields[0], "new"):
            with pytest.raises(AttributeError):
                setattr(record, name, None)


@pytest.mark.parametrize("record", [Address, Host, Interface])
def test_records_are_namedtuples_of_their_annotations(record: type) -> None:
    """Record does what typing.NamedTuple would: the annotations, in order, are the fields."""
    fields = Host.__base__ if record is Host else record
    names = [name for name in fields.__annotations__ if name != "return"]
    assert list(record._fields) == names  # type: ignore[attr-defined]  # a namedtuple's
    if sys.version_info >= (3, 10):  # before, "int | None" is no type at run time
        assert set(names) <= set(get_type_hints(record))


def test_type_hints_of_functions_are_text() -> None:
    """As docs/library.md says: their names are imported for type checkers alone."""
    assert inspect.signature(ifdiscover.discover).return_annotation == "Host"
    with pytest.raises(NameError if sys.version_info >= (3, 10) else TypeError):
        get_type_hints(ifdiscover.discover)


def test_ipaddress_objects_are_made_on_demand() -> None:
    """Address, network and both together, in the standard library's types, host bits cleared."""
    one = address("2001:db8::1", "ffff:ffff:ffff:ffff::", scope_id=3)
    assert one.ip == ipaddress.ip_address("2001:db8::1")
    assert one.network == ipaddress.ip_network("2001:db8::/64")
    assert one.ip_interface == ipaddress.ip_interface("2001:db8::1/64")
    assert str(one) == "2001:db8::1"


@pytest.mark.parametrize(("mask", "why"), [(None, "null"), ("255.0.255.0", "255.0.255.0, which is not contiguous")])
def test_without_a_prefixlen_there_is_no_network(mask: str | None, why: str) -> None:
    """A null netmask or one with holes is never taken for a network."""
    with pytest.raises(NetmaskError, match=why):
        _ = address("10.1.2.3", mask).network
    with pytest.raises(NetmaskError, match="eth0"):
        _ = address("10.1.2.3", mask).ip_interface


def test_a_host_knows_the_addresses_of_an_interface() -> None:
    """In the kernel's order."""
    other = ETH0._replace(name="eth1")
    mine, theirs = address("192.0.2.1"), address("192.0.2.2")._replace(interface=other)
    host = Host((ETH0, other), (theirs, mine, theirs), "test")
    assert host.addresses_of(other) == (theirs, theirs)
    assert host.addresses_of(ETH0._replace()) == (mine,)


def test_an_interface_without_addresses_has_not_those_of_another_with_its_name() -> None:
    """A reading may have a name twice, if an interface was renamed meanwhile."""
    twin = ETH0._replace(index=3)
    assert Host((ETH0, twin), (address("192.0.2.1"),), "test").addresses_of(twin) == ()


def test_flags_unknown_means_up_unknown() -> None:
    """A backend that cannot tell does not make an interface down."""
    assert Interface("x").is_up is None
    assert Interface("x", flags=0x40).is_up is False  # IFF_RUNNING alone


def test_every_error_has_its_place_and_status() -> None:
    """The tree at the head of errors.py is the tree of the classes, with their statuses."""
    from ifdiscover import errors

    drawn = {}
    for line in (errors.__doc__ or "").splitlines():
        words = line.split()
        if words and words[0].endswith("Error"):
            drawn[words[0]] = int(words[1]) if len(words) > 1 and words[1].isdigit() else None
    classes = {n: c for n, c in vars(errors).items() if isinstance(c, type) and issubclass(c, IfdiscoverError)}
    assert set(drawn) == set(classes)
    assert all(status in (None, classes[name].status) for name, status in drawn.items())


def test_every_module_imports_alone() -> None:
    """No module leans on another having been imported first."""
    names = [
        m.name for m in pkgutil.walk_packages(ifdiscover.__path__, "ifdiscover.") if m.name != "ifdiscover.__main__"
    ]
    assert "ifdiscover._backends.libc.getifaddrs" in names
    for name in names:
        subprocess.run([sys.executable, "-c", f"import {name}"], check=True, env=environment())
