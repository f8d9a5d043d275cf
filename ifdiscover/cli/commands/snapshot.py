"""``ifdiscover snapshot``: this host as versioned JSON, for ``--from``."""

from __future__ import annotations

from ifdiscover.cli import output
from ifdiscover.cli.host import get_host
from ifdiscover.render.snapshot import snapshot

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ifdiscover.cli.options import Options


def add_options(parser: Options) -> None:
    """Declare the options that ``run()`` takes."""
    from ifdiscover.cli.options import add_host_options

    add_host_options(parser)


def run(
    *, backend: str | None = None, recording: str | None = None, netns: str | None = None, verbose: bool = False
) -> int:
    """Print the snapshot; of a recorded host, in whatever form, its own."""
    host = get_host(backend, recording, netns, verbose=verbose)
    output.warn(host.warnings)
    output.write(snapshot(host))
    return 0
