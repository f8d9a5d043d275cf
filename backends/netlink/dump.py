"""Dump links and addresses again and again, until both dumps seem to be of the same moment.

The kernel sends a dump in pieces. If something changes between two pieces, it may skip or repeat addresses. It then
marks the dump (NLM_F_DUMP_INTR), but not always: about one interrupted dump in a hundred has no mark. Most of these
show otherwise: an address comes twice, or its interface is not there. Nor does it mark what changes between two dumps,
or between the IPv4 and the IPv6 part of one: that shows by the news of links and addresses.
"""

from __future__ import annotations

from _struct import Struct
from time import monotonic

from ifdiscover._backends.netlink import messages
from ifdiscover._errors import refusal
from ifdiscover._host.host import Host

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from typing import Protocol

    from ifdiscover._backends.netlink.runs import Run

    class Channel(Protocol):
        """A netlink socket, or one after another."""

        def renew(self) -> None:
            """Take a new socket: nothing is left of what was asked or told before."""
            ...

        def send(self, message: bytes, /) -> None:
            """Send a message to the kernel."""
            ...

        def hear_news(self) -> None:
            """Receive the news of links and addresses too, if the kernel allows it."""
            ...

        def receive(self, flags: int = 0, /) -> tuple[bytes, bool, int]:
            """A datagram, whether it was cut short, and the sender's port: 0 for the kernel.

            Args:
                flags: MSG_DONTWAIT: do not wait for one.

            Raises:
                BlockingIOError: none is there, or none came for ``PATIENCE`` seconds.
            """
            ...


ATTEMPTS = 10
PATIENCE = 5
"""Seconds to wait for an answer. The kernel answers at once; a sandbox may swallow what is sent to it."""

_ERRNO = Struct("=i")
_ANSWERS = {messages.RTM_GETLINK: messages.RTM_NEWLINK, messages.RTM_GETADDR: messages.RTM_NEWADDR}


class InterruptedDump(Exception):  # noqa: N818 - not a failure: a reason to ask again
    """A dump ended before it was whole."""


def read_whole(channel: Channel, *, allow_torn: bool = False) -> messages.Reading:
    """Dump links and addresses until the two agree, at most ``ATTEMPTS`` times.

    Args:
        channel: the socket to ask through.
        allow_torn: if no attempt is whole, return the last one, with the reason in ``torn``, and do not raise.

    Raises:
        TornReadError: no attempt was whole.
        DiscoveryError, NotPermittedError: the kernel refused, or its answer makes no sense.
    """
    reading = None
    why = ""
    sequence = 0
    channel.hear_news()
    for attempt in range(ATTEMPTS):
        if attempt:
            _renew(channel)
        links: list[Run] = []
        addresses: list[Run] = []
        news: list[bytes] = []
        interrupted = ""
        for kind, answer in ((messages.RTM_GETLINK, links), (messages.RTM_GETADDR, addresses)):
            try:
                sequence += 1
                request = messages.request(kind, sequence)
                interrupted = dump(channel, request, sequence, _ANSWERS[kind], answer, news=news) or interrupted
            except InterruptedDump as error:
                interrupted = str(error)
                _renew(channel)
        reading = messages.decode(links, addresses)
        why = reading.torn or interrupted or _by_news(channel, news, reading)
        if not why:
            return reading
    if allow_torn and reading is not None:
        reading.torn = why
        return reading
    from ifdiscover._errors.reading import TornReadError

    raise TornReadError(
        f"interfaces or addresses changed during each of {ATTEMPTS} attempts to read them: {why}; try again later"
    )


def _renew(channel: Channel) -> None:
    """Leave what was given up in its socket: the kernel refuses a dump as long as it has to say more of another one."""
    channel.renew()
    channel.hear_news()


def host_of(reading: messages.Reading, backend: str, blind_to: tuple[str, ...]) -> Host:
    """The host of a reading; if the reading is torn, the host has a warning and is not ``consistent``."""
    warnings = () if reading.torn is None else (f"this answer is not whole: {reading.torn}",)
    whole = reading.torn is None
    return Host(reading.interfaces, reading.addresses, backend, blind_to, warnings, consistent=whole)


def dump(
    channel: Channel,
    request: bytes,
    sequence: int,
    wanted: int,
    answer: list[Run],
    *,
    most: int | None = None,
    news: list[bytes] | None = None,
) -> str:
    """Ask for a dump and collect its messages in ``answer``; return why it is not whole, or "".

    Args:
        channel: the socket to ask through.
        request: the message that asks.
        sequence: the number in it.
        wanted: the type of the messages to collect.
        answer: the list to add to.
        news: the list to which datagrams are added that answer no request.
        most: stop when more messages than this have come, and receive no more; None: however many there are.

    Raises:
        InterruptedDump: it ended early; ``answer`` has what was received.
        UnansweredError: the kernel did not go on, whatever else came.
        DiscoveryError, NotPermittedError: the kernel refused, or its answer makes no sense.
    """
    channel.send(request)
    why = ""
    since = monotonic()
    while True:
        datagram, cut, port = _receive(channel)
        # Any process may send to this socket; only the kernel is believed.
        is_answer = port == 0 and (cut or news is None or not _is_news(datagram, sequence))
        if not is_answer:
            if port == 0 and news is not None:
                news.append(datagram)
            if monotonic() - since > PATIENCE:
                raise _unanswered()
            continue
        since = monotonic()
        if cut:  # the rest of it is lost, and its last message is half a message
            raise InterruptedDump("a datagram was cut short")
        flags, end = messages.collect(datagram, sequence, wanted, answer)
        if flags & messages.NLM_F_DUMP_INTR:
            why = "the kernel marked a dump as interrupted"
        if end is not None:
            return _end(end) or why
        if most is not None and sum(count for *_, count in answer) > most:
            return f"the dump has more than {most} messages"


def _receive(channel: Channel, flags: int = 0) -> tuple[bytes, bool, int]:
    """The next datagram, as ``receive_answer()``; a signal interrupts nothing.

    Raises:
        BlockingIOError: none is there, and ``flags`` say not to wait.
        UnansweredError: none came.
        InterruptedDump: some are lost.
    """
    while True:
        try:
            return receive_answer(channel, flags)
        except InterruptedError:  # pyroute2's socket may not go on by itself
            pass
        except OSError as error:
            from errno import ENOBUFS

            if error.errno == ENOBUFS:
                raise InterruptedDump("the kernel had more to say than the socket could hold") from error
            raise


def receive_answer(channel: Channel, flags: int = 0) -> tuple[bytes, bool, int]:
    """The next datagram, as ``Channel.receive()``.

    Raises:
        BlockingIOError: none is there, and ``flags`` say not to wait.
        UnansweredError: none came, or one without a byte, which the kernel never sends.
        OSError: as of recvmsg(2).
    """
    try:
        received = channel.receive(flags)
    except BlockingIOError as error:
        if flags:
            raise
        raise _unanswered() from error
    datagram, is_cut, _port = received
    if not datagram and not is_cut:
        from ifdiscover._errors.reading import UnansweredError

        raise UnansweredError("rtnetlink: what came has no bytes; perhaps a sandbox swallows what the kernel answers")
    return received


def _unanswered() -> Exception:
    from ifdiscover._errors.reading import UnansweredError

    return UnansweredError(
        f"rtnetlink: the kernel did not answer for {PATIENCE} seconds; perhaps a sandbox swallows requests"
    )


def _is_news(datagram: bytes, sequence: int) -> bool:
    """Whether a datagram answers no request: it is no part of a dump, and has another number than the last request.

    Since Linux 6.1 news has the number of whoever asked for the change.
    """
    _length, _kind, flags, number, _port = messages.HEADER.unpack_from(datagram.ljust(messages.HEADER.size, b"\0"))
    return number != sequence and not flags & messages.NLM_F_MULTI


def _by_news(channel: Channel, news: list[bytes], reading: messages.Reading) -> str:
    """Why the two dumps are not of one moment, by the news since they began; "" if there is no reason."""
    from _socket import MSG_DONTWAIT

    before_the_end = len(news)
    try:
        while True:
            datagram, cut, port = _receive(channel, MSG_DONTWAIT)
            if cut:
                return "a piece of news was cut short"
            if port == 0:
                news.append(datagram)
    except BlockingIOError:  # that was all
        pass
    except InterruptedDump as error:
        return str(error)
    if not news:
        return ""
    from ifdiscover._backends.netlink.news import of_addresses, of_links

    return of_links(news, reading.interfaces) or of_addresses(news[:before_the_end], reading.addresses)


def _end(body: messages.Message) -> str:
    """Why a dump is not whole, by its last message; "" if all is well.

    NLMSG_DONE has an errno too, if the dump failed after it had begun.
    """
    datagram, start, end = body
    code = -_ERRNO.unpack_from(datagram, start)[0] if end - start >= 4 else 0
    if not code:
        return ""
    from errno import EINTR

    if code == EINTR:
        return "the kernel was interrupted"
    raise refusal("rtnetlink: the kernel refused a dump", code)
