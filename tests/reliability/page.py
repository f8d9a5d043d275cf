"""Write the table of docs/reliability.md from the rows of this folder, which runs wrote; ``--check`` only compares."""

from __future__ import annotations

import json
import re
import sys
from datetime import date
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parent.parent
PAGE = ROOT / "docs" / "reliability.md"
BEGIN, END = "<!-- written by tests/reliability/page.py -->\n", "<!-- end of what it wrote -->\n"

TITLES = {
    "fuzz": "Fuzzing, guided by coverage",
    "faults": "Faults at every call",
    "sandboxes": "Containers and sandboxes",
    "hostile": "Hostile names, values and files",
    "laws": "Laws, on random hosts",
    "never-torn": "Readings under change",
    "postfix": "Random questions to the real Postfix",
    "mutants": "Mutants",
}
"""The title of each file's rows, in the order of the page."""

NOTES = {
    "fuzz": (
        "An input is made from another one by changes, and is kept if it runs branches that none has run before."
        " Each row counts the inputs of one run."
    ),
    "never-torn": (
        "A reading is wrong if a fact in it was never true, or if one that was true all the time is missing."
        " It is mixed if each fact was true at some moment, but not all at the same one."
        " [backends.md](backends.md#torn-answers) says which backend notices that, and refuses such a reading as torn."
    ),
    "mutants": (
        "A mutant is one small change of a module, chosen at random. It is killed if a test fails because of it."
        " For each other one `tests/mutants/explained.py` explains why nobody could notice the change."
    ),
}
"""What the words of a file's rows mean, where that needs to be said."""


class Row(NamedTuple):
    """What was tried, as a file of this folder tells it."""

    what: str
    how_often: int
    unit: str
    found: str
    kept_by: str
    date: str


def rows_of(text: str) -> list[Row]:
    """The rows of a file.

    Raises:
        ValueError: a row lacks a field, has another one, or one that cannot be.
    """
    rows = []
    for told in json.loads(text):
        if told.keys() != set(Row._fields):
            raise ValueError(f"a row has the fields {', '.join(Row._fields)}, and not {', '.join(told)}")
        row = Row(**told)
        date.fromisoformat(row.date)
        if type(row.how_often) is not int or row.how_often < 1:
            raise ValueError(f"how_often is a number of at least 1, and not {row.how_often!r}")
        rows.append(row)
    return rows


def table(rows: list[Row]) -> str:
    """Rows as a table of Markdown."""
    lines = ["| what was tried | how often | what was found | what tests it now |", "|---|---:|---|---|"]
    for row in rows:
        cells = (row.what, f"{row.how_often:,} {row.unit}", row.found, f"`{row.kept_by}`")
        lines.append(f"| {' | '.join(re.sub('[|]', chr(92) + '|', cell) for cell in cells)} |")
    return "\n".join(lines)


def written() -> str:
    """All tables, each under its title, with the days of its runs and what its words mean."""
    parts = []
    for name, title in TITLES.items():
        file = FOLDER / f"{name}.json"
        if file.exists():
            rows = rows_of(file.read_text(encoding="utf-8"))
            days = sorted({row.date for row in rows})
            note = " ".join([f"Run on {' and '.join(days)}.", *filter(None, [NOTES.get(name)])])
            parts.append(f"## {title}\n\n{note}\n\n{table(rows)}\n")
    return "\n".join(parts)


def main(arguments: list[str]) -> int:
    """Write the page, or compare it."""
    text = PAGE.read_text(encoding="utf-8")
    head, _, rest = text.partition(BEGIN)
    _old, _, tail = rest.partition(END)
    new = f"{head}{BEGIN}\n{written()}\n{END}{tail}"
    if arguments == ["--check"]:
        return int(new != text)
    PAGE.write_text(new, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
