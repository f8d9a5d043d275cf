"""Makes the package ifdiscover importable out of the sources that this collection carries.

Ansible sends ``module_utils`` along with a module. So a target needs no installation, and no file is written there.
"""

import base64
import importlib.abc
import importlib.util
import json
import sys
import zlib

from ansible_collections.ifdiscover.ifdiscover.plugins.module_utils.sources import SOURCES

LEAST = (3, 9)
"""The oldest Python that the package runs on."""


class Carried(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Finds and loads modules whose sources are in a dictionary.

    Args:
        sources: the text of each file by its path, as ``ifdiscover/model.py``.
    """

    def __init__(self, sources):
        self.sources = sources

    def find_spec(self, fullname, _path=None, _target=None):
        """What to import a module from; None: it is not one of these."""
        if self._path(fullname) not in self.sources:
            return None
        return importlib.util.spec_from_loader(fullname, self, is_package=self.is_package(fullname))

    def is_package(self, fullname):
        """Whether a module is a folder of modules."""
        return self._path(fullname).endswith("/__init__.py")

    def get_source(self, fullname):
        """The text of a module."""
        return self.sources[self._path(fullname)]

    def get_code(self, fullname):
        """The code of a module; a traceback names its path."""
        return self.source_to_code(self.get_source(fullname), self._path(fullname))

    def _path(self, fullname):
        stem = fullname.replace(".", "/")
        door = stem + "/__init__.py"
        return door if door in self.sources else stem + ".py"


def sources():
    """The text of each file of the package by its path."""
    return json.loads(zlib.decompress(base64.b85decode("".join(SOURCES))))


def make_importable():
    """Let ``import ifdiscover`` find the package that is carried, whatever is installed besides.

    Raises:
        ImportError: this Python is too old.
    """
    if sys.version_info < LEAST:
        raise ImportError(
            "this is Python {}.{}, and ifdiscover needs {}.{} or later: set ansible_python_interpreter".format(
                *sys.version_info[:2], *LEAST
            )
        )
    if not any(isinstance(finder, Carried) for finder in sys.meta_path):
        sys.meta_path.insert(0, Carried(sources()))
