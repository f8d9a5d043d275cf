"""``python -m ifdiscover``: the command line."""

from __future__ import annotations

import sys

from ifdiscover._cli import main

if __name__ == "__main__":
    sys.exit(main())
