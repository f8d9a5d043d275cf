"""What was written to a terminal that tests made."""

from __future__ import annotations

import contextlib
import os


def written_to(leader: int) -> bytes:
    """All that is written to a terminal until its other end is closed everywhere. Closes ``leader``.

    One read(2) may return a part: the kernel passes on what was written when it has time.
    """
    pieces = []
    with contextlib.suppress(OSError):  # EIO: nobody can write any more
        while piece := os.read(leader, 1 << 16):
            pieces.append(piece)
    os.close(leader)
    return b"".join(pieces)
