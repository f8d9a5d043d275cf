"""Write a report as Markdown, in which nothing of a host can pass for more than text."""

from __future__ import annotations

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ifdiscover._report.report import Section

_SHORTEST = 3


def markdown(sections: Iterable[Section], *, is_redacted: bool) -> str:
    """A report as one Markdown file.

    Args:
        sections: what it has.
        is_redacted: whether addresses and names were replaced.
    """
    lines = ["# Report of ifdiscover", ""]
    if is_redacted:
        lines += [
            "Public addresses, MACs and names of hosts are replaced, each by the same one everywhere. Names of",
            "interfaces, files and parameters are not. Look through it before you publish it.",
        ]
    else:
        lines += [
            "It has the addresses, MACs and names of the host as they are; `ifdiscover report --redact` replaces them.",
        ]
    lines += ["", "## What is wrong", "", "(Say here what you expected, and what you saw in its place.)"]
    for section in sections:
        lines += _section(section)
    return "\n".join(lines) + "\n"


def _section(section: Section) -> Iterator[str]:
    yield from ("", f"## {section.title}", "", section.remark)
    if section.lines:
        yield ""
        yield from _fenced(section.lines, section.language)
    if section.problems:
        yield from ("", "What could not be had, and why:", "")
        yield from _fenced(section.problems, "text")


def _fenced(lines: Iterable[str], language: str) -> Iterator[str]:
    """Lines in a fence that none of them can close: it has more backticks than any of them has in a row."""
    lines = list(lines)
    fence = "`" * max(_SHORTEST, 1 + max(map(_longest_run, lines)))
    yield from (f"{fence}{language}", *lines, fence)


def _longest_run(line: str) -> int:
    longest = 0
    if "`" in line:
        run = 0
        for character in line:
            run = run + 1 if character == "`" else 0
            longest = max(longest, run)
    return longest
