"""``ifdiscover snapshot``: this host as versioned JSON, for ``--from``."""

from __future__ import annotations

from ifdiscover._cli import output
from ifdiscover._cli.host import HostOptions
from ifdiscover._render.snapshot import snapshot

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from ifdiscover._cli.options import OptionParser


def add_options(parser: OptionParser) -> None:
    """Declare the options that ``Options`` has."""
    from ifdiscover._cli.options import add_host_options

    add_host_options(parser)


class Options(HostOptions):
    """What ``ifdiscover snapshot`` can be told."""


def run(options: Options) -> int:
    """Print the snapshot; of a recorded host, in whatever form, its own."""
    output.warn(options.host.warnings)
    output.write(snapshot(options.host))
    return 0
