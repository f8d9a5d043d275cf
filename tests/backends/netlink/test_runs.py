"""Runs of messages: what is read of many at once is what is read of each by itself."""

from __future__ import annotations

import struct
import sys
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest
from hypothesis import example, given, settings, strategies as st
from support.counting import calls
from support.examples import examples
from support.kernels.netlink import done, ipv4, link, message, newaddr
from support.shapes import SHAPES

from ifdiscover._backends.netlink import messages, runs
from ifdiscover.errors import DiscoveryError

if TYPE_CHECKING:
    from support.namespaces import Namespace

SEQUENCE = 0  # as the support makes messages
NEVER = sys.maxsize
LINKS = link(1, b"lo") + link(2, b"eth0")


def decoded(many: int, *datagrams: bytes) -> object:
    """A reading, or the error's text, if it takes so many messages for a run, and as many to learn their layout."""
    links: list[runs.Run] = []
    found: list[runs.Run] = []
    with mock.patch.multiple(messages, MANY=many, FEW=many):
        try:
            messages.collect(LINKS, SEQUENCE, messages.RTM_NEWLINK, links)
            ends = [messages.collect(one, SEQUENCE, messages.RTM_NEWADDR, found) for one in datagrams]
            reading = messages.decode(links, found)
        except DiscoveryError as error:
            return str(error)
    # The body of the last message may lie anywhere in its datagram, and the flags of all count.
    return [tuple(one) for one in reading.addresses], reading.interfaces, reading.torn, ends


def one_by_one(*datagrams: bytes) -> object:
    """What it makes of them if there are no runs."""
    return decoded(NEVER, *datagrams)


BEFORE = st.binary(max_size=20)  # what stands before the first message


@given(st.binary(min_size=1, max_size=400), st.data())
def test_alike_is_what_a_comparison_of_each_message_gives(datagram: bytes, data: st.DataObject) -> None:
    """The first message is always like itself."""
    step = data.draw(st.integers(1, len(datagram)))
    count = len(datagram) // step
    places = data.draw(st.lists(st.integers(0, step - 1), max_size=4))
    rows = [[datagram[n * step + place] for place in places] for n in range(count)]
    wanted = next((n for n, row in enumerate(rows) if row != rows[0]), count)
    before = data.draw(BEFORE)
    assert runs.alike(before + datagram, len(before), step, count, places) == wanted


@given(st.binary(min_size=1, max_size=400), st.data())
def test_alike_but_is_what_a_comparison_of_all_other_places_gives(datagram: bytes, data: st.DataObject) -> None:
    """The last message may lack what lies between the messages."""
    few = bytes(byte % 7 == 0 for byte in datagram)  # so that most are equal
    step = data.draw(st.integers(1, len(few)))
    count = data.draw(st.integers(1, len(few) // step))
    size = data.draw(st.integers(1, step))
    places = data.draw(st.sets(st.integers(0, size - 1)))
    bodies = few[: (count - 1) * step + size]
    others = set(range(step)) - places
    wanted = all(bodies[n] == bodies[n % step] for n in range(len(bodies)) if n % step in others)
    assert runs.alike_but(bodies, step, count, places) == wanted


@given(st.binary(min_size=1, max_size=400), st.data())
def test_twins_is_what_a_comparison_in_each_message_gives(datagram: bytes, data: st.DataObject) -> None:
    """None, if the first message has no twins."""
    few = bytes(byte & 1 for byte in datagram)
    step = data.draw(st.integers(1, len(few)))
    count = len(few) // step
    pairs = data.draw(st.lists(st.tuples(st.integers(0, step - 1), st.integers(0, step - 1)), max_size=3))
    differ = (n for n in range(count) if any(few[n * step + a] != few[n * step + b] for a, b in pairs))
    before = data.draw(BEFORE)
    assert runs.twins(before + few, len(before), step, count, pairs) == next(differ, count)


@given(st.binary(min_size=1, max_size=200), st.data())
def test_a_column_is_the_field_of_each_message(datagram: bytes, data: st.DataObject) -> None:
    """The last message may end with the field."""
    size = data.draw(st.integers(1, len(datagram)))
    step = data.draw(st.integers(size, len(datagram)))
    count = (len(datagram) - size) // step + 1
    wanted = tuple(datagram[n * step : n * step + size] for n in range(count))
    formats: dict[tuple[int, int, int], struct.Struct] = {}
    before = data.draw(BEFORE)
    for _time in range(2):  # the second time with a format that is kept
        assert runs.column(before + datagram, len(before), step, count, size=size, formats=formats) == wanted


@pytest.mark.parametrize("place", range(8))
def test_messages_whose_heads_differ_are_not_planned(place: int) -> None:
    """A plan takes longer than a look at the head; and a run that is too short gets none either."""
    run = b"".join(bytes(place) + bytes([n]) + bytes(23 - place) for n in range(5))
    made = runs.cut((run, 0, 20, 24, 5), 3, lambda *_message: pytest.fail("it was planned"), {})
    made += runs.cut((bytes(48), 0, 20, 24, 2), 3, lambda *_message: pytest.fail("it was planned"), {})
    assert made == [
        *((run, start, start + 20, ()) for start in range(0, 120, 24)),
        *((bytes(48), start, start + 20, ()) for start in (0, 24)),
    ]


packed = st.one_of(st.binary(min_size=4, max_size=4), st.sampled_from([bytes(4), bytes([10, 0, 0, 1])]))
values = st.one_of(
    st.tuples(st.sampled_from([messages.IFA_ADDRESS, messages.IFA_LOCAL, messages.IFA_BROADCAST]), packed),
    st.tuples(st.just(messages.IFA_LABEL), st.sampled_from([b"eth0\0", b"eth0:1\0", b"lo\0"])),
    st.tuples(st.just(messages.IFA_FLAGS), st.sampled_from([b"\x80\0\0\0", b"\x81\0\0\0", b"\0\2"])),
    st.tuples(st.just(messages.IFA_CACHEINFO), st.sampled_from([b"\xff" * 16, bytes(16), b"\xff" * 8 + bytes(8)])),
    st.tuples(st.just(messages.IFA_PROTO), st.sampled_from([b"\3", b"\0", b""])),
    st.tuples(st.integers(0, 40), st.binary(max_size=6)),
)
heads = st.tuples(
    st.sampled_from([2, 2, 2, 2, 10, 28]),  # families
    st.sampled_from([24, 24, 24, 0, 32, 33, 128]),  # prefix lengths
    st.sampled_from([0, 0, 253, 254]),  # scopes
    st.sampled_from([2, 2, 2, 1, 9]),  # indexes
)
flags = st.sampled_from([2, 2, 2, 2, 2 | messages.NLM_F_DUMP_INTR])


@st.composite
def a_run(draw: st.DrawFn) -> bytes:
    """Messages of one layout, some of which have other values; the last one may lack its padding."""
    family, prefixlen, scope, index = draw(heads)
    attributes = draw(st.lists(values, max_size=5))
    mine = draw(st.booleans())
    made = []
    for n in range(draw(st.integers(1, 40))):
        own = bytes([10, 0, n, 1]) if family != 10 else bytes(15) + bytes([n])
        pairs = [(messages.IFA_ADDRESS, own), *([(messages.IFA_LOCAL, own)] if mine else []), *attributes]
        made.append(newaddr(index, family, prefixlen, pairs, scope=scope))
    for _ in range(draw(st.integers(0, 2))):  # a byte of one message is another one
        at = draw(st.integers(0, len(made) - 1))
        place = draw(st.integers(4, len(made[at]) - 1))
        made[at] = made[at][:place] + bytes([draw(st.integers(0, 255))]) + made[at][place + 1 :]
    return b"".join(made)


@st.composite
def a_datagram(draw: st.DrawFn) -> bytes:
    """Some runs, cut short now and then."""
    whole = b"".join(draw(st.lists(st.one_of(a_run(), st.just(message(99, b"1234"))), max_size=3)))
    return whole[: draw(st.integers(0, len(whole)))] if draw(st.integers(0, 4)) == 0 else whole


LABEL = (messages.IFA_LABEL, b"eth0\0")


@settings(max_examples=examples(300), deadline=None)
@given(st.lists(a_datagram(), max_size=3))
@example([b"".join(newaddr(2, 28, 0, [(99, b"")]) for _ in range(20))])
@example([b"".join(message(messages.RTM_NEWADDR, b"\2\x18") for _ in range(20))])
@example([b"".join(newaddr(2, 2, 24, [(messages.IFA_LOCAL, bytes([10, 0, n, 1])), LABEL]) for n in range(20))])
def test_a_run_is_decoded_as_its_messages_are_one_by_one(datagrams: list[bytes]) -> None:
    """Equal records and equal errors, however many messages it takes to make a run."""
    wanted = one_by_one(*datagrams)
    assert decoded(2, *datagrams) == wanted
    assert decoded(5, *datagrams) == wanted
    assert decoded(messages.MANY, *datagrams) == wanted


def six(n: int, cacheinfo: bytes = b"\xff" * 16) -> bytes:
    """An RTM_NEWADDR of an IPv6 address."""
    own = bytes.fromhex("20010db8") + n.to_bytes(12, "big")
    return newaddr(2, 10, 64, [(messages.IFA_ADDRESS, own), (messages.IFA_CACHEINFO, cacheinfo)])


def peer(n: int, other: int) -> bytes:
    """An RTM_NEWADDR of an IPv4 address with a peer, or with itself as the peer."""
    pairs = [(messages.IFA_ADDRESS, bytes([10, 1, other, 1])), (messages.IFA_LOCAL, bytes([10, 1, n, 1]))]
    return newaddr(2, 2, 32, pairs)


def broadcast(n: int, **more: Any) -> bytes:
    """An RTM_NEWADDR of an IPv4 address with its broadcast address."""
    own = bytes([10, 2, n, 1])
    pairs = [(messages.IFA_ADDRESS, own), (messages.IFA_LOCAL, own), (messages.IFA_BROADCAST, own[:3] + b"\xff")]
    return newaddr(2, 2, 24, [*pairs, LABEL], **more)


RUNS = {
    "addresses alone": [ipv4(2, bytes([10, 0, n, 1])) for n in range(40)],
    "broadcast addresses": [broadcast(n) for n in range(40)],
    "IPv6": [six(n) for n in range(40)],
    "times of configuration": [six(n, b"\xff" * 8 + struct.pack("=II", n, n)) for n in range(40)],
    "lifetimes": [six(n, struct.pack("=IIII", n, n, 0, 0)) for n in range(40)],
    "a peer in the midst": [peer(n, n if n != 20 else 77) for n in range(40)],
    "peers": [peer(n, n + 1) for n in range(40)],
    "a scope in the midst": [broadcast(n, scope=253 if n == 20 else 0) for n in range(40)],
    "an interface that is not there": [ipv4(9, bytes([10, 0, n, 1])) for n in range(40)],
    "one that is not there in the midst": [ipv4(9 if n == 20 else 2, bytes([10, 0, n, 1])) for n in range(40)],
    "an address twice": [ipv4(2, bytes([10, 0, n % 30, 1])) for n in range(40)],
    "the highest address first": [broadcast(39 - n) for n in range(40)],
    "addresses in no order": [broadcast(n * 7 % 40) for n in range(40)],
    "an address twice, far from itself": [*(broadcast(n) for n in range(40)), *(broadcast(n) for n in range(30, 60))],
    "addresses between those of a run": [*(broadcast(2 * n) for n in range(40)), ipv4(2, bytes([10, 2, 7, 1]))],
    "one of a run again, alone": [*(broadcast(n) for n in range(40)), ipv4(1, bytes([10, 2, 7, 1]))],
    "one of a run again, with its label, alone": [*(broadcast(n) for n in range(40)), six(1), broadcast(7)],
    "the last prefix length": [ipv4(2, bytes([10, 0, n, 1]), 24 if n < 39 else 33) for n in range(40)],
    "all prefix lengths": [ipv4(2, bytes([10, 0, n, 1]), 33) for n in range(40)],
    "both families": [one for n in range(40) for one in (ipv4(2, bytes([10, 0, n, 1])), six(n))],
    "an end": [*(broadcast(n) for n in range(20)), done(), *(broadcast(n) for n in range(20))],
    "a wrong length": [*(broadcast(n) for n in range(20)), broadcast(20)[:30]],
}


@pytest.mark.parametrize("name", RUNS)
def test_whatever_is_unusual_in_a_run_is_seen(name: str) -> None:
    """In the first message, in the midst, in the last one, and in all."""
    whole = b"".join(RUNS[name])
    assert decoded(messages.MANY, whole) == one_by_one(whole)
    assert decoded(2, whole[:-2], whole) == one_by_one(whole[:-2], whole)


def test_padding_is_no_part_of_a_message() -> None:
    """Each message says that it ends where its label does, and there the last one ends."""
    whole = [broadcast(n) for n in range(20)]
    datagram = b"".join(struct.pack("=I", len(one) - 3) + one[4:] for one in whole)[:-3]
    assert len(packed_of(datagram)) == 20
    assert decoded(messages.MANY, datagram) == one_by_one(datagram)
    assert packed_of(datagram) == packed_of(b"".join(whole))


def packed_of(datagram: bytes) -> list[bytes]:
    """The addresses of a datagram."""
    found: list[runs.Run] = []
    messages.collect(datagram, SEQUENCE, messages.RTM_NEWADDR, found)
    links: list[runs.Run] = []
    messages.collect(LINKS, SEQUENCE, messages.RTM_NEWLINK, links)
    return [address.packed for address in messages.decode(links, found).addresses]


@pytest.mark.netns
@pytest.mark.parametrize("name", SHAPES)
def test_every_shape_of_host_is_the_same_with_runs_and_without(name: str, namespace: Namespace) -> None:
    """With the shortest runs that there can be, with the usual ones, and with none."""
    namespace.build(SHAPES[name].steps)
    code = (
        "import sys, ifdiscover\n"
        "from ifdiscover._backends.netlink import messages\n"
        "found = []\n"
        "for many in (2, messages.MANY, sys.maxsize):\n"
        "    messages.MANY = messages.FEW = many\n"
        "    host = ifdiscover.discover('rtnetlink')\n"
        # Lifetimes go down between two readings.
        "    found.append([tuple(host.interfaces), [tuple(a)[:13] for a in host.addresses]])\n"
        "assert found[0] == found[1] == found[2], found\n"
    )
    namespace.run([sys.executable, "-c", code])


def test_alike_addresses_take_no_calls_of_their_own() -> None:
    """A thousand more take a few calls a datagram."""

    def work(count: int) -> int:
        datagrams = [b"".join(broadcast(n % 250) for n in range(250)) for _ in range(count // 250)]
        return calls(lambda: decoded(messages.MANY, *datagrams))

    work(250)  # imports
    assert (work(2000) - work(1000)) / 1000 < 0.5


@pytest.mark.parametrize("ascending", [True, False])
def test_addresses_in_order_are_not_collected_in_a_set(ascending: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither where the last one is the lowest, as the kernel lists IPv6; nor where some are alone."""
    whole = [six(n) for n in range(400)][:: 1 if ascending else -1]
    wanted = packed_of(b"".join(whole))
    answers: list[bool] = []
    are_distinct = messages._are_distinct

    def asked(*arguments: Any) -> bool:
        answers.append(are_distinct(*arguments))
        return answers[-1]

    monkeypatch.setattr(messages, "_are_distinct", asked)
    monkeypatch.setattr(messages, "_PACKED", None)
    assert packed_of(b"".join([ipv4(1, bytes([127, 0, 0, 1])), *whole, broadcast(3)]))[1:-1] == wanted
    assert answers == [True]
    with pytest.raises(TypeError):
        packed_of(b"".join([*whole, six(7)]))


def test_few_messages_are_read_without_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Most hosts have few addresses, and need no import for more."""
    monkeypatch.setitem(sys.modules, runs.__name__, None)
    few = b"".join(broadcast(n) for n in range(messages.MANY - 1))
    assert len(packed_of(few)) == messages.MANY - 1
    with pytest.raises(ImportError):
        packed_of(few + broadcast(messages.MANY))


def test_addresses_that_differ_are_compared_a_few_times_a_datagram() -> None:
    """What the comparisons cost is a small part of decoding one by one."""
    whole = b"".join(
        newaddr(2, 10, 64, [(messages.IFA_ADDRESS, n.to_bytes(16, "big")), (messages.IFA_PROTO, bytes([n & 1]))])
        for n in range(400)
    )
    with mock.patch.object(runs, "alike", wraps=runs.alike) as asked:
        assert decoded(messages.MANY, whole) == one_by_one(whole)
    assert 1 < asked.call_count < 20
