"""A master.cf as ``postconf -M`` and ``postconf -P`` print it, from what ifdiscover read."""

from __future__ import annotations

import itertools
import os
import pathlib
import re
import subprocess
from typing import TYPE_CHECKING

from ifdiscover._names import to_bytes, to_text
from ifdiscover._postfix.parameters.main_cf import assignment
from ifdiscover.errors import MainCfError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ifdiscover._postfix.services.master_cf import MasterCf, Service

BLANKS = "[ \t\r\n]+"
COLUMNS = (0, 11, 17, 25, 33, 41, 49, 57)


def by_postconf(program: str, folder: pathlib.Path, master_cf: str, option: str) -> str | None:
    """What postconf prints of a master.cf; None if it refuses the file."""
    main = folder / "main.cf"
    if not main.exists():
        main.write_text("compatibility_level = 3.6\n")
        os.utime(main, (1, 1))  # Postfix reads a main.cf again until it is two seconds old
    (folder / "master.cf").write_bytes(to_bytes(master_cf))
    done = subprocess.run([program, "-c", str(folder), option], capture_output=True, check=False)
    return None if done.returncode else to_text(done.stdout)


def as_m(master_cf: MasterCf) -> str:
    """The lines of ``postconf -M``."""
    return "".join(f"{_m_line(service)}\n" for service in master_cf.lines)


def as_p(master_cf: MasterCf) -> str:
    """The lines of ``postconf -P``.

    Of services with one name and type it shows what any of them sets, at the first that sets something and at each
    after that.
    """
    of_all: dict[tuple[str, str], dict[str, str]] = {}
    for service in master_cf.lines:
        values = {name: setting.value for name, setting in service.overrides.items()}
        of_all.setdefault((service.name, service.type), {}).update(values)
    lines = []
    met = set()
    for service in master_cf.lines:
        key = service.name, service.type
        met |= {key} if service.overrides else set()
        values = of_all[key] if key in met else {}
        for name, value in sorted(values.items(), key=lambda pair: to_bytes(pair[0])):
            line = f"{service.name}/{service.type}/{name} = {re.sub(BLANKS, ' ', value)}"
            lines.append(f"{line.rstrip(' ')}\n")
    return "".join(lines)


def _m_line(service: Service) -> str:
    fields = service[:7]
    line = b""
    for column, field in zip(COLUMNS, (*fields, " ".join([service.command, *_printed(service.arguments)]))):
        line += b" " * max(column - len(line), 1 if line else 0) + to_bytes(field)
    return to_text(line)


def _printed(arguments: Sequence[str]) -> Iterator[str]:
    """Options apart from each other, blanks in braces; but not in the first argument that is no option."""
    waiting = iter(arguments)
    for argument in waiting:
        if argument[:1] != "-" or argument == "--":
            yield argument
            break
        before, option, value = argument.partition("o")
        if not option:
            yield argument
            continue
        if before != "-":
            yield before
        yield "-o"
        yield from (_in_braces(_normal(text)) for text in ([value] if value else itertools.islice(waiting, 1)))
    for argument in waiting:
        yield _in_braces(argument)


def _normal(text: str) -> str:
    try:
        name, value, _offset = assignment(text)
    except MainCfError:
        return text
    return f"{name}={value}"


def _in_braces(text: str) -> str:
    return f"{{{text}}}" if re.search(BLANKS, text) else text
