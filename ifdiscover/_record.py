"""Records: ``typing.NamedTuple`` without importing ``typing``, and without a collector while many are made.

Importing ``typing`` takes longer than the whole program may take to start, and ``collections.namedtuple`` builds new
methods for each record. ``Record`` turns the annotations of a class into the fields of a tuple, with the methods of a
namedtuple. A type checker sees ``typing.NamedTuple``.

``dir()`` and ``help()`` of such a class leave out what every tuple has, and the fields: its docstring describes these.
"""

from __future__ import annotations

import gc

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from typing import Any, NamedTuple as Record, NoReturn

    _Plain = type

    class Renamed:
        """A class with attributes that once had other names."""
else:
    try:
        from _collections import _tuplegetter as _field
    except ImportError:  # PyPy

        def _field(place: int, doc: str) -> property:
            return property(lambda record: tuple.__getitem__(record, place), doc=doc)

    class _Plain(type):
        """The metaclass of tuple classes; ``dir()`` leaves out fields and what every tuple has."""

        def __dir__(cls) -> list[str]:
            kinds = [kind for kind in cls.__mro__ if type(kind) is not type]
            names = {name for kind in kinds for name in vars(kind) if name[0] != "_"}
            return sorted(names.difference(getattr(cls, "_fields", ())))

    class _RecordType(_Plain):
        """The metaclass of records: annotations become fields, and the class's values their defaults."""

        def __new__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> type:
            fields = tuple(namespace.get("__annotations__", ()))
            if fields and not any(getattr(base, "_fields", ()) for base in bases):  # a subclass adds no fields
                defaults = {field: namespace[field] for field in fields if field in namespace}
                namespace.update((field, _field(place, "")) for place, field in enumerate(fields))
                namespace.update(_fields=fields, _field_defaults=defaults, __match_args__=fields, __slots__=())
            return type.__new__(cls, name, bases, namespace)

        @property
        def __signature__(cls) -> Any:
            from inspect import signature

            return signature(_constructor(cls).__get__(cls)) if cls._fields else None

    def _constructor(cls: Any) -> Any:
        """``__new__`` with the fields as parameters, as namedtuple has it."""
        code = f"lambda cls, {', '.join(cls._fields)}: make(cls, ({', '.join(cls._fields)},))"
        new = eval(code, {"make": tuple.__new__, "__builtins__": {}})  # noqa: S307 - the names of our own fields
        new.__defaults__ = tuple(cls._field_defaults.values())
        new.__qualname__, new.__annotations__ = cls.__name__, dict(cls.__annotations__)
        new.__code__ = new.__code__.replace(co_name=cls.__name__)  # what Python 3.9 calls it in an error
        return new

    class Record(tuple, metaclass=_RecordType):
        """A tuple whose places have names."""

        __slots__ = ()
        _fields = ()

        def __new__(cls, *values: Any, **named: Any) -> Any:
            # Compiled at the first call, since it takes longer than importing the class. Most classes never need it.
            owner = next(kind for kind in cls.__mro__ if vars(kind).get("_fields"))  # a subclass may have a __new__
            new = _constructor(owner)
            owner.__new__ = staticmethod(new)
            return new(cls, *values, **named)

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
            _refuse(self, name)

    class Renamed(metaclass=_Plain):
        """A class with attributes that once had other names; the error for an old name has the new one."""

        __getattr__ = Record.__getattr__

    def _refuse(value: object, name: str) -> NoReturn:
        from ifdiscover._misuse import missing

        raise missing(type(value), name)


class Immutable(metaclass=_Plain):
    """For tuples with extra attributes: no attribute can be set; the class fills ``vars(self)`` itself."""

    __slots__ = ()

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} is immutable: {name} cannot be set")


class CollectingPaused:
    """A context in which the cyclic garbage collector is off; afterwards it is on again if it was on before.

    The collector runs after every few hundred new objects, and from time to time over all objects. So it takes more
    time the larger the host is, and it finds nothing, since none of the records is garbage.
    """

    def __enter__(self) -> None:
        self._was_on = gc.isenabled()
        gc.disable()

    def __exit__(self, *_error: object) -> None:
        if self._was_on:
            gc.enable()


class CollectingResumed:
    """A context in which the collector is on, for a command that goes on for months; afterwards it is as before."""

    def __enter__(self) -> None:
        self._was_on = gc.isenabled()
        gc.enable()

    def __exit__(self, *_error: object) -> None:
        if not self._was_on:
            gc.disable()


__all__ = ["CollectingPaused", "CollectingResumed", "Immutable", "Record", "Renamed"]
