"""Ask the Linux kernel which routes and which source addresses it takes: RTM_GETROUTE, one destination at a time.

Such a question takes the same time however many routes there are, and a dump of 100,000 takes ten thousand times as
long. So where all routes lead is asked only as far as there are not too many of them. Everything is asked in the
network namespace of the calling thread.
"""

from __future__ import annotations

from _socket import AF_INET, AF_INET6
from errno import EACCES, EAGAIN, EHOSTUNREACH, EINVAL, ENETUNREACH, ENODEV, EOPNOTSUPP

from ifdiscover._backends.far import FAR
from ifdiscover._backends.netlink.dump import InterruptedDump, dump, receive_answer
from ifdiscover._backends.netlink.messages import messages_of
from ifdiscover._backends.netlink.route_messages import (
    RTM_NEWROUTE,
    Answer,
    decode,
    destinations,
    dump_request,
    request,
)
from ifdiscover._backends.netlink.rtnetlink import Socket
from ifdiscover.errors import DiscoveryError, refusal
from ifdiscover.model import NextHop, Route

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ifdiscover._backends.netlink.dump import Channel
    from ifdiscover._backends.netlink.route_messages import Destination
    from ifdiscover._backends.netlink.runs import Run
    from ifdiscover.model import Host

MOST = 10_000
"""A router of the internet has a hundred times as many routes. No more than this are waited for."""

_ATTEMPTS = 3  # at a dump

# What the kernel says where no packet can go: there is no route; a route of type unreachable, prohibit, blackhole or
# throw; an interface that is gone.
_NO_WAY = (ENETUNREACH, EHOSTUNREACH, EACCES, EINVAL, EAGAIN, ENODEV)

_SELF = {AF_INET: bytes(4), AF_INET6: bytes(15) + b"\1"}
"""What the address of zeros stands for to connect(2)."""


def read_routes(host: Host) -> tuple[tuple[Route, ...], tuple[bytes, ...]]:
    """A host's default routes, and the source addresses of packets to everywhere else.

    Args:
        host: this host. Its interfaces that are up and have an address are asked for a default route of their own.

    Returns:
        The routes, IPv4 first, the one in use before the others of its family; and the sources, at most one a family,
        IPv4 first.

    Raises:
        DiscoveryError, NotPermittedError: the kernel cannot be asked, or its answer makes no sense.
    """
    names = {interface.index: interface.name for interface in host.interfaces if interface.index is not None}
    owners = dict.fromkeys(address.interface for address in host.addresses)
    asked = [owner.index for owner in owners if owner.is_up is not False and owner.index is not None]
    with Questions() as questions:
        found = [_read_family(questions, family, names, asked) for family in FAR]
    return tuple(route for routes, _ in found for route in routes), tuple(source for _, source in found if source)


def read_source(family: int, destination: bytes | None = None, interface: int = 0) -> bytes | None:
    """The address from which a packet would be sent to a destination; None: none, or no packet can go there.

    Args:
        family: AF_INET or AF_INET6.
        destination: an address of that family; None: everywhere else.
        interface: the index of the only interface to send by; 0: any.

    Raises:
        DiscoveryError, NotPermittedError: the kernel cannot be asked, or its answer makes no sense.
    """
    with Questions() as questions:
        if destination is None:
            found = _everywhere_else(questions, family)
            return None if found is None else _source(questions, found[0])
        # connect(2) takes :: for ::1, and netlink for some destination; of 0.0.0.0 both say 127.0.0.1.
        return _source(questions, destination if any(destination) else _SELF[family], interface)


def _source(questions: Questions, destination: bytes, interface: int = 0) -> bytes | None:
    answer = questions.route(destination, interface=interface)
    return None if answer is None else answer.packed_source


def _everywhere_else(questions: Questions, family: int) -> tuple[bytes, Answer] | None:
    """A far address and the route to it: a default route, or else the one that looks at the fewest bits."""
    found = None
    for destination in FAR[family]:
        answer = questions.route(destination, whole=True)
        if answer is not None and (found is None or answer.prefixlen < found[1].prefixlen):
            found = destination, answer
            if answer.prefixlen == 0:
                break
    return found


def _read_family(
    questions: Questions, family: int, names: Mapping[int, str], asked: Iterable[int]
) -> tuple[list[Route], bytes | None]:
    """The default routes of a family, and its source to everywhere else."""
    destination, in_use = _everywhere_else(questions, family) or (FAR[family][0], None)
    if in_use is not None and not in_use.is_whole:
        raise DiscoveryError("rtnetlink: this kernel does not tell a route as it was configured; Linux 4.13 does")
    defaults = [] if in_use is None or in_use.prefixlen else [in_use]
    for index in asked:
        answer = questions.route(destination, interface=index, whole=True)
        # The next hops of one IPv6 route come in another order to each question.
        if answer is not None and not answer.prefixlen and not any(_is_same(answer, other) for other in defaults):
            defaults.append(answer)
    chosen = _chosen(defaults, in_use)
    routes = [_route(answer, names, is_default=answer is chosen) for answer in defaults]
    return [route for route in routes if route is not None], in_use and _source(questions, destination)


def _is_same(answer: Answer, other: Answer) -> bool:
    return answer._replace(hops=tuple(sorted(answer.hops, key=repr))) == other._replace(
        hops=tuple(sorted(other.hops, key=repr))
    )


def _chosen(defaults: list[Answer], in_use: Answer | None) -> Answer | None:
    """The default route that the kernel takes if no other one fits.

    If the route to everywhere else is none itself, such as a VPN's 0.0.0.0/1, it is the first one of that table.
    """
    if in_use is None or in_use in defaults:
        return in_use
    return min((a for a in defaults if a.table == in_use.table), key=lambda answer: answer.metric, default=None)


def _route(answer: Answer, names: Mapping[int, str], *, is_default: bool) -> Route | None:
    """The route in the model; None if none of its interfaces is there any more."""
    hops = tuple(NextHop(gateway, names[index]) for index, gateway in answer.hops if index in names)
    return Route(answer.family, hops, is_default, answer.metric, answer.packed_source) if hops else None


class Questions:
    """A socket to ask for one route after the other; a context manager.

    Raises:
        DiscoveryError, NotPermittedError: the kernel refuses such a socket.
    """

    def __init__(self) -> None:
        try:
            self._channel = Socket()
        except OSError as error:
            raise refusal("rtnetlink", error.errno) from error
        self._sequence = 0

    def __enter__(self) -> Questions:  # noqa: PYI034 - Self is not in 3.9's typing
        return self

    def __exit__(self, *_error: object) -> None:
        self._channel.close()

    def route(self, destination: bytes, *, interface: int = 0, whole: bool = False) -> Answer | None:
        """The kernel's answer to ``request()``; None: no packet can go there.

        Raises:
            DiscoveryError, NotPermittedError: the kernel cannot be asked, or its answer makes no sense.
        """
        self._sequence += 1
        try:
            self._channel.send(request(destination, self._sequence, interface=interface, whole=whole))
            answer = None
            while answer is None:
                answer = self._receive()
        except OSError as error:
            raise refusal("rtnetlink", error.errno) from error
        if isinstance(answer, Answer):
            return answer
        # A kernel without IPv6 does not know the question.
        if answer in _NO_WAY or (answer == EOPNOTSUPP and len(destination) == 16):
            return None
        raise refusal("rtnetlink: the kernel refused to tell a route", answer)

    def _receive(self) -> Answer | int | None:
        try:
            datagram, cut, port = receive_answer(self._channel)
        except InterruptedError:
            return None
        # Any process may send to this socket; only the kernel is believed.
        if port != 0:
            return None
        if cut:
            raise DiscoveryError("rtnetlink: an answer about a route was cut short")
        return decode(datagram, self._sequence)


def read_destinations(family: int) -> tuple[Destination, ...] | None:
    """Where the routes of this thread's network namespace lead, default routes left out.

    Returns:
        Each route's network and prefix length, of all tables; None: there are more than ``MOST``, or they changed
        during each attempt to read them.

    Raises:
        DiscoveryError, NotPermittedError: the kernel cannot be asked, or its answer makes no sense.
    """
    for sequence in range(1, _ATTEMPTS + 1):
        try:
            # A dump that was given up is left in its socket. The next one gets another.
            channel = Socket()
            try:
                found, why = _dump(channel, family, sequence)
            finally:
                channel.close()
        except OSError as error:
            raise refusal("rtnetlink", error.errno) from error
        messages = messages_of(found)
        if len(messages) > MOST:
            return None
        if not why:
            return destinations(messages, family)
    return None


def _dump(channel: Channel, family: int, sequence: int) -> tuple[list[Run], str]:
    """The messages of one dump, and why it is not whole, or ""."""
    found: list[Run] = []
    try:
        why = dump(channel, dump_request(family, sequence), sequence, RTM_NEWROUTE, found, most=MOST)
    except InterruptedDump as error:
        why = str(error)
    return found, why
