"""Faults of the names that are set, and of values that Postfix cannot expand."""

from __future__ import annotations

from ifdiscover._postfix.check.hostnames import HOSTNAMES
from ifdiscover._postfix.lists.configured import PARENTS
from ifdiscover._postfix.parameters.compatibility_level import compatibility_level
from ifdiscover._postfix.parameters.macros import mentions
from ifdiscover._postfix.syntax.findings import INFO, NEEDS_POSTFIX, Finding, Place, finding_of_error, with_parameter
from ifdiscover._postfix.syntax.lines import UTF8_MARK, byte_order_mark
from ifdiscover.errors import CompatibilityLevelError, MacroError, MacroLimitError, UnknownDefaultError

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ifdiscover._postfix.parameters.configuration import Configuration

CHECKED = (
    "compatibility_level",
    "myhostname",
    "mydomain",
    "inet_protocols",
    "inet_interfaces",
    "proxy_interfaces",
    "mynetworks_style",
    "mynetworks",
    "smtp_bind_address",
    "smtp_bind_address6",
    "smtp_bind_address_enforce",
    "smtp_address_preference",
    PARENTS,
)
"""The parameters that are checked, in the order in which they are expanded."""

_OF_IPV4 = {"smtp_bind_address4": "smtp_bind_address"}  # beside smtp_bind_address6 one expects a 4


def check_lines(configuration: Configuration) -> Iterator[Finding]:
    """The odd lines of main.cf, and names that are not defined.

    A name that no checked parameter needs has nothing to do with addresses, and is harmless.
    """
    needed = configuration.reached_from(CHECKED) if configuration.findings else ()
    for fault in configuration.findings:
        name = fault.element.lstrip("$")
        if fault.kind == "undefined-name" and configuration.is_set(UTF8_MARK + name):
            continue  # the mark is the cause, and check_names() reports it
        harmless = fault.kind == "undefined-name" and name not in needed
        told = with_parameter("main.cf", with_name_meant(configuration, fault))
        yield told._replace(own_severity=INFO) if harmless else told


def check_names(configuration: Configuration) -> Iterator[Finding]:
    """Unused names: those in main.cf that resemble a checked parameter, and all overrides."""
    for name in configuration.unused:
        setting = configuration.setting(name)
        place = Place() if setting is None else setting.line.place(setting.path)
        if setting is not None and name.startswith(UTF8_MARK):
            mark = byte_order_mark(setting.path, name)
            if mark is not None:
                yield mark._replace(place=place, remark=f"this line does not set {name[1:]}", parameter=name[1:])
            continue
        # Other names in main.cf may belong to a later Postfix, to a transport of master.cf, or to the administrator.
        # One that goes on after a parameter's name, as mynetworks_v, was made up, and not misspelt.
        near = _OF_IPV4.get(name) or _meant(name, CHECKED)
        is_own = setting is not None and (not near or name.startswith(f"{near}_"))
        if not is_own:
            yield Finding("misspelt-name", place=place, suggestion=near, parameter=name)


def with_name_meant(configuration: Configuration, fault: Finding) -> Finding:
    """The finding of a name that is not defined, with the name that was probably meant, if one is alike."""
    if fault.kind != "undefined-name":
        return fault
    name = fault.element.lstrip("$")
    set_names = dict.fromkeys((*configuration.unused, *configuration.known))
    # A parameter that mentions the name itself would then be defined by itself, and Postfix would not start.
    others = [other for other in set_names if name not in mentions(_written(configuration, other))]
    near = _meant(name, others)
    return fault._replace(suggestion=f"${near}" if near else "")


def _meant(name: str, known: Iterable[str]) -> str:
    from ifdiscover._postfix.parameters.spelling import meant  # most main.cf have no odd name

    return meant(name, known)


def _written(configuration: Configuration, name: str) -> str:
    """The value before expansion; "" if it is not known."""
    try:
        return configuration.written(name)
    except (MacroError, UnknownDefaultError):
        return ""


def check_values(configuration: Configuration, names: Iterable[str] = CHECKED) -> tuple[dict[str, str], list[Finding]]:
    """The values that can be expanded, by name, and the faults of the others.

    Args:
        configuration: the parameters in force.
        names: the parameters to expand. mynetworks is skipped if it is not set.
    """
    values: dict[str, str] = {}
    found: list[Finding] = []
    level_fault = ""  # what Postfix says of compatibility_level
    for name in names:
        if name == "mynetworks" and not configuration.is_set(name):
            continue
        place = configuration.place_of(name)
        try:
            values[name] = configuration.value(name)
        except (MacroError, UnknownDefaultError) as error:
            # If myhostname or mydomain is not set, it depends on the other one, which reports the same error, or on
            # the kernel's name, which a recording may lack.
            if name in HOSTNAMES and not configuration.is_set(name):
                continue
            if isinstance(error, (MacroLimitError, UnknownDefaultError)):
                found.append(Finding(NEEDS_POSTFIX, place=place, remark=str(error), parameter=name))
            elif error.warning != level_fault:  # a bad level also breaks mynetworks_style's default: reported once
                kind = "bind-macro" if name.startswith("smtp_") else "macro"  # smtpd does not expand smtp_ parameters
                found.append(Finding(kind, error.warning, place, suggestion=error.remedy, parameter=name))
        if name == "compatibility_level" and name in values:
            # Postfix checks the level even if nothing compares it.
            try:
                compatibility_level(values[name])
            except CompatibilityLevelError as error:
                level_fault = error.postfix_says
                found.append(finding_of_error("compatibility-level", name, place, error))
    return values, found


def check_views(configuration: Configuration, values: Mapping[str, str]) -> Iterator[Finding]:
    """Values that postconf and the daemons see differently, if mynetworks is not set.

    To compute it, postconf expands the values of main.cf without defaults.

    Args:
        configuration: the parameters in force.
        values: the values that the daemons see, by name.
    """
    if configuration.is_set("mynetworks"):
        return
    for name in ("inet_interfaces", "inet_protocols", "mynetworks_style"):
        if name not in values or not configuration.is_set(name):
            continue
        try:
            seen = configuration.value_by_main_cf(name) or "empty"
        except MacroError as error:
            seen = f"a fault ({error.warning})"
        if seen != (values[name] or "empty"):
            remark = f"to postconf it is {seen}; to the daemons {values[name]}"
            yield Finding("postconf-differs", place=configuration.place_of(name), remark=remark, parameter=name)
