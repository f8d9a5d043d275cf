"""The kernel has more news than the socket can hold: what is lost means a fresh reading."""

from __future__ import annotations

import signal
import socket
from typing import TYPE_CHECKING

from support.watching import Watching

from ifdiscover import discover
from ifdiscover._backends.netlink.events import News
from ifdiscover._backends.netlink.namespace import in_namespace
from ifdiscover._watching.change import Reading, reading_of
from ifdiscover._watching.watch import Watch

if TYPE_CHECKING:
    from support.namespaces import Namespace


def test_news_that_is_lost_means_a_fresh_reading(changing: Namespace) -> None:
    """A watch that could not run for a while gets less than there was: the kernel keeps what the socket can hold."""
    with Watching(changing) as watching:
        watching.process.send_signal(signal.SIGSTOP)
        steps = [f"addr add 198.51.{net}.{number}/32 dev w0" for net in range(10) for number in range(1, 201)]
        changing.build([*steps, *(step.replace("addr add", "addr del") for step in steps[1:])])
        watching.process.send_signal(signal.SIGCONT)
        assert watching.report()["added"]["own_addresses"] == ["198.51.0.1"]
        changing.build(["addr add 198.51.100.7/24 dev w0"])
        assert watching.report()["added"]["own_addresses"] == ["198.51.100.7"]


def test_a_socket_that_holds_little_says_what_it_lost(entered: Namespace) -> None:
    """Though nothing that it holds can change the answer, what it lost could: the host is read anew."""
    unheard = [f"route add 203.0.{net}.0/24 via 192.0.2.1" for net in range(200)]
    for size, counts in ((1 << 18, False), (1, True)):
        news = in_namespace(entered.name, News)
        vars(news)["_socket"].setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, size)
        entered.build(unheard)
        assert news.take() is counts
        assert news.take() is False
        news.close()
        entered.build([step.replace("add", "del") for step in unheard])


def test_a_storm_through_a_small_socket_leaves_nothing_out(entered: Namespace) -> None:
    """Of a thousand changes the socket holds a few; the last report has all addresses."""

    def read() -> Reading:
        return reading_of(discover(netns=entered.name, routes=True), None)

    with Watch(read, debounce=0.1, netns=entered.name) as watch:
        next(watch)
        vars(vars(watch)["_news"])["_socket"].setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
        for net in range(4):
            entered.build([f"addr add 198.51.{net}.{number}/32 dev w0" for number in range(1, 251)])
            own = next(watch).after.answer.own_addresses
            assert sum(text.startswith("198.51.") for text in own) == 250 * (net + 1)
