"""Recorded hosts: a snapshot of ours, what ip(8) or ifconfig(8) printed, or facts, told apart by what they hold.

Sees what was recorded. What a format cannot tell is None, and the host is blind to it.
"""

from __future__ import annotations

from os import fsdecode, strerror
from os.path import commonprefix

from ifdiscover._backends.recorded import snapshot
from ifdiscover._backends.recorded.facts import facts
from ifdiscover._backends.recorded.ifconfig import ifconfig
from ifdiscover._backends.recorded.ip import ip_json, ip_text, others
from ifdiscover._backends.recorded.lines import MAX_LINES
from ifdiscover._backends.recorded.strict_json import MAX_SIZE, begins_with, load, text_of
from ifdiscover._input import read_at_most, standard_input
from ifdiscover._record import CollectingPaused
from ifdiscover.errors import RecordingError, RecordingInputError

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Callable
    from os import PathLike

    from ifdiscover.model import Host

BLIND_TO = ()


def _snapshot(data: bytes) -> Host:
    document = load(text_of(data))
    return (None if "schema" in document.value else facts.decode_object(document)) or snapshot.decode(document)


FORMS: tuple[tuple[Callable[[bytes], bool], Callable[[bytes], Host]], ...] = (
    (ifconfig.recognises, ifconfig.decode),  # first: an interface may be called "["
    (facts.recognises, facts.decode),
    (lambda data: begins_with(data, b"{"), _snapshot),
    (ip_json.recognises, ip_json.decode),
    (ip_text.recognises, ip_text.decode),
    (others.recognises, others.decode),  # last: refuses what it knows
)
"""The forms of a recording, in the order in which they are tried: what tells one, and what decodes it."""


def unavailable() -> str | None:
    """Why this backend reads nothing by itself: it needs a file."""
    return "it reads a recorded host; name one with --from FILE, or call ifdiscover.replay(file)"


def read() -> Host:
    """There is no host to read without a file.

    Raises:
        RecordingInputError: always.
    """
    raise RecordingInputError(f"replay: {unavailable()}")


def replay(file: str | PathLike[str]) -> Host:
    """Read a recorded host: a snapshot, or what another program printed.

    That may be ``ip -j addr``, ``ip addr``, ``ifconfig -a`` or ``ansible -m setup``.

    Args:
        file: its path; ``-`` is standard input.

    Raises:
        RecordingInputError: the file cannot be read.
        RecordingError: it is too large, or holds no recorded host; the message has the file, the place and the rule.
    """
    path = fsdecode(file)
    name = "standard input" if path == "-" else path
    try:
        if path == "-":
            data = standard_input(MAX_SIZE + 1)
        else:
            with open(path, "rb") as stream:  # noqa: PTH123 - pathlib costs as much as the rest
                data = read_at_most(stream, MAX_SIZE + 1) or b""
    except (OSError, ValueError, AttributeError) as error:  # a path with a NUL; no standard input
        why = strerror(error.errno) if isinstance(error, OSError) and error.errno else "it is not there"
        if "\n" in name:
            name, why = "file", "this is a text of several lines, and no path; write it to a file, and name that"
        raise RecordingInputError(f"{name}: cannot be read: {why}") from None
    try:
        return decode(data)
    except RecordingError as error:
        raise RecordingError(f"{name}: {error}") from None


def decode(data: bytes) -> Host:
    """Turn the bytes of a recording into the host that was recorded.

    Raises:
        RecordingError: they are none; the message has the place and the rule.
    """
    if len(data) > MAX_SIZE:
        raise RecordingError(f"larger than {MAX_SIZE >> 20} MiB; no host has a recording of that size")
    data = _without_indentation(_as_utf8(data))
    if not data.strip():
        raise RecordingError("empty; make a recording with: ifdiscover snapshot; ip -j addr; or LC_ALL=C ifconfig -a")
    for recognises, decode_form in FORMS:
        if recognises(data):
            with CollectingPaused():
                return decode_form(data)
    raise RecordingError(
        "neither a snapshot (an object of JSON), nor the output of ip -j addr (a list of JSON), of ip addr, "
        "or of ifconfig -a in English; make one with: ifdiscover snapshot; ip -j addr; or LC_ALL=C ifconfig -a"
    )


def _as_utf8(data: bytes) -> bytes:
    """The recording without the mark that Windows' programs write before it; they also write UTF-16."""
    if not data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" not in data:  # a name may begin so, without NUL
        return data.removeprefix(b"\xef\xbb\xbf")
    try:
        return data.decode("utf-16").encode()
    except UnicodeDecodeError as error:
        raise RecordingError(f"byte {error.start}: not UTF-16, as which it begins; record the host again") from None


def _without_indentation(data: bytes) -> bytes:
    """The recording without the blanks with which all of its lines begin, as in Markdown."""
    if data[:1] not in (b" ", b"\t", b"\n", b"\r") or data.count(b"\n") > MAX_LINES:
        return data
    lines = data.split(b"\n")
    blanks = [line[: len(line) - len(line.lstrip(b" \t"))] for line in lines if line.strip()]
    margin = commonprefix(blanks)  # noqa: RUF071 - of characters: these are no paths
    return b"\n".join(line.removeprefix(margin) for line in lines) if margin else data
