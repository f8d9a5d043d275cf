"""What a report has, as sections: the host is read once, and each part that cannot be had says why in its place."""

from __future__ import annotations

import os

from ifdiscover._facts.parts import Parts
from ifdiscover._names import printable
from ifdiscover._record import Record

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ifdiscover._differences.readings import Comparison
    from ifdiscover._postfix.parameters.configuration import Configuration
    from ifdiscover._report.redaction import Redaction
    from ifdiscover.model import Host


class Section(Record):
    """One section of a report.

    Attributes:
        title: its title, and
        remark: what it has, in our own words: nothing of the host is in either.
        lines: what it has, with everything escaped that could steer a terminal.
        language: of these lines, in the word of Markdown.
        problems: why a part of it is missing, escaped too.
    """

    title: str
    remark: str
    lines: tuple[str, ...] = ()
    language: str = "text"
    problems: tuple[str, ...] = ()


class Asked(Record):
    """What a report is asked for.

    Attributes:
        read_host: reads the host with its routes.
        directory: the folder of main.cf, and
        chosen_by: how it was chosen: the answer of ``which_directory()``.
        netns: the network namespace that the host is read in.
        is_recorded: whether the host is a recorded one, of which this machine knows nothing.
        key: 32 secret bytes, to replace addresses and names; None: they stay.
    """

    read_host: Callable[[], Host]
    directory: str | None
    chosen_by: str
    netns: str | None = None
    is_recorded: bool = False
    key: bytes | None = None


def report(asked: Asked) -> list[Section]:
    """The sections of a report.

    Raises:
        UsageError, UnknownBackendError: the caller asked for what cannot be.
    """
    return _Reporting(asked).sections()


class _Reporting:
    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self._of_host = Parts()
        self._of_backends = Parts()
        self._of_postfix = Parts()
        self._host = self._of_host.take("host", asked.read_host)
        # In another namespace a child compares: it must not be forked from a process that has a thread by then.
        self._comparison = None if asked.is_recorded else self._of_backends.take("comparison", self._compare)
        self._recorded = self._host and self._of_host.take("host", lambda: _recorded(self._host))
        directory = asked.directory
        self._configuration = (
            None if directory is None else self._of_postfix.take("main.cf", lambda: self._read_main_cf(directory))
        )
        self._redaction = None if asked.key is None else self._make_redaction(asked.key)
        self._shown = self._recorded and self._of_host.take("host", lambda: self._as_shown(self._recorded))

    def sections(self) -> list[Section]:
        """All of them, in order."""
        return [
            self._versions(),
            self._backends(),
            self._compared(),
            self._answers(),
            self._parameters(),
            self._findings(),
            self._snapshot(),
        ]

    def _as_shown(self, host: Host | None) -> Host | None:
        """A host as the report may have it; None stays."""
        return host if host is None or self._redaction is None else self._redaction.host(host)

    def _text(self, text: str) -> str:
        """A text of the host as the report may have it."""
        return text if self._redaction is None else self._redaction.text(text)

    def _problems(self, parts: Parts) -> tuple[str, ...]:
        """Why parts are missing; a text that is not the host's own may have addresses and names of it too."""
        return tuple(f"{error['part']}: {self._text(error['message'])}" for error in parts.errors)

    def _versions(self) -> Section:
        from ifdiscover._facts.versions import versions

        parts = Parts()
        recorded = self._host if self._asked.is_recorded else None
        is_here = not self._asked.is_recorded and self._asked.netns is None
        known = parts.take("versions", lambda: versions(recorded, with_postfix=is_here)) or {}
        if self._asked.is_recorded and self._host is None:
            known["kernel"] = None  # of the host nothing is known, and this machine is another one
        kernel = known.get("kernel")
        if kernel is not None and self._redaction is not None:
            known["kernel"] = self._redaction.system(kernel)
        lines = [f"{name:<10}  {version or 'not known'}" for name, version in known.items()]
        remark = "Kernel and Postfix are the host's, ifdiscover and Python those that made this report."
        return Section("Versions", remark, tuple(lines), problems=self._problems(parts))

    def _backends(self) -> Section:
        if self._asked.is_recorded:
            return Section("Backends", "The host is a recorded one: no backend was asked.")
        from ifdiscover._differences.availability import backend_rows
        from ifdiscover._render.table import backend_lines

        parts = Parts()
        rows = parts.take("backends", backend_rows) or []
        shown = [(name, None if why is None else self._text(why), blind, note) for name, why, blind, note in rows]
        used = []
        if self._shown is not None:
            used = [f"backend {self._shown.backend} read the host"]
            used += [f"skipped before it: {refusal}" for refusal in self._shown.refusals]
        lines = (*map(printable, used), *backend_lines(shown))
        remark = "Which of them work here, and why the others do not."
        return Section("Backends", remark, lines, problems=self._problems(parts))

    def _compare(self) -> Comparison:
        from ifdiscover._differences.readings import compare_here, compare_in

        netns = self._asked.netns
        return compare_here() if netns is None else compare_in(netns)

    def _compared(self) -> Section:
        title = "Backends compared"
        if self._asked.is_recorded:
            return Section(title, "The host is a recorded one: there is nothing to compare.")
        remark = "What ifdiscover backends --compare prints."
        comparison = self._comparison
        lines = comparison and self._of_backends.take("comparison", lambda: self._lines_of(comparison))
        return Section(title, remark, lines or (), problems=self._problems(self._of_backends))

    def _lines_of(self, comparison: Comparison) -> tuple[str, ...]:
        """A comparison for people; where names and addresses are replaced, of the hosts as they are then."""
        from ifdiscover._differences.backends import compare
        from ifdiscover._render.comparison import comparison_lines

        readings, rows, differences = comparison
        if self._redaction is not None:
            readings = [
                each._replace(
                    host=self._as_shown(each.host), reason=None if each.reason is None else self._text(each.reason)
                )
                for each in readings
            ]
            rows, differences = compare([each.host for each in readings if each.host is not None])
        return tuple(comparison_lines(readings, rows, differences))

    def _answers(self) -> Section:
        from ifdiscover._columns import columns
        from ifdiscover._host.table import address_table
        from ifdiscover._postfix.mynetworks import STYLES, mynetworks

        title, remark = "Answers", "All addresses, and what Postfix would trust by default in each style."
        host = self._shown
        if host is None:
            return Section(title, remark, problems=self._problems(self._of_host))
        lines = list(columns(address_table(host.addresses)))
        parts = Parts()  # asked about the host as it is shown, so that nothing in it is replaced once more
        warnings = list(host.warnings)
        for style in STYLES:
            networks = parts.take(f"mynetworks of style {style}", lambda: mynetworks(host, style=style))  # noqa: B023 - called at once
            if networks is not None:
                lines.append(f"{style}: {networks}")
                warnings += networks.warnings
        lines += [f"warning: {printable(warning)}" for warning in dict.fromkeys(warnings)]
        problems = [f"{error['part']}: {error['message']}" for error in parts.errors]
        return Section(title, remark, tuple(lines), problems=tuple(problems))

    def _read_main_cf(self, directory: str) -> Configuration:
        """main.cf as it is: also one at which Postfix stops."""
        from ifdiscover._postfix.in_force import INSTALLED, hostname_of
        from ifdiscover._postfix.parameters.configuration import Configuration
        from ifdiscover._postfix.parameters.main_cf import read

        is_installed = self._asked.chosen_by == INSTALLED
        main_cf = read(directory, is_here=not self._asked.is_recorded, is_installed=is_installed)
        hostname = hostname_of(self._host) if self._asked.is_recorded else None
        return Configuration(main_cf, None, hostname, None if is_installed else directory)

    def _parameters(self) -> Section:
        title = "Parameters of Postfix"
        directory = self._asked.directory
        if directory is None:
            return Section(title, "No main.cf was read: none is here, or -c did not name that of the host.")
        remark = "Those about addresses, as postconf -n prints them. Others are left out: they may hold secrets."
        lines = [f"# {self._text(directory)}/main.cf"]
        configuration = self._configuration
        parts = self._of_postfix
        if configuration is not None:
            from ifdiscover._report.parameters import address_parameters

            written = parts.take("parameters", lambda: address_parameters(configuration)) or []
            lines += map(self._text, written)
            lines += [f"# warning: {self._text(warning)}" for warning in configuration.warnings]
            if not (self._asked.is_recorded or self._asked.netns or configuration.is_set("mynetworks")):
                lines += self._postconf_says(directory)
        return Section(title, remark, tuple(map(printable, lines)), problems=self._problems(parts))

    def _postconf_says(self, directory: str) -> list[str]:
        """What Postfix's own program computes for mynetworks."""
        from ifdiscover._facts.versions import ask_postconf

        said = ask_postconf("-c", directory, "mynetworks")
        return [] if said is None else [f"# postconf mynetworks: {self._text(line)}" for line in said.splitlines()]

    def _findings(self) -> Section:
        title, remark = "Findings", "What ifdiscover check prints."
        directory, host = self._asked.directory, self._host
        if directory is None or host is None:
            return Section(title, "Nothing was checked: there is no main.cf, or the host could not be read.")
        from ifdiscover._facts.postfix import found_in
        from ifdiscover._render.findings import report_lines

        parts = Parts()
        chosen_by, netns = self._asked.chosen_by, self._asked.netns
        found = parts.take_soon("findings", lambda: found_in(host, directory, chosen_by, netns))
        redaction = self._redaction
        if found and redaction is not None:
            found = parts.take("findings", lambda: list(map(redaction.finding, found or ())))
        if found is None:
            return Section(title, remark, problems=self._problems(parts))
        return Section(title, remark, tuple(report_lines(found, (), "docs/check.md")) or ("no faults found",))

    def _snapshot(self) -> Section:
        title, host = "Snapshot", self._shown
        if host is None:
            return Section(title, "The host could not be read.", problems=self._problems(self._of_host))
        from ifdiscover._render.snapshot import snapshot

        parts = Parts()
        text = parts.take("snapshot", lambda: snapshot(host)) or ""
        remark = "For --from, in a file of its own."
        return Section(title, remark, tuple(text.splitlines()), "json", self._problems(parts))

    def _make_redaction(self, key: bytes) -> Redaction:
        from ifdiscover._report.parameters import names_in, words_in
        from ifdiscover._report.redaction import Redaction

        here = [] if self._asked.is_recorded else [os.uname().nodename]
        names: Iterable[str] = (*here, *(name.partition(".")[0] for name in here))
        words: Iterable[str] = ()
        if self._configuration is not None:
            names, words = (*names, *names_in(self._configuration)), words_in(self._configuration)
        return Redaction(key, self._recorded, names, words)


def _recorded(host: Host | None) -> Host | None:
    from ifdiscover._kernel import record

    return None if host is None else record(host)
