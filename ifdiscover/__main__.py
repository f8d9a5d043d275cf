"""``python -m ifdiscover``: the command line."""

from __future__ import annotations

import os
import sys

if __name__ == "__main__":
    try:
        # -m puts the current folder first, where a json.py of a stranger would be imported in place of Python's own.
        try:
            here = os.getcwd()  # noqa: PTH109 - pathlib costs more to import
        except OSError:  # somebody has removed it
            here = ""
        if sys.path[:1] in ([here], [""]):
            del sys.path[0]

        from ifdiscover._cli import main

        sys.exit(main())
    except KeyboardInterrupt:  # before main(), or after it
        sys.exit(130)
