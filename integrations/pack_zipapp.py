"""Pack the installed package into one file whose bytes hang on its source alone: not on when, where or by whom.

    python integrations/pack_zipapp.py FOLDER FILE

Whoever builds the same source has the same checksum, if the zlib is the same.
"""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

SHEBANG = b"#!/usr/bin/env python3\n"
MAIN = b"""\
import sys
if sys.version_info < (3, 9):
    sys.exit("ifdiscover: error: Python 3.9 or later is needed")
from ifdiscover._cli import main
sys.exit(main())
"""
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first that a zip file can hold
_MODE = 0o100644 << 16


def pack(folder: Path, made: Path) -> None:
    """Write a zipapp with every file of the package, sorted by name.

    Args:
        folder: has ``ifdiscover/``, as pip installs it; what is beside that tells where and how it was installed.
        made: the file to write; anybody may run it.
    """
    found = [path for path in folder.glob("ifdiscover/**/*.*") if path.is_file() and path.suffix != ".pyc"]
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}
    files["__main__.py"] = MAIN
    with made.open("wb") as file:
        file.write(SHEBANG)
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
            for name in sorted(files):
                entry = zipfile.ZipInfo(name, _EPOCH)
                entry.create_system, entry.external_attr = 3, _MODE  # as on Unix, wherever it is made
                archive.writestr(entry, files[name], zipfile.ZIP_DEFLATED, 9)
    made.chmod(0o755)


if __name__ == "__main__":
    pack(Path(sys.argv[1]), Path(sys.argv[2]))
