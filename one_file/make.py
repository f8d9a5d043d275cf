"""Make the program as one file: a zip file of its sources, with the bytecode of some Pythons, that runs by itself.

Run it as ``python one_file/make.py FOLDER FILE PYTHON...``: the folder that pip installed into, the file to make, and
the programs whose bytecode goes in. Without any, the file is small and starts slowly. The same sources and Pythons give
the same bytes, wherever and whenever it is made, if the zlib is the same.
"""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

HERE = Path(__file__).parent

# What runs in each Python. It writes the Python's name (PEP 421), what its bytecode begins with, the size of the index,
# the index (where each module's marshalled code begins, and its size), and the codes.
COMPILE = """
import ast, marshal, sys, __future__
from importlib.util import MAGIC_NUMBER
from pathlib import Path
if sys.version_info < (3, 9):
    sys.exit("Python 3.9 or later is needed")
folder, finder, key = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3].encode()
files = {"finder.py": finder}
files.update((path.relative_to(folder).as_posix(), path) for path in sorted(folder.glob("ifdiscover/**/*.py")))
index, codes = {}, b""
for name, path in files.items():
    # To import __future__ only asks for this flag, and takes as long as to import any module.
    tree = ast.parse(path.read_bytes(), name)
    tree.body = [node for node in tree.body if getattr(node, "module", "") != "__future__"]
    code = marshal.dumps(compile(tree, name, "exec", __future__.annotations.compiler_flag, dont_inherit=True))
    index[name[:-3].replace("/", ".")] = len(codes), len(code)
    codes += code
index = marshal.dumps(index)
head = f"{sys.implementation.cache_tag}\\n".encode() + MAGIC_NUMBER + key + len(index).to_bytes(4, "big")
sys.stdout.buffer.write(head + index + codes)
"""

# Run directly, the shell starts Python with these lines: that spares Python to look for modules in a zip file, which
# takes half as long again as its start. Python must not look for modules where it was started.
HEAD = """#!/bin/sh
exec python3 -c 'import sys
del sys.argv[0]
if sys.path[:1] == [""]:
    del sys.path[0]
with open(sys.argv[0], "rb") as file:
    file.seek(-@START@, 2)
    start = file.read(@SIZE@)
exec(start)' "$0" "$@"
"""


def bytecode(python: str, folder: Path, key: str) -> tuple[str, bytes]:
    """The name of a Python's bytecode (PEP 421), and its bytecode of all modules."""
    argv = [python, "-S", "-X", "no_debug_ranges", "-c", COMPILE, str(folder), str(HERE / "finder.py"), key]
    environment = {"PATH": os.environ.get("PATH", os.defpath), "PYTHONHASHSEED": "0"}  # the order of sets hangs on it
    try:
        done = subprocess.run(argv, stdout=subprocess.PIPE, check=True, env=environment)
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"no bytecode by {python}: {error}; name programs in PYTHONS that are there")
    tag, _, code = done.stdout.partition(b"\n")
    return tag.decode(), code


def sources(folder: Path) -> dict[str, bytes]:
    """What pip installed, by its path, but for what it notes of the installation."""
    notes = ("direct_url.json", "INSTALLER", "RECORD", "REQUESTED")
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths if path.name not in notes}


def zipped(head: bytes, start: bytes, codes: dict[str, bytes], files: dict[str, bytes]) -> bytes:
    """The bytes of the file; what is read at each start is not compressed."""
    made = io.BytesIO()
    made.write(head)
    with zipfile.ZipFile(made, "a") as archive:
        stored = {"__main__.py": start, **{f"bytecode/{tag}": code for tag, code in codes.items()}}
        for name, content in {**stored, **files}.items():
            entry = zipfile.ZipInfo(name)  # of 1980, whenever it is made
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content, zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED, 9)
    return made.getvalue()


def whole(codes: dict[str, bytes], files: dict[str, bytes], key: str) -> bytes:
    """The bytes of the file, which has in it how far before its end its parts begin.

    Numbers are of one width, so that the places are known from a file with zeros in it.
    """
    places = dict.fromkeys(("__main__.py", *(f"bytecode/{tag}" for tag in codes)), (0, 0))
    while True:
        table = ", ".join(f'"{tag}": {places[f"bytecode/{tag}"][0]:8d}' for tag in codes)
        text = (HERE / "start.py").read_text().replace("@KEY@", key)
        start = text.replace('BYTECODE = {"": 0}', f"BYTECODE = {{{table}}}").encode()
        begin, size = places["__main__.py"]
        made = zipped(
            HEAD.replace("@START@", f"{begin:8d}").replace("@SIZE@", f"{size:8d}").encode(), start, codes, files
        )
        with zipfile.ZipFile(io.BytesIO(made)) as archive:
            found = {
                n: (len(made) - i.header_offset - 30 - len(n), i.file_size)
                for n in places
                for i in [archive.getinfo(n)]
            }
        if found == places:
            return made
        places = found


def main(folder: str, to: str, *pythons: str) -> None:
    """Make the file, and say what it has."""
    files = sources(Path(folder))
    every = b"".join([*files.values(), (HERE / "finder.py").read_bytes()])
    key = hashlib.sha256(every).hexdigest()[:16]
    codes = dict(bytecode(python, Path(folder), key) for python in pythons)
    Path(to).write_bytes(whole(codes, files, key))
    Path(to).chmod(0o755)
    sizes = ", ".join(f"{tag} ({len(code) >> 10} KiB)" for tag, code in codes.items())
    print(
        f"made {to}: {Path(to).stat().st_size >> 10} KiB, "
        + (f"with bytecode for {sizes}" if sizes else "without bytecode")
    )
    if codes:
        print(
            "another Python compiles the sources at each start; PYTHONS='python3.9 python3.13' adds bytecode for these"
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
