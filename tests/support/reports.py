"""Take a report apart, by the rules of CommonMark for fenced code blocks (section 4.5)."""

from __future__ import annotations

import re
from typing import NamedTuple


class Report(NamedTuple):
    """A report."""

    prose: str  # all that stands in no fence
    blocks: dict[str, list[tuple[str, str]]]  # by section: the info string of each block, and what is in it

    def block(self, section: str) -> str:
        """The text of the first block of a section."""
        return self.blocks[section][0][1]


def read_report(text: str) -> Report:
    """The sections of a report and their blocks."""
    prose: list[str] = []
    blocks: dict[str, list[tuple[str, str]]] = {}
    section = fence = info = ""
    inside: list[str] = []
    for line in re.split(r"\r\n|\n|\r", text):
        if fence:
            closing = re.fullmatch(r" {0,3}(`{3,}|~{3,})[ \t]*", line)
            if closing and closing[1].startswith(fence):
                blocks[section].append((info, "".join(inside)))
                fence = ""
            else:
                inside.append(f"{line}\n")
            continue
        opening = re.fullmatch(r" {0,3}(`{3,}|~{3,})([^`]*)", line)
        if opening:
            fence, info, inside = opening[1], opening[2].strip(), []
            continue
        prose.append(line)
        if line.startswith("## "):
            section = line[3:]
            blocks[section] = []
    assert not fence, "a fence is not closed"
    return Report("\n".join(prose), blocks)


def snapshot_of(text: str) -> str:
    """The snapshot in a report."""
    (found,) = [block for info, block in read_report(text).blocks["Snapshot"] if info == "json"]
    return found


def answers_of(text: str) -> dict[str, str]:
    """The mynetworks that a report has, by style; none for a style that gave an error."""
    found = re.finditer(r"(?m)^(class|subnet|host): (.*)$", read_report(text).block("Answers"))
    return {line[1]: line[2] for line in found}
