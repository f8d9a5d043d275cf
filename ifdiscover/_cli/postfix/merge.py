"""``ifdiscover merge``: the networks of many recorded hosts as one list."""

from __future__ import annotations

from ifdiscover._cli import output
from ifdiscover._cli.host import CommandOptions, argument_text, text_of
from ifdiscover._merging.merged import Merging
from ifdiscover._merging.recordings import recordings
from ifdiscover._packed import cidr_text
from ifdiscover._postfix.mynetworks import DEFAULT_STYLE
from ifdiscover.errors import RecordingError

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Sequence

    from ifdiscover._cli.options import OptionParser
    from ifdiscover._merging.merged import MergedNetworks
    from ifdiscover._merging.shared_addresses import SharedAddress

_MOST_OWNERS = 5  # hosts that one line names


def add_options(parser: OptionParser) -> None:
    """Declare the options of ``Options``."""
    from ifdiscover._cli.options import (
        RECORDINGS,
        add_color_option,
        add_network_format_options,
        add_protocol_options,
    )

    parser.add_argument(
        "recordings",
        metavar="RECORDING",
        nargs="+",
        help=f"a file with a recorded host ({RECORDINGS}), or with a snapshot a line (NDJSON); a folder of such files, "
        "read in the order of their names, without those that begin with a dot; - is standard input",
    )
    parser.add_argument(
        "--style",
        metavar="TEXT",
        help="what each host's Postfix would compute in this mynetworks_style: class, subnet or host "
        f"(default: {DEFAULT_STYLE}, Postfix's own since 3.0)",
    )
    add_network_format_options(parser, "a line for each network, with the hosts that it is of")
    add_color_option(parser)
    add_protocol_options(parser)


class Options(CommandOptions):
    """The options of ``ifdiscover merge``."""

    recordings: Sequence[str] = ()  # files, folders, - for standard input
    style: str | None = None  # mynetworks_style
    form: str = "postfix"  # or value, cidr, explain, json
    color: str = "auto"  # or always, never
    inet_protocols: str | None = None


def run(options: Options) -> int:
    """Print the list, what was skipped, and which addresses several hosts have; return the status."""
    style, protocols = text_of(options.style), text_of(options.inet_protocols)
    merged = _merge(
        list(map(argument_text, options.recordings)),
        DEFAULT_STYLE if style is None else style,
        "all" if protocols is None else protocols,
    )
    for one in merged.skipped:
        output.complain("warning", f"{one.where}: skipped: {one.reason}")
    output.warn(merged.warnings)
    for shared in merged.shared:
        if shared.is_fault:
            output.complain("warning", _sentence(shared))
        else:
            output.say(_sentence(shared))
    if merged.skipped_count:
        output.say(f"hosts in the list: {merged.host_count}; recordings skipped: {merged.skipped_count}")
    if not merged.host_count:
        raise RecordingError("no recorded host was read, so there is no list; name files or folders that hold some")
    _print(merged, options)
    if merged.skipped_count:
        return RecordingError.status
    return 1 if any(shared.is_fault for shared in merged.shared) else 0


def _merge(paths: Sequence[str], style: str, inet_protocols: str) -> MergedNetworks:
    from ifdiscover._cli.progress import Progress

    merging = Merging(style, inet_protocols)
    with Progress("recordings read") as progress:
        for recording in recordings(paths):
            merging.take(recording)
            progress.show(merging.read_count)
    return merging.result()


def _print(merged: MergedNetworks, options: Options) -> None:
    """Print the list in a form."""
    form = options.form
    if form == "json":
        from ifdiscover._render.documents import merged_networks

        output.write(merged_networks(merged))
    elif form == "explain":
        from ifdiscover._render.table import merged_lines

        output.write_lines(merged_lines(merged, output.paint(options.color)))
    elif form == "cidr":
        output.write_lines([cidr_text(*network[:3]) for network in merged])
    else:
        from ifdiscover._render import parameter

        output.write(f"{merged}\n" if form == "value" else f"{parameter('mynetworks', str(merged))}\n")


def _sentence(shared: SharedAddress) -> str:
    """What is to be said of an address that several hosts have."""
    owners = [f"{owner.host} ({owner.interface_name})" for owner in shared.owners]
    more = len(owners) - _MOST_OWNERS
    named = ", ".join(owners[:_MOST_OWNERS]) + (f" and {more} more" if more > 0 else "")
    return f"{shared} is on {named}: {shared.reason}"
