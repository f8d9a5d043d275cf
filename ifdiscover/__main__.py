"""``python -m ifdiscover``: the command line."""

from __future__ import annotations

import os
import sys
from _signal import SIG_DFL, SIGINT, default_int_handler, getsignal, signal  # type: ignore[import-not-found] # signal imports enum


def _leave_current_folder() -> None:
    """Import nothing more from the current folder, which ``python -m`` puts first: its json.py may be anybody's."""
    if sys.flags.isolated or getattr(sys.flags, "safe_path", False):  # then Python has not put it there
        return
    try:
        if sys.path[:1] == [os.getcwd()]:  # noqa: PTH109 - pathlib costs more to import
            del sys.path[0]
    except OSError:  # it is deleted, and Python has not put it there either
        return


def _run() -> int:
    """Run the command line. What keeps it from being imported ends with a message, as all else does."""
    try:
        from ifdiscover._cli import main
    except Exception as error:  # noqa: BLE001 - any, since Python's status after a traceback is an answer
        os.write(2, f"ifdiscover: error: a module cannot be imported: {ascii(str(error))[1:-1]}\n".encode())
        return 71
    return main()


if __name__ == "__main__":
    if getsignal(SIGINT) is default_int_handler:
        signal(SIGINT, SIG_DFL)  # without a traceback, until main() can end with a status
    _leave_current_folder()
    sys.exit(_run())
