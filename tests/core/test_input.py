"""Files are read to their ends, or to a bound, and take memory for what is in them."""

from __future__ import annotations

import io
import tracemalloc

import pytest

from ifdiscover._input import _AT_ONCE, read_at_most

SIZES = (0, 1, _AT_ONCE - 1, _AT_ONCE, _AT_ONCE + 1, 3 * _AT_ONCE, 9 * _AT_ONCE + 7)


@pytest.mark.parametrize("most", SIZES)
@pytest.mark.parametrize("size", SIZES)
def test_a_stream_is_read_to_its_end_or_to_the_bound(size: int, most: int) -> None:
    """Whichever comes first, in as many pieces as it takes."""
    data = bytes(range(256)) * (size // 256) + bytes(size % 256)
    assert read_at_most(io.BytesIO(data), most) == data[:most]


def test_a_small_file_takes_little_memory_whatever_the_bound() -> None:
    """read(bound) would take all of it at once."""
    tracemalloc.start()
    try:
        assert read_at_most(io.BufferedReader(io.BytesIO(b"x")), 1 << 27) == b"x"
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()


def test_what_comes_only_later_is_not_taken_for_the_end() -> None:
    """A stream that does not wait says None."""

    class Later(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(size) or None  # type: ignore[return-value]  # as a raw stream that does not wait

    assert read_at_most(Later(b"x" * _AT_ONCE), 1 << 27) is None
