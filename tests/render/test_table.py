"""Tables and colours for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from support.made import ETH0, address, host
from support.program import in_process

from ifdiscover import mynetworks
from ifdiscover._columns import coloured, columns, display_width
from ifdiscover._names import encodable
from ifdiscover._render.table import long_addresses, style_lines

if TYPE_CHECKING:
    from ifdiscover.model import Address


def sample() -> list[Address]:
    """Addresses of which everything is known, and one of which nothing is."""
    tun = ETH0._replace(name="tun0", index=7)
    down = ETH0._replace(name="eth9", flags=0)
    unknown = ETH0._replace(name="x", flags=None)
    known: dict[str, Any] = {"scope": "global", "flags": 0x80}
    return [
        address("192.0.2.1", "255.255.255.0", **known),
        address("10.8.0.1", "255.255.255.255", packed_peer=bytes([10, 8, 0, 2]), **known)._replace(interface=tun),
        address("2001:db8::1", "ffff:ffff:ffff:ffff::", scope="global", flags=0x21),
        address("fe80::1", "ffff:ffff:ffff:ffff::", scope="link", scope_id=2, flags=0),
        address("10.0.0.1", "255.0.255.0", label="eth0:1"),
        address("198.51.100.1")._replace(interface=down),
        address("2001:db8::2", "ffff::", netmask_origin="assumed")._replace(interface=unknown),
    ]


def test_the_long_table() -> None:
    """Interface by interface, aligned, unknown told from absent."""
    assert list(long_addresses(sample())) == [
        "interface  state  address               scope   peer      flags                 netmask",
        "eth0       up     192.0.2.1/24          global  -         permanent             kernel",
        "eth0       up     2001:db8::1/64        global  -         temporary,deprecated  kernel",
        "eth0       up     fe80::1%2/64          link    -         -                     kernel",
        "eth0:1     up     10.0.0.1/255.0.255.0  ?       -         ?                     kernel",
        "tun0       up     10.8.0.1/32           global  10.8.0.2  permanent             kernel",
        "eth9       down   198.51.100.1          ?       -         ?                     null",
        "x          ?      2001:db8::2/16        ?       -         ?                     assumed",
    ]


def test_columns_are_aligned_as_a_terminal_shows_them() -> None:
    """A wide character takes two columns, one that combines none."""
    lines = list(columns([["a", "x"], ["\u7db2", "x"], ["e\u0301e", "x"]]))
    assert lines == ["a   x", "\u7db2  x", "e\u0301e  x"]
    assert [display_width(line) for line in lines] == [5, 5, 5]


def test_a_label_that_is_no_name_of_its_interface_does_not_pass_for_one() -> None:
    """It stands behind the interface's."""
    (_, line) = long_addresses([address("192.0.2.1", "255.255.255.0", label="eth9")])
    assert line.startswith("eth0 (eth9)  up")


def test_nothing_in_a_table_is_raw() -> None:
    """Not a scope either, whoever made the record."""
    one = address("192.0.2.1", "255.255.255.0", scope="\x1b[31m", label="\u0301")
    assert "".join(long_addresses([one])).isprintable()
    assert "eth0 (\\u0301)" in list(long_addresses([one]))[1]


def test_a_hundred_interfaces_stay_aligned() -> None:
    """And no line ends in blanks."""
    many = [
        address(f"192.0.2.{n}", "255.255.255.0")._replace(interface=ETH0._replace(name="n" * (n % 15 + 1), index=n + 1))
        for n in range(100)
    ]
    lines = list(long_addresses(many))
    assert len(lines) == 101
    assert len({line.index("192.0.2.") for line in lines[1:]}) == 1
    assert all(line == line.rstrip() for line in lines)


def test_colours_change_nothing_but_colour() -> None:
    """Without the escapes, the coloured table is the plain one."""
    import re

    painted = "\n".join(long_addresses(sample(), coloured))
    assert painted.count("\x1b[3") == 9
    assert "\x1b[33m" not in painted  # yellow cannot be read on white
    assert re.sub(r"\x1b\[\d*m", "", painted) == "\n".join(long_addresses(sample()))


@pytest.mark.parametrize(
    ("terminal", "environment", "wanted"),
    [
        (True, {"TERM": "xterm"}, True),
        (False, {"TERM": "xterm"}, False),
        (True, {"TERM": "dumb"}, False),
        (True, {}, False),
        (True, {"TERM": "xterm", "NO_COLOR": "1"}, False),
        (True, {"TERM": "xterm", "NO_COLOR": ""}, True),
    ],
)
def test_colours_are_for_terminals(
    terminal: bool, environment: dict[str, str], wanted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Never in a file, never against NO_COLOR."""
    from ifdiscover._cli import output

    for name in ("TERM", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.stdout.isatty", lambda: terminal, raising=False)
    assert output.colours_wanted() is wanted


def test_the_three_styles_show_their_difference() -> None:
    """What not all styles have is highlighted; without colours each line is postconf's."""
    made = host(address("192.0.2.1", "255.255.255.255"), address("10.1.2.3", "255.255.255.0"))
    answers = [mynetworks(made, style=style) for style in ("subnet", "host")]
    assert list(style_lines(answers, value_only=False)) == [
        "subnet  mynetworks = 192.0.2.1/32 10.1.2.0/24",
        "host    mynetworks = 192.0.2.1/32 10.1.2.3/32",
    ]
    assert list(style_lines(answers, value_only=True, paint=coloured)) == [
        "subnet  192.0.2.1/32 \x1b[1;4m10.1.2.0/24\x1b[0m",
        "host    192.0.2.1/32 \x1b[1;4m10.1.2.3/32\x1b[0m",
    ]


def test_long_is_a_form_of_its_own() -> None:
    """One form at a time."""
    assert in_process("addresses", "--format", "table", "--json")[0] == 64


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_columns_stand_under_each_other_whatever_the_encoding_lacks(encoding: str) -> None:
    """A character that is escaped takes the room of its escape."""
    wide = columns([["a", "b"], ["\u00e9", "c"]], lambda text, _colour: encodable(text, encoding))
    first, second = wide
    assert first.index("b") == second.index("c")
    assert second.startswith("\u00e9" if encoding == "utf-8" else "\\u00e9")
