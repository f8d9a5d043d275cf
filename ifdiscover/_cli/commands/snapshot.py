"""``ifdiscover snapshot``: this host as versioned JSON, for ``--from``."""

from __future__ import annotations

from ifdiscover._cli import output
from ifdiscover._cli.host import HostOptions
from ifdiscover._render.snapshot import snapshot

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from ifdiscover._cli.options import OptionParser


def add_options(parser: OptionParser) -> None:
    """Declare the options of ``Options``."""
    from ifdiscover._cli.options import add_host_options

    add_host_options(parser)


class Options(HostOptions):
    """The options of ``ifdiscover snapshot``."""

    _wants_routes = True


def run(options: Options) -> int:
    """Print the snapshot of this host or of a recorded one."""
    output.warn(options.host.warnings)
    output.write(snapshot(options.host))
    return 0
