"""Write docs/errors.md: run every case, and show what came of it; ``--check`` only compares.

``PYTHONPATH=.:tests python tests/errors/page.py``, in the checkout.
"""

from __future__ import annotations

import pathlib
import re
import sys
import tempfile
from typing import TYPE_CHECKING

from errors import of_commands, of_library, of_postfix, of_recordings, of_system
from errors.case import folder_with, outcome

if TYPE_CHECKING:
    from errors.case import Group

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "errors.md"
GROUPS: tuple[Group, ...] = (
    *of_commands.GROUPS,
    *of_recordings.GROUPS,
    *of_postfix.GROUPS,
    *of_library.GROUPS,
    *of_system.GROUPS,
)
HEAD = """\
# Errors

What ifdiscover says when it cannot answer: every error of a command and of the library, as they come. Each names the
value, the rule and, where there is one, the remedy. Where Postfix would refuse a value, its own words come first.

First stands the [exit status](exit-statuses.md) of the command, or the exception that the library raises. Then comes
what was asked: the words behind `ifdiscover`, about a recorded host if none is named, or a line of Python. Below it is
the message, without the `ifdiscover: error: ` before it. Behind a `#` stands what is otherwise than usual.

A test runs every case, and holds this page to what it prints: `tests/errors/`.
"""


def written() -> str:
    """The page."""
    parts = [HEAD]
    with tempfile.TemporaryDirectory() as folder, folder_with(pathlib.Path(folder)):
        for group in GROUPS:
            text = f"\n{group.text}\n" if group.text else ""
            line = f"\nEach is in place of `{{}}` in `{group.line}`.\n" if group.line != "{}" else ""
            parts.append(f"\n## {group.title}\n{text}{line}\n```text\n{''.join(_lines(group))}```\n")
    return "".join(parts)


def _lines(group: Group) -> list[str]:
    """What was asked, above what came of it. Cases that end alike stand together."""
    lines: list[str] = []
    kind = ""
    message: list[str] = []
    for case in group.cases:
        told = outcome(case, group.line)
        what = re.sub(r"^ifdiscover (?!# )| --from relay.json", "", case.asked)
        what = f"{what}  # {case.where}" if case.where else what
        head = f"{told.kind}  {what}".rstrip() + "\n"
        below = [f"      {_neutral(re.sub(group.without, '', line))}\n" for line in told.lines]
        if (told.kind, below) == (kind, message):
            place = len(lines) - len(below)
            lines[place:place] = [head] if what else []
            continue
        lines += [head, *below] if what or told.kind != kind else below
        kind, message = told.kind, below
    return lines


def _neutral(line: str) -> str:
    """A message without the place in our source that a fault of ours has in it."""
    return re.sub(r", in \S+, line \d+;", ", in FILE, line 1;", line)


def main(arguments: list[str]) -> int:
    """Write the page, or compare it."""
    new = written()
    if arguments == ["--check"]:
        return int(new != PAGE.read_text(encoding="utf-8"))
    PAGE.write_text(new, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
