"""``typing.NamedTuple``, without importing ``typing``.

``typing`` costs more to import than the whole program may take to start. ``Record`` turns the annotations of a class
into a ``collections.namedtuple``, exactly as ``typing.NamedTuple`` does, and is that very thing to a type checker.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple as Record
else:
    from collections import namedtuple

    class _RecordType(type):
        def __new__(cls, name: str, _bases: tuple, namespace: dict) -> type:
            fields = tuple(namespace.get("__annotations__", ()))
            defaults = [namespace.pop(field) for field in fields if field in namespace]
            base = namedtuple(name, fields, defaults=defaults, module=namespace["__module__"])  # noqa: PYI024 - this is the typed form
            namespace["__slots__"] = ()
            return type(name, (base,), namespace)

    Record = type.__new__(_RecordType, "Record", (), {})

__all__ = ["Record"]
