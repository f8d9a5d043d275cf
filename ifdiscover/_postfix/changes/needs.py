"""What a Postfix that runs needs after a change: nothing, a reload, a stop and a start, or an edited main.cf.

Measured with Postfix 3.7.11. Its master(8) opens sockets when it starts, and never again. Each of its other programs
works out own addresses and mynetworks when it starts, and keeps them; a reload ends them all. Programs also end by
themselves (max_idle, max_use), so without a reload some go by the new addresses, and some by the old ones.
"""

from __future__ import annotations

from ifdiscover._postfix.changes.answer import INTERFACES, PROXIES, answer_of, on_this_machine
from ifdiscover._postfix.changes.edits import Edit, edits_of
from ifdiscover._postfix.in_force import configuration_of
from ifdiscover._postfix.lists.configured import PARENTS
from ifdiscover._postfix.syntax.findings import Place
from ifdiscover._record import Record

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from ifdiscover._postfix.changes.answer import Answer
    from ifdiscover._postfix.parameters.configuration import Configuration
    from ifdiscover.model import Host

NOTHING, RELOAD, RESTART, EDIT = "nothing", "reload", "restart", "edit"
"""What Postfix needs, the least first; RESTART is ``postfix stop`` and ``postfix start``."""

ALREADY = "this holds for programs of Postfix that run already; later ones go by what is now"
TITLES = {"ipv4": "IPv4", "ipv6": "IPv6"}
WILDCARDS = (("0.0.0.0", "IPv4"), ("::", "IPv6"))  # noqa: S104 - compared, not bound
_BINDING = ("smtp_bind_address", "smtp_bind_address6")


class Need(Record):
    """What Postfix needs after a change, as measured with Postfix 3.7.11. Nothing in it is escaped.

    Attributes:
        what: ``nothing``; ``reload`` (``postfix reload``); ``restart`` (``postfix stop``, then ``postfix start``: a
            reload does not do); or ``edit``: main.cf has to be mended first.
        reasons: why, a sentence each.
        until: what is true until it is done, a sentence each.
        edits: for ``edit``: each line of main.cf to mend.
        then: for ``edit``: what Postfix needs once main.cf is mended.
    """

    what: str
    reasons: tuple[str, ...] = ()
    until: tuple[str, ...] = ()
    edits: tuple[Edit, ...] = ()
    then: str = ""


def postfix_needs(
    host: Host | None = None,
    *,
    before: Host,
    config_directory: str | None = None,
    overrides: Mapping[str, str] | None = None,
) -> Need:
    """What a Postfix that runs needs after its host's addresses changed: measured with Postfix 3.7.11.

    master.cf is not read: its own listeners, and values that it gives with ``-o``, do not count.

    Args:
        host: the host now; None: this host, discovered now.
        before: the host when Postfix was started or reloaded.
        config_directory: the folder whose main.cf is read. None: no main.cf is read.
        overrides: values by name that come before those of main.cf.

    Raises:
        ConfigFileError: main.cf cannot be read.
        MainCfError: a line of main.cf sets no parameter.
        UnknownDefaultError: only Postfix knows a value that is needed.
        NotOnThisMachineError: inet_interfaces has a name, and a host is recorded.
        BackendError: this host could not be read, or its kernel refused a socket. A recorded host has no kernel to ask.
        TypeError: an argument has another type.
    """
    from ifdiscover._misuse import demand_host, demand_texts_or_none

    demand_host(host)
    demand_host(before)
    demand_texts_or_none(config_directory=config_directory)
    if host is None:
        from ifdiscover.discovery import discover

        host = discover()
    before = on_this_machine(before, host)
    old, new = (configuration_of(one, config_directory, overrides) for one in (before, host))
    return needs(answer_of(before, old), answer_of(host, new), new)


def needs(before: Answer, after: Answer, configuration: Configuration | None = None) -> Need:
    """``postfix_needs()``, from two answers.

    Args:
        before: what Postfix goes by: the answer when it was started or reloaded.
        after: the answer now.
        configuration: what ``after`` was made from; says where main.cf names an address.
    """
    if after.error and after.missing:
        return _edit(before, after, configuration)
    if after.error:
        return _stopped(after, configuration)
    need = _startable(_without_edit(before, after), after)
    return need if not after.missing else _edit(before, after, configuration, need)


def _without_edit(before: Answer, after: Answer) -> Need:
    """What is needed if main.cf fits the host."""
    if before.error:
        why = f"Postfix could not be started or reloaded before ({before.error}), and now it can"
        unknown = "nobody can tell from that time where it listens"
        wait = "a reload alone leaves it listening where it did"
        return Need(RESTART, (why, unknown), (wait,))
    reasons, until = _of_sockets(before, after)
    what = RESTART if reasons else NOTHING
    of_programs = (_of_own(before, after), _of_networks(before, after), _of_values(before, after))
    more = [sentence for sentences, _ in of_programs for sentence in sentences]
    still = [sentence for _, sentences in of_programs for sentence in sentences]
    if more:
        what = what if what == RESTART else RELOAD
        still.append(ALREADY)
    return Need(what, (*reasons, *more), (*until, *still))


def _startable(need: Need, after: Answer) -> Need:
    """Not a restart while Postfix would not start; it is needed when the last such address is one of its sockets."""
    refused = [text for text in after.own_addresses if not {text, _wildcard(text)}.intersection(after.listens_on)]
    if not refused or need.what == NOTHING:
        return need
    fails = f"postfix start fails so long as {_list(refused)} is tentative or a duplicate"
    return need._replace(what=RELOAD, until=(*need.until, fails))


def _of_sockets(before: Answer, after: Answer) -> tuple[list[str], list[str]]:
    """Sockets that master(8) would open or close if it were started now."""
    reasons, until = [], []
    on_host = {address for _name, address in after.active}
    come = _besides(before.listens_on, after.listens_on)
    refused = [text for text in come if _wildcard(text) not in before.listens_on]
    # A socket for an address that is gone does no harm: nobody reaches it.
    gone = _besides(after.listens_on, before.listens_on)
    gone = [text for text in gone if _wildcard(text) not in after.listens_on and text not in after.own_addresses]
    heard = [text for text in gone if text in on_host or text == _wildcard(text)]
    if before.families != after.families:
        reasons.append(f"the protocols in use were {_list(before.families)} and are {_list(after.families)}")
        lost = [TITLES[family] for family in before.families if family not in after.families]
        if lost:
            until.append(f"a reload alone makes smtpd stop at each {_list(lost)} client")
    elif dict(before.values)[INTERFACES] != dict(after.values)[INTERFACES] and (come or heard):
        reasons.append(f"{INTERFACES} changed, and a reload ignores that")
    elif refused:
        reasons.append(f"Postfix opens a socket for each own address only when it starts; new: {_list(refused)}")
    elif heard:
        reasons.append(f"Postfix closes its sockets only when it stops; no longer its own: {_list(heard)}")
    if refused:
        until.append(f"connections to {_all(refused, before.listens_on)} are refused")
    if heard:
        until.append(f"Postfix still listens on {_all(heard, after.listens_on)}")
    return reasons, until


def _all(texts: list[str], but: tuple[str, ...]) -> str:
    """Addresses in a sentence, in which a wildcard stands for all of its family but some."""
    others = {_wildcard(text) for text in but}
    names = {wildcard: f"every {'other ' * (wildcard in others)}{title} address" for wildcard, title in WILDCARDS}
    return _list(names.get(text, text) for text in texts)


def _of_own(before: Answer, after: Answer) -> tuple[list[str], list[str]]:
    return _of_lists(
        before.own_addresses,
        after.own_addresses,
        ("Postfix has a new own address", "an own address of Postfix is gone"),
        ("mail for {} is not taken as its own", "mail for {} is still taken as its own"),
        lambda text: f"user@[{'IPv6:' * (':' in text)}{text}]",
    )


def _of_networks(before: Answer, after: Answer) -> tuple[list[str], list[str]]:
    old, new = before.mynetworks, after.mynetworks
    reasons, until = _of_lists(
        old,
        new,
        ("mynetworks has a new element", "an element of mynetworks is gone"),
        ("clients of {} are not trusted", "clients of {} stay trusted"),
    )
    if any(text.startswith("!") for text in (*old, *new)) and (reasons or old != new):
        # With an exclusion, nobody can tell from what came and went alone who is trusted.
        return ["mynetworks changed"], ["clients are judged by the mynetworks before"]
    return reasons, until


def _of_lists(
    old: tuple[str, ...],
    new: tuple[str, ...],
    reasons: tuple[str, str],
    until: tuple[str, str],
    spell: Callable[[str], str] = str,
) -> tuple[list[str], list[str]]:
    """A reason for what came and one for what is gone, and what programs that run now make of it."""
    come, gone = _besides(old, new), _besides(new, old)
    told = [(which, found) for which, found in enumerate((come, gone)) if found]
    return (
        [f"{reasons[which]}: {_list(found)}" for which, found in told],
        [f"{until[which].format(_list(map(spell, found)))}" for which, found in told],
    )


def _of_values(before: Answer, after: Answer) -> tuple[list[str], list[str]]:
    """Parameters that programs take from main.cf when they start."""
    old, new = dict(before.values), dict(after.values)
    changed = [name for name in new if name in (PROXIES, *_BINDING) and old.get(name) != new[name]]
    return (
        [f"{name} changed" for name in changed],
        [f"{name} is taken for {old.get(name) or 'empty'}" for name in changed],
    )


def _edit(before: Answer, after: Answer, configuration: Configuration | None, besides: Need | None = None) -> Need:
    """main.cf names an address that the host does not have."""
    edits = edits_of(before, after, configuration)
    reasons = tuple(
        f"{missing.parameter} names {missing.word}, and no interface that is up has it"
        if missing.word in (missing.address, f"[{missing.address}]")
        else f"{missing.parameter} names {missing.word}, which is {missing.address}: no interface that is up has it"
        for missing in after.missing
    )
    if after.error:
        until: tuple[str, ...] = (
            f"postfix reload, postfix stop and postfix start fail: {after.error}",
            "each program of Postfix that starts stops at once, so that soon no mail comes in",
        )
        return Need(EDIT, reasons, until, edits, RESTART)
    until = tuple(dict.fromkeys(missing.consequence for missing in after.missing))
    if besides is None:
        return Need(EDIT, reasons, until, edits, RELOAD)
    then = RESTART if besides.what == RESTART else RELOAD
    return Need(EDIT, reasons + besides.reasons, until + besides.until, edits, then)


def _stopped(after: Answer, configuration: Configuration | None) -> Need:
    """Postfix cannot start, and no address that main.cf names is known to be the reason."""
    if not after.parameter and after.values:
        fails = f"postfix reload, postfix stop and postfix start fail: {after.error}"
        return Need(NOTHING, ("nothing helps until the host has an address of a protocol in use",), (fails,))
    what = "smtpd" if after.parameter == PARENTS else "Postfix"
    place = Place() if configuration is None or not after.parameter else configuration.place_of(after.parameter)
    return Need(EDIT, (f"{what} does not start: {after.error}",), (), (Edit(after.parameter, place),), RESTART)


def _besides(others: Iterable[str], texts: Iterable[str]) -> list[str]:
    """The texts that are not among the others, in their order."""
    known = set(others)
    return [text for text in texts if text not in known]


def _wildcard(text: str) -> str:
    """The address that stands for all of an address's family."""
    return "::" if ":" in text else "0.0.0.0"  # noqa: S104 - compared, not bound


def _list(texts: Iterable[str]) -> str:
    """The first few texts in a sentence."""
    texts = list(texts)
    return ", ".join(texts[:5]) + (f" and {len(texts) - 5} more" if len(texts) > 5 else "") or "none"
