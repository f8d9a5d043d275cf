"""``python -m ifdiscover``: the command line."""

from __future__ import annotations

import os
import sys

if __name__ == "__main__":
    try:
        # -m puts the current folder first, where a json.py of a stranger would be imported in place of Python's own.
        try:
            if sys.path[:1] in ([os.getcwd()], [""]):  # noqa: PTH109 - pathlib costs more to import
                del sys.path[0]
        except OSError:  # somebody has removed the folder
            pass

        from ifdiscover._cli import main

        sys.exit(main())
    except KeyboardInterrupt:  # before main(), or after it
        sys.exit(130)
