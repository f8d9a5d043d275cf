"""``python -m ifdiscover``: the command line."""

from __future__ import annotations

import os
import sys
from _signal import SIGINT, default_int_handler, getsignal, signal  # type: ignore[import-not-found] # signal imports enum

if __name__ == "__main__":
    try:
        _is_handled = getsignal(SIGINT) is default_int_handler  # which raises an exception that an import may drop
        if _is_handled:
            signal(SIGINT, lambda _number, _frame: os._exit(130))
        # -m puts the current folder first, where a json.py of a stranger would be imported in place of Python's own.
        try:
            if sys.path[:1] in ([os.getcwd()], [""]):  # noqa: PTH109 - pathlib costs more to import
                del sys.path[0]
        except OSError:  # somebody has removed the folder
            pass

        try:
            from ifdiscover._cli import main
        except Exception as _error:  # noqa: BLE001 - whatever it is: Python's status after a traceback, 1, is an answer
            try:
                os.write(2, f"ifdiscover: error: a module cannot be imported: {ascii(str(_error))[1:-1]}\n".encode())
            finally:
                os._exit(71)

        if _is_handled:  # main() knows who waits for the end of this process, such as python -i
            signal(SIGINT, default_int_handler)
        sys.exit(main())
    except KeyboardInterrupt:  # before main(), or after it
        sys.exit(130)
