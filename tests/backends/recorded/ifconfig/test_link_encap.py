"""``NAME  Link encap:TYPE``: ifconfig of net-tools before 2.0, of BusyBox, and of GNU inetutils."""

from __future__ import annotations

import pytest
from support.ifconfig_texts import read

from ifdiscover.errors import RecordingError
from ifdiscover.model import IFF_BROADCAST, IFF_UP

COUNTS = {
    "net-tools": "          RX bytes:1 (1.0 B)  TX bytes:2 (2.0 B)\n",
    "inetutils": "          RX bytes:1  TX bytes:2\n",
}
LO = (
    "lo        Link encap:Local Loopback  \n          inet addr:127.0.0.1  Mask:255.0.0.0\n"
    "          UP LOOPBACK RUNNING  MTU:65536  Metric:1\n\n"
)
FLAGS = "          UP BROADCAST  MTU:1500  Metric:1\n"


def stanza(name: str, number: int, *, more: str = "") -> str:
    """An interface, or an address of one, by its label."""
    address = f"          inet addr:192.0.2.{number}  Bcast:192.0.2.255  Mask:255.255.255.0\n"
    return f"{name:<9} Link encap:Ethernet  HWaddr 02:00:5E:10:00:0{number}  \n{address}{more}{FLAGS}\n"


@pytest.mark.parametrize("counts", COUNTS.values(), ids=COUNTS)
def test_labels_repeats_and_families_are_those_of_linux(counts: str) -> None:
    """An interface has all its labels; a name that was cut comes again; IPv4 comes first, as in the kernel."""
    six = "          inet6 addr: 2001:db8::1/64 Scope:Global\n"
    host = read(
        LO.replace("\n\n", f"\n{counts}\n")
        + stanza("eth0", 1, more=six)
        + stanza("eth0:1", 2)
        + stanza("verylongn", 3)
        + stanza("verylongn", 4)
    )
    assert [(one.interface.name, str(one), one.label) for one in host.addresses] == [
        ("lo", "127.0.0.1", None),
        ("eth0", "192.0.2.1", None),
        ("eth0", "192.0.2.2", "eth0:1"),
        ("verylongn", "192.0.2.3", None),
        ("verylongn", "192.0.2.4", None),
        ("eth0", "2001:db8::1", None),
    ]
    assert [(one.name, one.flags) for one in host.interfaces[1:]] == [
        ("eth0", IFF_UP | IFF_BROADCAST),
        ("verylongn", IFF_UP | IFF_BROADCAST),
    ]


@pytest.mark.parametrize("count", [1, 2, 3])
def test_names_that_were_cut_to_one_are_told(count: int) -> None:
    """With how many they are."""
    host = read(LO + "".join(stanza("verylongn", 1 + number) for number in range(count)))
    told = [warning for warning in host.warnings if "cut their names" in warning]
    assert [warning.partition(" interfaces")[0] for warning in told] == [f"verylongn: {count}"] * (count > 1)


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("inet addr:192.0.2.1  Foo:1  Mask:255.255.255.0", "inet must be followed by addr:, P-t-P:, Bcast: and Mask:"),
        ("inet addr:192.0.2.1  netmask  Mask:255.255.255.0", "inet must be followed by addr:, P-t-P:, Bcast: and Mask"),
        ("inet addr:192.0.2.1  Mask:255.0.0.0  Mask:255.0.0.0", "each once"),
        ("inet Mask:255.255.255.0", "inet must be followed by addr:"),
        ("inet addr:192.0.2.1  Bcast:192.0.2.255", "inet must have a Mask:"),
    ],
)
def test_an_address_is_told_in_known_words_or_refused(line: str, rule: str) -> None:
    """Each of them says what it is."""
    with pytest.raises(RecordingError, match=rule):
        read(f"{LO}eth0      Link encap:Ethernet\n          {line}\n{FLAGS}")


def test_a_text_without_a_newline_at_its_end_is_whole_if_the_mask_is_there() -> None:
    """Otherwise it may have been cut off."""
    head = f"{LO}eth0      Link encap:Ethernet\n{FLAGS}          inet addr:192.0.2.1"
    assert str(read(f"{head}  Mask:255.255.255.0").addresses[-1]) == "192.0.2.1"
    with pytest.raises(RecordingError, match="end the text with a newline"):
        read(f"{head}  Bcast:192.0.2.255")


def test_only_behind_flags_stands_the_metric() -> None:
    """A line that begins with it tells no flags."""
    plain = LO + stanza("eth0", 1)
    assert read(plain + "          Metric:7\n").interfaces == read(plain).interfaces
