"""netlink: pyroute2's socket under our decoder, and the way into other network namespaces."""

from __future__ import annotations

import os
import pathlib
import sys

import pytest
from support.namespaces import Namespace
from support.need import need
from support.shapes import SHAPES

from ifdiscover._backends.netlink import via_pyroute2
from ifdiscover.errors import DiscoveryError, NotPermittedError, UnavailableError


def test_without_pyroute2_it_is_unavailable_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where only the standard library is."""
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    assert via_pyroute2.unavailable() == "pyroute2 is not installed; try: pip install 'ifdiscover[pyroute2]'"


@pytest.mark.parametrize("number", [1, 13, 97])
def test_a_refused_socket_is_a_clear_error(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """Permission is told from other reasons."""

    def refuse() -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(via_pyroute2, "Channel", refuse)
    with pytest.raises(DiscoveryError, match=f"netlink: {os.strerror(number)}") as raised:
        via_pyroute2.read()
    assert (type(raised.value) is NotPermittedError) == (number != 97)


def test_a_pyroute2_that_cannot_be_imported_is_unavailable(
    monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path
) -> None:
    """As with a Python that was built without _sqlite3."""
    (tmp_path / "pyroute2.py").write_text("raise ImportError('No module named _sqlite3')")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "pyroute2", raising=False)
    with pytest.raises(UnavailableError, match="pyroute2 cannot be imported: No module named _sqlite3"):
        via_pyroute2.read()


NO_NETLINK = """
import ctypes, struct, sys
# A filter as a container runtime installs it: socket(AF_NETLINK, ...) fails with EPERM, all else passes.
libc = ctypes.CDLL(None, use_errno=True)
program = b"".join(struct.pack("HBBI", *line) for line in (
    (0x20, 0, 0, 0), (0x15, 0, 3, 41), (0x20, 0, 0, 16), (0x15, 0, 1, 16),
    (0x06, 0, 0, 0x50001), (0x06, 0, 0, 0x7FFF0000),
))
buffer = ctypes.create_string_buffer(program)
header = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(buffer))
assert libc.prctl(38, 1, 0, 0, 0) == 0
assert libc.prctl(22, 2, ctypes.c_char_p(header), 0, 0) == 0
from ifdiscover._cli import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.netns
def test_where_netlink_is_refused_ioctl_answers(namespace: Namespace) -> None:
    """Seccomp takes rtnetlink, getifaddrs and netlink away together; the refusals are kept and shown on asking."""
    if os.uname().machine != "x86_64":
        need("the filter is written for x86_64")
    namespace.build(SHAPES["one address of each family"].steps)
    whole = namespace.ifdiscover("addresses").stdout
    done = namespace.run([sys.executable, "-c", NO_NETLINK, "addresses", "-v"])
    assert sorted(done.stdout.splitlines()) == sorted(whole.splitlines())
    for backend in ("rtnetlink", "getifaddrs", "netlink"):
        assert f"ifdiscover: skipped: {backend}: Operation not permitted\n" in done.stderr
    assert "ifdiscover: backend ioctl: " in done.stderr
    done = namespace.run([sys.executable, "-c", NO_NETLINK, "--backend", "rtnetlink"], check=False)
    assert (done.returncode, done.stdout) == (77, "")
