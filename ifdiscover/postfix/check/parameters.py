"""Every fault at once of the parameters that ifdiscover knows; Postfix stops at the first that it meets."""

from __future__ import annotations

from _socket import AF_INET

from ifdiscover.errors import (
    AddressClassError,
    CompatibilityLevelError,
    InterfacesError,
    MacroError,
    MacroLimitError,
    NoActiveInterfaceError,
    PostfixError,
    ProtocolsError,
    StyleError,
    UnknownDefaultError,
)
from ifdiscover.model import Host
from ifdiscover.postfix.bind_addresses import bind_addresses
from ifdiscover.postfix.check.hostnames import HOSTNAMES, check_hostnames
from ifdiscover.postfix.check.match_list import check_list
from ifdiscover.postfix.findings import Finding, of_fault
from ifdiscover.postfix.inet_protocols import enabled_protocols, probe_of
from ifdiscover.postfix.ipv6_absence import ipv6_absence, switch_of, unknown_switch
from ifdiscover.postfix.lists.configured import (
    PARAMETER,
    PARENTS,
    about_parents,
    configured_list,
    parents_list,
)
from ifdiscover.postfix.lists.match_list import CANNOT_TELL, TRUSTED, MatchList, match_list_of
from ifdiscover.postfix.mynetworks import networks_of, parse_style
from ifdiscover.postfix.own_addresses import resolve, select
from ifdiscover.postfix.parameters.compatibility_level import compatibility_level
from ifdiscover.postfix.parameters.configuration import unmistakable
from ifdiscover.postfix.syntax.faults import FATAL, NEEDS_POSTFIX
from ifdiscover.postfix.syntax.lines import logical_lines
from ifdiscover.postfix.syntax.words import ADDRESS_SEPARATORS, WHITE_SPACE, split

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ifdiscover.postfix.inet_protocols import Protocols
    from ifdiscover.postfix.ipv6_absence import Absence, Switch
    from ifdiscover.postfix.parameters.configuration import Configuration

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
"""The parameters that are looked at, in the order in which they are expanded."""

_CHOICES = {
    "smtp_address_preference": (("any", "ipv4", "ipv6"), "bad smtp_address_preference value: {}"),
    "smtp_bind_address_enforce": (("yes", "no"), "bad boolean configuration: smtp_bind_address_enforce = {}"),
}


def is_main_cf(text: str) -> bool:
    """Whether a text is a main.cf, and not a list of networks: one of its lines begins with ``NAME =``."""
    for line in logical_lines(text).lines:
        name, equals, _value = line.text.partition("=")
        if equals and name.strip(WHITE_SPACE).replace("_", "").replace("-", "").isalnum():
            return True
    return False


def check_configuration(configuration: Configuration, host: Host, is_disabled: Switch | None = None) -> list[Finding]:
    """What is wrong with the parameters of a configuration, on a host, as the daemons see them.

    Args:
        configuration: what is in force.
        host: where Postfix runs.
        is_disabled: whether IPv6 is switched off on an interface. None: a recorded host does not tell, and of any other
            the files of this thread's network namespace are read.

    Raises:
        BackendError: the host's kernel refused a socket; a recorded host's is not asked.
    """
    check = _Check(configuration, host, switch_of(host) if is_disabled is None else is_disabled)
    check.main_cf()
    check.expand()
    check.hostnames()
    check.protocols_and_interfaces()
    check.proxies()
    check.networks()
    check.choices()
    check.bindings()
    return check.found


def check_given_list(configuration: Configuration) -> list[Finding]:
    """What is wrong with a mynetworks that stands in no main.cf, and with nothing else of its configuration."""
    check = _of_a_list(configuration, PARAMETER, (PARAMETER, PARENTS))
    check.networks()
    return check.found


def check_list_file(configuration: Configuration, text: str, name: str) -> list[Finding]:
    """What is wrong with a file of networks, which holds no macros, and with what is set for this run.

    Args:
        configuration: what is set for this run.
        text: what the file holds.
        name: the file's.
    """
    check = _of_a_list(configuration, "-o", (PARENTS,))
    check.file(text, name)
    return check.found


def _of_a_list(configuration: Configuration, mentioned_in: str, names: Iterable[str]) -> _Check:
    """A run without a host, that has looked at the names that are set and at these values."""
    check = _Check(configuration, Host((), (), ""), unknown_switch)
    check.found += [of_fault(mentioned_in, fault._replace(sentence="")) for fault in configuration.faults]
    check.names()
    check.expand(names)
    return check


class _Check:
    """One run; each method adds what it finds."""

    def __init__(self, configuration: Configuration, host: Host, is_disabled: Switch) -> None:
        self.found: list[Finding] = []
        self._configuration = configuration
        self._host = host
        self._is_disabled = is_disabled
        self._values: dict[str, str] = {}  # those that can be expanded
        self._level_fault = ""  # what Postfix says of compatibility_level
        self._protocols: Protocols | None = None  # None: they could not be found out

    def main_cf(self) -> None:
        """The lines of main.cf itself, names that are defined nowhere, and those that nothing uses."""
        self.found += [of_fault("main.cf", fault) for fault in self._configuration.faults]
        self.names()

    def names(self) -> None:
        """Names that nothing uses: those that resemble others, and those that were set for this run."""
        for name in self._configuration.unused:
            from difflib import get_close_matches

            meant = get_close_matches(name, CHECKED, 1, 0.85)
            # Other names of main.cf may be of a later Postfix, of a transport of master.cf, or somebody's own.
            if meant or self._configuration.setting(name) is None:
                self._say("misspelt-name", name, suggestion="".join(meant))

    def expand(self, names: Iterable[str] = CHECKED) -> None:
        """Every value that is set, and where postconf sees another one than the daemons."""
        configuration = self._configuration
        for name in names:
            if name == "mynetworks" and not configuration.is_set(name):
                continue
            try:
                self._values[name] = configuration.value(name)
            except (MacroError, UnknownDefaultError) as error:
                # A name of host or domain that is not set is made of the other, where the same is told, or of the
                # kernel's, which a recording need not tell.
                if name in HOSTNAMES and not configuration.is_set(name):
                    continue
                if isinstance(error, MacroError):
                    self._macro(name, error)
                else:
                    self._say(NEEDS_POSTFIX, name, remark=str(error))
            else:
                if name == "compatibility_level":
                    self._level(self._values[name])
        if configuration.is_set("mynetworks"):
            return
        for name in ("inet_interfaces", "inet_protocols", "mynetworks_style"):
            if name in self._values and configuration.is_set(name):
                self._compare_views(name, self._values[name])

    def _level(self, value: str) -> None:
        """The compatibility_level, which Postfix looks at whether anything compares it or not."""
        try:
            compatibility_level(value)
        except CompatibilityLevelError as error:
            self._level_fault = error.sentence
            self._add("compatibility-level", "compatibility_level", error)

    def _macro(self, name: str, error: MacroError) -> None:
        if isinstance(error, MacroLimitError):
            self._say(NEEDS_POSTFIX, name, remark=str(error))
        elif error.warning != self._level_fault:  # the default of mynetworks_style compares it: told already
            kind = "bind-macro" if name.startswith("smtp_") else "macro"  # smtpd does not look at those
            self._say(kind, name, says=error.warning, suggestion=error.remedy)

    def _compare_views(self, name: str, value: str) -> None:
        """Tell where postconf, which knows only what main.cf sets, sees another value than the daemons."""
        try:
            seen = self._configuration.value_by_main_cf(name) or "empty"
        except MacroError as error:
            seen = f"a fault ({error.warning})"
        if seen != (value or "empty"):
            self._say("postconf-differs", name, remark=f"to postconf it is {seen}; to the daemons {value}")

    def hostnames(self) -> None:
        """Names of host and domain."""
        self.found += check_hostnames(self._configuration, self._values)

    def protocols_and_interfaces(self) -> None:
        """inet_protocols, then each word of inet_interfaces."""
        value = self._values.get("inet_protocols")
        if value is None:
            return
        try:
            self._protocols = enabled_protocols(value, probe_of(self._host))
        except ProtocolsError as error:
            self._add("protocol-unknown", "inet_protocols", error)
            return
        if not self._protocols.families:
            sentence = f"all network protocols are disabled (inet_protocols = {value})"
            self._say("no-protocol", "inet_protocols", says=sentence, suggestion="all")
            return
        absence = ipv6_absence(self._host, self._protocols, self._is_disabled)
        if absence is not None and AF_INET in self._protocols.families:  # otherwise Postfix does not start
            kind, what, remedy, sentence = absence
            self._say(kind, "inet_protocols", says=sentence, suggestion=remedy, remark=what)
        if "inet_interfaces" in self._values:
            self._interfaces(self._protocols, self._values["inet_interfaces"], absence)

    def _interfaces(self, protocols: Protocols, value: str, absence: Absence | None) -> None:
        name = "inet_interfaces"
        try:
            if not select(self._host, unmistakable(value), protocols):
                self._say("no-own-address", name, suggestion="all")
        except NoActiveInterfaceError as error:
            self._say(
                "no-active-interface",
                name,
                says=error.sentence,
                suggestion=error.remedy,
                remark="" if absence is None else absence.what,
            )
        except InterfacesError:
            # One of the words; each is tried alone, so that all faults come out.
            for offset, word in _placed(value):
                self._interface_word(protocols, offset, word)

    def _interface_word(self, protocols: Protocols, offset: int, word: str) -> None:
        name = "inet_interfaces"
        try:
            resolve(name, word, protocols.families)
        except InterfacesError as error:
            self._add("interface-not-found", name, error, word, offset)
            return
        try:
            # Never the whole value all, whose words are names in a list.
            select(self._host, f"{word},", protocols)
        except InterfacesError as error:
            self._add("interface-not-local", name, error, word, offset)

    def proxies(self) -> None:
        """Each word of proxy_interfaces."""
        families = () if self._protocols is None else self._protocols.families
        if not families:
            return
        for offset, word in _placed(self._values.get("proxy_interfaces", "")):
            try:
                resolve("proxy_interfaces", word, families)
            except InterfacesError as error:
                self._add("proxy-not-found", "proxy_interfaces", error, word, offset)

    def networks(self) -> None:
        """mynetworks: that of main.cf, or the one that Postfix computes."""
        style = self._values.get("mynetworks_style")
        if style == "":  # the only style that Postfix looks at where mynetworks is set
            self._say("style", "mynetworks_style", says="bad string length 0 < 1: mynetworks_style = ")
        parents = self._parents()
        if self._configuration.is_set("mynetworks"):
            if "mynetworks" in self._values:
                value = self._values["mynetworks"]
                self.found += check_list(configured_list(self._configuration, value, parent_domains=parents))
        elif style:
            self._computed(style)

    def file(self, text: str, name: str) -> None:
        """A file of networks."""
        self.found += check_list(MatchList(text, file=name, parent_domains=self._parents()))

    def _parents(self) -> bool:
        """Whether domains match the names below them; so by default, and where a finding says that it is not known."""
        if PARENTS not in self._values:
            return True
        listed = parents_list(self._values[PARENTS])
        fatal = [of_fault(PARENTS, fault) for fault in listed.faults if fault.level == FATAL]
        if fatal:
            self.found += fatal
            return True
        decision = about_parents(listed)
        if decision.verdict != CANNOT_TELL:
            return decision.verdict == TRUSTED
        element = "" if decision.element is None else decision.element.text
        if decision.postfix_says:
            says = decision.postfix_says[-1]
            self._say("parents-unusable", PARENTS, element=element, says=says, remark=decision.reason)
        else:
            self._say(NEEDS_POSTFIX, PARENTS, element=element, remark=decision.reason)
        return True

    def _computed(self, style: str) -> None:
        try:
            name = parse_style(style)
        except StyleError as error:
            self._add("style", "mynetworks_style", error)
            return
        if self._protocols is None or not self._protocols.families:
            return
        try:
            own = select(self._host, unmistakable(self._values["inet_interfaces"]), self._protocols)
            networks = networks_of(own, name)
        except AddressClassError as error:
            self._add("class-e", "mynetworks_style", error)
        except (KeyError, PostfixError):  # found above
            return
        else:
            self.found += check_list(match_list_of(networks))

    def choices(self) -> None:
        """Parameters that take one of a few words, in any case."""
        for name, (words, sentence) in _CHOICES.items():
            value = self._values.get(name)
            if value is not None and value.lower() not in words:
                self._say("bad-choice", name, says=sentence.format(value), suggestion=f"one of {', '.join(words)}")

    def bindings(self) -> None:
        """The source addresses of the SMTP client."""
        values = self._values
        wanted = ("smtp_bind_address", "smtp_bind_address6", "inet_interfaces", "inet_protocols")
        if any(name not in values for name in wanted):
            return
        enforced = values.get("smtp_bind_address_enforce", "").lower() == "yes"
        try:
            report = bind_addresses(
                self._host,
                *(values[name] for name in wanted[:2]),
                *(values[name] for name in wanted[2:]),
                enforced=enforced,
            )
        except PostfixError:  # found above
            return
        for fault in report.faults:
            self.found.append(fault._replace(place=self._configuration.place_of(fault.parameter)))

    def _add(self, kind: str, parameter: str, error: PostfixError, element: str = "", offset: int = 0) -> None:
        self._say(kind, parameter, element=element, offset=offset, says=error.sentence, suggestion=error.remedy)

    def _say(
        self, kind: str, parameter: str, *, element: str = "", offset: int = 0, says: str = "", **more: str
    ) -> None:
        place = self._configuration.place_of(parameter, offset)
        self.found.append(Finding(kind, parameter, place, element, says, **more))


def _placed(value: str) -> Iterator[tuple[int, str]]:
    """The words of a list of interfaces, each with its offset."""
    end = 0
    for word in split(value, ADDRESS_SEPARATORS):
        end = value.index(word, end)
        yield end, word
        end += len(word)
