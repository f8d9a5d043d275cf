"""``typing.NamedTuple``, without importing ``typing``.

``typing`` costs more to import than the whole program may take to start, and ``collections.namedtuple`` makes each
record's methods anew. ``Record`` turns the annotations of a class into the fields of a tuple, with the methods of a
namedtuple, and is ``typing.NamedTuple`` to a type checker.

``dir()`` and ``help()`` of such a class leave out what every tuple has. Its fields are told in its docstring.
"""

from __future__ import annotations

TYPE_CHECKING = False  # jedi passes over what stands under a plain False
if TYPE_CHECKING:
    from typing import Any, NoReturn
    from typing import NamedTuple as Record

    _Plain = type
else:
    try:
        from _collections import _tuplegetter as _field
    except ImportError:  # PyPy

        def _field(place: int, doc: str) -> property:
            return property(lambda record: tuple.__getitem__(record, place), doc=doc)

    class _Plain(type):
        """The type of records and of tuples that carry more: ``dir()`` lists what they themselves offer."""

        def __dir__(cls) -> list[str]:
            kinds = [kind for kind in cls.__mro__ if kind not in (tuple, object)]
            return sorted(
                {name for kind in kinds for name in vars(kind) if name[0] != "_"}.difference(
                    getattr(cls, "_fields", ())
                )
            )

    class _RecordType(_Plain):
        def __new__(cls, name: str, bases: tuple, namespace: dict) -> type:
            fields = tuple(namespace.get("__annotations__", ()))
            if fields:
                defaults = {field: namespace.pop(field) for field in fields if field in namespace}
                # As namedtuple does it: with the fields as parameters, which help() and inspect.signature() show.
                new = eval(f"lambda _cls, {', '.join(fields)}: _make(_cls, ({', '.join(fields)},))", _MAKE)  # noqa: S307 - our own fields
                new.__defaults__ = tuple(defaults.values())
                new.__name__, new.__annotations__ = "__new__", namespace["__annotations__"]
                namespace |= {"__new__": new, "_fields": fields, "_field_defaults": defaults, "__match_args__": fields}
                namespace |= {field: _field(place, "") for place, field in enumerate(fields)}
                namespace.setdefault("__slots__", ())
            return type.__new__(cls, name, bases, namespace)

    _MAKE = {"_make": tuple.__new__, "__builtins__": {}}

    class Record(tuple, metaclass=_RecordType):
        """A tuple whose places have names."""

        __slots__ = ()
        _fields = ()

        @classmethod
        def _make(cls, values: Any) -> Any:
            made = tuple.__new__(cls, values)
            if len(made) != len(cls._fields):
                raise TypeError(f"expected {len(cls._fields)} values, not {len(made)}")
            return made

        def _replace(self, /, **values: Any) -> Any:
            made = self._make(map(values.pop, self._fields, self))
            if values:
                raise ValueError(f"{type(self).__name__} has no field {', '.join(values)}")
            return made

        __replace__ = _replace

        def _asdict(self) -> dict[str, Any]:
            return dict(zip(self._fields, self))

        def __repr__(self) -> str:
            return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self._asdict().items())})"

        def __getnewargs__(self) -> tuple[Any, ...]:
            return tuple(self)

        def __getattr__(self, name: str) -> NoReturn:
            from ifdiscover._renamed import missing

            raise missing(type(self).__name__, name)


class Immutable(metaclass=_Plain):
    """Lets no attribute be set, for tuples that carry more than their elements; ``vars(self)`` is filled once."""

    __slots__ = ()

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} is immutable: {name} cannot be set")


__all__ = ["Immutable", "Record"]
