"""``ifdiscover backends``: the ways to ask a host, and which of them work here."""

from __future__ import annotations

from ifdiscover.cli import output
from ifdiscover.discovery import BUILT_IN, load
from ifdiscover.errors import UnavailableError
from ifdiscover.render.escape import printable
from ifdiscover.render.text import columns

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser


def add_options(parser: ArgumentParser) -> None:
    """Declare the options that ``run()`` takes."""
    del parser  # it has none


def run() -> int:
    """Print one line a backend, in the order in which they are tried."""
    rows = [("backend", "available", "blind to")]
    for name in BUILT_IN:
        try:
            backend = load(name)
        except UnavailableError as error:
            rows.append((name, "no", str(error)))
        else:
            rows.append((name, "yes", ", ".join(backend.BLIND_TO) or "nothing"))
    output.write("".join([f"{printable(line)}\n" for line in columns(rows)]))
    return 0
