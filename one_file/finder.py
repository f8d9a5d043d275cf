"""Import the modules of the program from bytecode; whatever else is asked about them, zipimport answers from the file.

To look up a module in a zip file takes as long as to run it, since zipimport is written in Python.
"""

from __future__ import annotations

import os
import sys
from _frozen_importlib import ModuleSpec
from marshal import loads

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from io import BufferedReader
    from types import ModuleType
    from typing import Any


class Finder:
    """Finds and loads the modules of one file.

    Args:
        archive: the path of the file.
        file: the file, which stays open.
        start: where the first module's code begins.
        index: how far behind it each module's marshalled code begins, and its size; a package has the name of its
            ``__init__``.
    """

    def __init__(self, archive: str, file: BufferedReader, start: int, index: dict[str, tuple[int, int]]) -> None:
        self.archive = archive  # by this name importlib.resources of 3.9 finds files, as in zipimport's loaders
        self._file = file
        self._start = start
        self._index = index

    def find_spec(self, name: str, _path: object = None, _target: object = None) -> ModuleSpec | None:
        """What importlib needs to load a module; None: it is none of ours."""
        is_package = f"{name}.__init__" in self._index
        if not is_package and name not in self._index:
            return None
        folder = f"{self.archive}/{name.replace('.', '/')}"
        loader: Any = self  # a Loader is what has these methods
        spec = ModuleSpec(name, loader, origin=f"{folder}/__init__.py" if is_package else f"{folder}.py")
        if is_package:
            spec.submodule_search_locations = [folder]
        return spec

    def create_module(self, _spec: ModuleSpec) -> None:
        """As any other module."""

    def exec_module(self, module: ModuleType) -> None:
        """Run a module's code in it."""
        spec: Any = module.__spec__
        module.__file__ = spec.origin
        exec(self.get_code(spec.name), vars(module))

    def get_code(self, name: str) -> Any:
        """The code of a module."""
        start, size = self._index.get(name) or self._index[f"{name}.__init__"]
        return loads(os.pread(self._file.fileno(), size, self._start + start))

    def is_package(self, name: str) -> bool:
        """Whether a module is a package."""
        return f"{name}.__init__" in self._index

    def get_source(self, name: str) -> Any:
        """The source of a module, for tracebacks and inspect."""
        return self._zipimporter(name).get_source(name)

    def get_filename(self, name: str) -> Any:
        """The path of a module's source."""
        return self._zipimporter(name).get_filename(name)

    def get_resource_reader(self, name: str) -> Any:
        """What importlib.resources reads a package's files with."""
        return self._zipimporter(name).get_resource_reader(name)

    def get_data(self, path: str) -> Any:
        """A file's content, for pkgutil."""
        return self._zipimporter("").get_data(path)

    def _zipimporter(self, name: str) -> Any:
        from zipimport import zipimporter

        above = name.rpartition(".")[0].replace(".", "/")
        return zipimporter(f"{self.archive}/{above}" if above else self.archive)


def install(*arguments: Any) -> None:
    """Find modules in the file's bytecode first; the arguments are those of ``Finder``."""
    sys.meta_path.insert(0, Finder(*arguments))
