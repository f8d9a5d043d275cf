"""The output of postconf(1)."""

from __future__ import annotations

from ifdiscover._names import to_bytes
from ifdiscover._postfix.syntax.words import LIST_SEPARATORS, split
from ifdiscover._record import Record
from ifdiscover.errors import UsageError

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ifdiscover._postfix.parameters.configuration import Configuration

    Compute = Callable[[str, str, str], str]  # takes style, inet_interfaces, inet_protocols; returns mynetworks

LINE_LENGTH = 80
INDENT = "    "


class Form(Record):
    """How a parameter is printed."""

    name: bool = True
    value: bool = True
    folded: bool = False  # postconf -f: lines are broken at 80 columns


def answer(
    configuration: Configuration,
    names: Sequence[str],
    compute: Compute,
    *,
    defaults: bool = False,
    only_set: bool = False,
    expanded: bool = False,
    form: Form = Form(),  # noqa: B008 - immutable
) -> list[str]:
    """The lines of each parameter, as postconf prints them.

    If ``mynetworks`` is not set, postconf computes it at every call, also if nobody asks for it, and fails if that
    fails. postconf also fails if it cannot expand a value that is set.

    Args:
        configuration: what is set; with ``defaults``, a configuration in which nothing is set.
        names: the parameters, in the order of the lines; none: all that are known.
        compute: returns Postfix's default of mynetworks on the host.
        defaults: ``-d``: the defaults. mynetworks is computed only if it is asked for.
        only_set: ``-n``: no lines for parameters that are not set.
        expanded: ``-x``: expanded values, with defaults for what is not set.
        form: what is printed.

    Raises:
        UsageError: a name is not known.
        PostfixError, UnknownDefaultError, BackendError: as ``Configuration.value()`` and ``compute`` raise them.
    """
    for name in names:
        if not configuration.is_known(name):
            from ifdiscover._misuse import hint

            near = hint(name, configuration.known)
            raise UsageError(
                f"{name}: not a parameter that ifdiscover knows; "
                f"ifdiscover postconf -H lists those, postconf knows all{near}"
            )
    chosen = names or configuration.known
    for name, other in () if defaults else (("myhostname", "mydomain"), ("mydomain", "myhostname")):
        if not configuration.is_set(other):  # the default of ``other`` depends on ``name``
            configuration.value_by_main_cf(name)
    if not configuration.is_set("mynetworks") and (not defaults or "mynetworks" in chosen):
        configuration = configuration.with_default("mynetworks", default_mynetworks(configuration, compute))
    if not defaults:
        for name in configuration.expanded_by_postconf:
            configuration.demand_expandable(name)
    return [
        line(name, configuration.value(name) if expanded and form.value else configuration.written(name), form)
        for name in chosen
        if configuration.is_set(name) or not only_set
    ]


def default_mynetworks(configuration: Configuration, compute: Compute) -> str:
    """Postfix's default of mynetworks, from the parameters as postconf sees them.

    A value that is set is expanded without defaults; a default is expanded with them.
    """
    style, inet_interfaces, inet_protocols = [
        configuration.value_by_main_cf(name) if configuration.is_set(name) else configuration.value(name)
        for name in ("mynetworks_style", "inet_interfaces", "inet_protocols")
    ]
    return compute(style, inet_interfaces, inet_protocols)


def line(name: str, value: str, form: Form = Form()) -> str:  # noqa: B008 - immutable
    """``NAME = VALUE``, with one blank between words and none at the end; several lines if ``form`` is folded."""
    if not form.value:
        return name
    words = ([name, "="] if form.name else []) + split(value, LIST_SEPARATORS.replace(",", ""))
    return _folded(words) if form.folded else " ".join(words)


def _folded(words: Sequence[str]) -> str:
    lines = [*words[:1]]
    for word in words[1:]:
        if len(to_bytes(f"{lines[-1]} {word}")) > LINE_LENGTH:
            lines.append(INDENT + word)
        else:
            lines[-1] += f" {word}"
    return "\n".join(lines)
