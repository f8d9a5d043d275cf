"""``typing.NamedTuple``, without importing ``typing``.

``typing`` costs more to import than the whole program may take to start. ``Record`` turns the annotations of a class
into a ``collections.namedtuple``, exactly as ``typing.NamedTuple`` does, and is that very thing to a type checker.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple as Record
    from typing import NoReturn
else:
    from collections import namedtuple

    class _RecordType(type):
        def __new__(cls, name: str, _bases: tuple, namespace: dict) -> type:
            fields = tuple(namespace.get("__annotations__", ()))
            defaults = [namespace.pop(field) for field in fields if field in namespace]
            made = namedtuple(name, fields, defaults=defaults, module=namespace["__module__"])  # noqa: PYI024 - this is the typed form
            for attribute, value in namespace.items():
                setattr(made, attribute, value)
            return made

    Record = type.__new__(_RecordType, "Record", (), {})


class Immutable:
    """Lets no attribute be set, for tuples that carry more than their elements; ``vars(self)`` is filled once."""

    __slots__ = ()

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} is immutable: {name} cannot be set")


__all__ = ["Immutable", "Record"]
