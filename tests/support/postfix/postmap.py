"""Ask Postfix's own postmap(1) what is in a lookup table."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

from support.need import need

from ifdiscover._postfix.syntax.lines import each_logical_line

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


class Answer(NamedTuple):
    """What postmap said."""

    found: dict[str, str]
    warnings: tuple[str, ...]
    fatal: str = ""


def need_postmap() -> None:
    """Skip where Postfix is not installed."""
    need(None if shutil.which("postmap") else "needs Postfix's postmap")


def aged(path: Path, content: bytes) -> str:
    """Write a file that looks an hour old; Postfix waits for younger ones, or reads them once more for each key."""
    path.write_bytes(content)
    then = time.time() - 3600
    os.utime(path, (then, then))
    return str(path)


def ask(directory: Path, word: str, keys: Iterable[str]) -> Answer:
    """What postmap finds in a table.

    At a fatal error it sleeps a second. No key is folded, neither these nor the table's: as a match list asks.

    Args:
        directory: for a main.cf, made if it is not there.
        word: the table.
        keys: without tabs, newlines, and blanks at their ends.
    """
    directory.mkdir(exist_ok=True)
    if not (directory / "main.cf").exists():
        # With a lower level, or none, UTF-8 is not looked at.
        aged(directory / "main.cf", b"compatibility_level = 3.6\n")
    done = subprocess.run(
        [os.fsencode(argument) for argument in ("postmap", "-c", str(directory), "-f", "-q", "-", word)],
        input=os.fsencode("".join(f"{key}\n" for key in keys)),
        capture_output=True,
        check=False,
    )
    said = os.fsdecode(done.stderr).splitlines()
    pairs = [line.partition("\t") for line in os.fsdecode(done.stdout).split("\n") if line]
    warnings = [line.partition("postmap: warning: ")[2] for line in said if line.startswith("postmap: warning: ")]
    return Answer(
        {key: value for key, _tab, value in pairs},
        # An empty result is fine in a match list.
        tuple(line for line in warnings if " empty string result " not in line and " return NO RESULT " not in line),
        "".join(line.partition("postmap: fatal: ")[2] for line in said),
    )


def ask_all(directory: Path, words: Iterable[str], keys: Iterable[str]) -> dict[str, Answer]:
    """The same of many tables at once, since those that are fatal keep postmap waiting."""
    ask(directory, "static:x", ["x"])  # makes main.cf, for all
    words = list(words)
    with ThreadPoolExecutor(len(words)) as threads:
        return dict(zip(words, threads.map(lambda word: ask(directory, word, keys), words)))


def shown(text: str) -> str:
    """A text as Postfix shows it: a control character and each byte that is not UTF-8 as ``?``."""
    return re.sub("[\0-\x1f\x7f\udc80-\udcff]", "?", text)


def no_nul_at_the_start(content: str) -> bool:
    """Whether a file's dropped first line has no NUL.

    Postfix's warning has dots behind its text if what the NUL hides is long; ours does not know how long it was.
    """
    first = next(each_logical_line(content), None)
    return first is None or not (first.is_dropped and first.has_nul)
