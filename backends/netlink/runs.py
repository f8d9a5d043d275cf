"""Compare and cut a run of messages all at once: equally long ones, one behind the other.

Pure arithmetic on bytes, which knows nothing of what they mean. A slice with a step is one byte of each message, and
one format of struct reads all of them: both take a small part of the time of a loop over messages.
"""

from __future__ import annotations

from _struct import Struct

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    # A datagram, where the body of the first message starts and ends, how far it is to the next one, how many they are.
    Run = tuple[bytes, int, int, int, int]
    # The places that must be equal in all messages; the other places; pairs of places whose bytes must be equal in each
    # message; and the fields to read: the name of each, its place, its size.
    Plan = tuple[Sequence[int], Sequence[int], Sequence[tuple[int, int]], Sequence[tuple[int, int, int]]]
    Formats = dict[tuple[int, int, int], Struct]
    # For each field its name, and its bytes in each message after the first one.
    Followers = Sequence[tuple[int, tuple[bytes, ...]]]
    # A datagram, where the body of the first message starts and ends, and the messages alike to it.
    Piece = tuple[bytes, int, int, Followers]

_NOTHING_ALIKE: Plan = ((), (), (), ())


def cut(run: Run, many: int, plan_of: Callable[[bytes, int, int], Plan | None], formats: Formats) -> list[Piece]:
    """Cut a run into pieces, each of messages that are alike but for the fields of its first one's plan.

    Args:
        run: the run.
        many: a piece has as many messages as this or more, or one.
        plan_of: the plan of a message; None: it is alike to no other.
        formats: see ``column()``.

    Returns:
        The pieces, in their order.
    """
    pieces: list[Piece] = []
    datagram, start, end, step, count = run
    alone = many
    while count:
        # Most messages that differ do so in their first bytes. A plan takes longer than a look at these.
        seems_alike = count >= many and alike(datagram, start, step, many, range(8)) == many
        equal, others, pairs, fields = (plan_of(datagram, start, end) if seems_alike else None) or _NOTHING_ALIKE
        same = 0
        if fields:
            bodies = memoryview(datagram)[start : end + (count - 1) * step]
            all_are = alike_but(bodies, step, count, others)
            same = twins(datagram, start, step, count if all_are else alike(datagram, start, step, count, equal), pairs)
        if same >= many:
            followers = [
                (name, column(datagram, start + step + at, step, same - 1, size=size, formats=formats))
                for name, at, size in fields
            ]
            pieces.append((datagram, start, end, followers))
        else:
            # Each comparison was in vain: the more of them, the more messages go by until the next one.
            same = min(alone, count)
            alone *= 2
            pieces += [(datagram, start + further, end + further, ()) for further in range(0, same * step, step)]
        start, end, count = start + same * step, end + same * step, count - same
    return pieces


def alike(datagram: bytes, start: int, step: int, count: int, places: Iterable[int]) -> int:
    """How many messages, from the first one on, have the bytes of the first one at all of these places.

    Args:
        datagram: the datagram.
        start: where the first message begins.
        step: from one message to the next.
        count: how many messages there are; each place of the last one is in the datagram.
        places: offsets in a message, each less than ``step``.
    """
    for place in places:
        column = datagram[start + place : start + count * step : step]
        if column != column[:1] * count:
            count -= len(column.lstrip(column[:1]))
    return count


def alike_but(bodies: bytes | memoryview, step: int, count: int, places: Iterable[int]) -> bool:
    """Whether all messages have the bytes of the first one everywhere but at these places.

    Args:
        bodies: from the first message's body to the end of the last one's.
        step: from one message to the next.
        count: how many messages there are.
        places: offsets in a body. The fewer they are, the faster this is; ``alike()`` is if they are many.
    """
    blanked = bytearray(bodies)
    blanks = bytes(count)
    for place in places:
        blanked[place::step] = blanks
    return (blanked[:step] * count).startswith(blanked)  # the last message may lack what lies between messages


def twins(datagram: bytes, start: int, step: int, count: int, pairs: Iterable[tuple[int, int]]) -> int:
    """How many messages, from the first one on, have equal bytes at both places of each pair; else as ``alike()``."""
    for one, other in pairs:
        end = start + count * step
        column, its_twin = datagram[start + one : end : step], datagram[start + other : end : step]
        if column != its_twin:
            count = next(n for n in range(count) if column[n] != its_twin[n])
    return count


def column(datagram: bytes, start: int, step: int, count: int, *, size: int, formats: Formats) -> tuple[bytes, ...]:
    """The bytes of one field in each message.

    Args:
        datagram: the datagram.
        start: where the field of the first message begins.
        step: from one message to the next.
        count: how many messages there are, at least one.
        size: of the field.
        formats: keeps what was made for others: most runs of a dump are of one length.
    """
    key = step, count, size
    form = formats.get(key)
    if form is None:
        form = formats[key] = Struct(f"={f'{size}s{step - size}x' * (count - 1)}{size}s")
    return form.unpack_from(datagram, start)
