"""The layout of messages of one length: where each attribute lies, so that the next ones are read in one step.

Imported where many messages have one length.
"""

from __future__ import annotations

from _operator import itemgetter
from _struct import Struct, calcsize

from ifdiscover._backends.netlink.messages import attributes_of

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ifdiscover._backends.netlink.messages import Values

    Reader = Callable[[bytes, int], Values]
    # A plain tuple, which a loop unpacks much faster than a record: reads the first byte and the attributes' headers,
    # from a datagram at an offset; what that must return for a message of this layout; reads the values in the order of
    # the message, and b"" as the last one; puts the values into the order in which they are wanted.
    Layout = tuple[Reader, Values, Reader, Callable[[Values], Values]]


def learn(datagram: bytes, start: int, end: int, head: str, wanted: Mapping[int, str]) -> Layout:
    """Learn the layout of the message from ``start`` to ``end``, which was read without an error.

    Args:
        datagram: the datagram.
        start: where the message's body starts.
        end: where it ends.
        head: the struct code of the body's head, whose first byte is the family.
        wanted: the attributes to read and their struct codes; "" is for all bytes.
    """
    headers: list[int | bytes] = [datagram[start]]
    headers_code, values_code = f"=B{calcsize(head) - 1}x", head
    values = fields = len(Struct(head).unpack_from(datagram, start))
    places = dict.fromkeys(wanted, -1)
    for offset, attribute, length, padded in attributes_of(datagram, start + calcsize(head), end):
        headers.append(datagram[offset : offset + 4])
        headers_code += f"4s{padded - 4}x"
        if attribute in wanted:
            field = wanted[attribute] or f"{length - 4}s"
            values_code += f"4x{field}{padded - 4 - calcsize(field)}x"
            places[attribute] = values
            values += 1
        else:
            values_code += f"{padded}x"
    values_of = Struct(values_code + "0s").unpack_from
    ordered = itemgetter(*range(fields), *places.values())
    return Struct(headers_code).unpack_from, tuple(headers), values_of, ordered
