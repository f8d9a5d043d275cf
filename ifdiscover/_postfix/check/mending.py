"""What postconf(1) has to be told to write what findings suggest. Nothing here runs it, and no file is changed."""

from __future__ import annotations

from ifdiscover._names import is_copyable
from ifdiscover._postfix import DIRECTORY
from ifdiscover._postfix.syntax.findings import INFO, is_assignment, is_replacement
from ifdiscover._postfix.syntax.list_words import list_words
from ifdiscover._postfix.syntax.networks import PatternError, parse_network, without_repeats
from ifdiscover._postfix.syntax.words import WHITE_SPACE, trimmed

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from ifdiscover._postfix.parameters.configuration import Configuration
    from ifdiscover._postfix.parameters.main_cf import Setting
    from ifdiscover._postfix.services.master_cf import Service
    from ifdiscover._postfix.syntax.findings import Finding

_LONGEST = 100_000  # Linux takes no argument of 128 KiB (execve(2), MAX_ARG_STRLEN)


def mended_values(
    found: Sequence[Finding], configuration: Configuration, judge: Callable[[Mapping[str, str]], Iterable[Finding]]
) -> dict[str, str]:
    """The whole values of main.cf's parameters with all that is suggested for each, by name.

    A value is left out if it would not help: if there is no suggestion that can be written, if two contradict each
    other, or if the new value has a fault that the old one has not.

    Args:
        found: the findings about the configuration.
        configuration: has main.cf.
        judge: the findings about the configuration with some other values.
    """
    of_main_cf = [fault for fault in found if not (fault.place.file or "").endswith("/master.cf")]
    wanted = {**_with_elements(of_main_cf, configuration), **_assigned(of_main_cf, configuration)}
    before = _grave(found)
    helpful = {}
    for name, value in wanted.items():
        after = _grave(judge({name: value}))
        if after < before:
            helpful[name] = value
    return helpful


def mended_services(
    found: Sequence[Finding], services: Iterable[Service], judge: Callable[[Service], Iterable[Finding]]
) -> list[tuple[Service, str]]:
    """The services of master.cf with all that is suggested for one of their ``-o``, each with that parameter's name.

    Left out is what ``mended_values()`` leaves out.

    Args:
        found: the findings about main.cf and master.cf.
        services: those of master.cf.
        judge: the findings about what a service sets for itself.
    """
    helpful = []
    for service in services:
        for name, setting in service.overrides.items():
            faults = [fault for fault in _replacing(found) if fault.parameter == name]
            words = [word for _offset, word in list_words(_replaced(setting, faults))]
            value = ",".join(words)  # postconf -P takes no blanks
            mended = service._replace(overrides={**service.overrides, name: setting._replace(value=value)})
            is_writable = _is_writable(value) and not any(blank in value for blank in WHITE_SPACE)
            if value and is_writable and _grave(judge(mended)) < _grave(judge(service)):
                helpful.append((mended, name))
    return helpful


def postconf_command(folder: str, option: str, setting: str) -> str:
    """The command that writes a setting, quoted for the shell.

    Args:
        folder: the folder of main.cf; "": Postfix's own.
        option: ``-e`` for a line of main.cf, ``-P`` for an option of a service of master.cf.
        setting: as postconf(1) takes it after the option.
    """
    from shlex import join

    return join(["postconf", *([] if folder in ("", DIRECTORY) else ["-c", folder]), option, setting])


def _grave(found: Iterable[Finding]) -> set[tuple[str, str, str]]:
    return {(fault.kind, fault.parameter, fault.element) for fault in found if fault.severity != INFO}


def _assigned(found: Iterable[Finding], configuration: Configuration) -> dict[str, str]:
    """The values of suggestions such as ``inet_interfaces = loopback-only``."""
    values: dict[str, set[str]] = {}
    for fault in found:
        name, equals, value = fault.suggestion.partition(" = ")
        is_overridden = configuration.is_set(name) and configuration.setting(name) is None
        if equals and is_assignment(fault.suggestion) and fault.severity != INFO and not is_overridden:
            values.setdefault(name, set()).add(trimmed(value))
    return {name: texts.pop() for name, texts in values.items() if len(texts) == 1 and _is_writable(*texts)}


def _with_elements(found: Iterable[Finding], configuration: Configuration) -> dict[str, str]:
    """The values of main.cf in which each faulty element is replaced by what is suggested for it."""
    by_parameter: dict[str, list[Finding]] = {}
    for fault in _replacing(found):
        by_parameter.setdefault(fault.parameter, []).append(fault)
    values = {}
    for name, faults in by_parameter.items():
        setting = configuration.setting(name)
        value = "" if setting is None else _replaced(setting, faults)
        if value and _is_writable(value):
            values[name] = value
    return values


def _replacing(found: Iterable[Finding]) -> Iterator[Finding]:
    """The findings whose suggestion can be written in place of their element."""
    for fault in found:
        if fault.element and fault.severity != INFO and is_replacement(fault.suggestion):
            yield fault


def _replaced(setting: Setting, faults: Iterable[Finding]) -> str:
    """The value with its faulty words replaced, none twice; "" if they are not in it, or if suggestions contradict."""
    suggested: dict[tuple[object, str], set[str]] = {}
    for fault in faults:
        place = fault.place
        # In a value with a $name only the line is known.
        where = place if place.column else (place.file, place.line)
        suggested.setdefault((where, fault.element), set()).add(fault.suggestion)
    words = list(list_words(setting.value))
    kept: list[str] = []  # the value in pieces: to add to a long text copies it
    begin, end, is_changed = 0, 0, False
    for number, (offset, word) in enumerate(words):
        if offset < end:
            continue  # the length that was parted from the word before
        texts = suggested.get((setting.place(offset), word)) or suggested.get(
            ((setting.path, setting.line.number), word), set()
        )
        if len(texts) > 1:
            return ""
        if texts and number and _is_length(word) and _is_bare_address(words[number - 1][1]):
            del kept[begin:]  # the suggestion has the address, too
        else:
            kept.append(setting.value[end:offset])
            begin = len(kept)
        kept.append(next(iter(texts), word))
        end = offset + len(word)
        if texts and word.endswith("/") and number + 1 < len(words) and words[number + 1][1].isdecimal():
            end = words[number + 1][0] + len(words[number + 1][1])
        is_changed = is_changed or bool(texts)
    kept.append(setting.value[end:])
    return " ".join(without_repeats("".join(kept)).split()) if is_changed else ""


def _is_length(word: str) -> bool:
    """Whether a word is a length or a netmask that a blank has parted from its address: ``192.0.2.0 /24``."""
    return word.removeprefix("/").isdecimal() or (word.startswith("255.") and _is_bare_address(word))


def _is_bare_address(word: str) -> bool:
    """Whether a word is an address without a length, with or without ``!``."""
    try:
        parse_network(word.lstrip("!"))
    except PatternError:
        return False
    return "/" not in word


def _is_writable(value: str) -> bool:
    """Whether a person can copy the value from a terminal: nothing in it is shown escaped, and it is one argument."""
    return len(value) < _LONGEST and is_copyable(value)
