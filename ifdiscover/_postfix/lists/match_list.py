"""Match lists, Postfix's language for "these clients": the value of mynetworks, and of other parameters.

A list is read once into elements. A client has an address and perhaps a name. The first element that matches the client
decides, and ``!`` inverts the decision. If an element that Postfix cannot use comes first, Postfix cannot tell, and
answers 451.
"""

from __future__ import annotations

from _socket import AF_INET, AF_INET6, inet_ntop

from ifdiscover._host.asked import packed_address
from ifdiscover._packed import MAPPED
from ifdiscover._postfix.inet_protocols import is_ipv6_alone
from ifdiscover._postfix.lists.intervals import Intervals
from ifdiscover._postfix.lists.lookup_table import QueryError
from ifdiscover._postfix.lists.reader import Pattern, Reader
from ifdiscover._postfix.syntax.findings import FATAL, Finding, Place, place_in_text
from ifdiscover._postfix.syntax.list_words import fold_case, is_command, with_negation
from ifdiscover._postfix.syntax.machine import Machine
from ifdiscover._postfix.syntax.networks import packed_or_none
from ifdiscover._record import CollectingPaused, Record, Renamed
from ifdiscover.errors import MatchListError
from ifdiscover.model import BITS

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import NoReturn

    from ifdiscover._host.asked import AddressLike
    from ifdiscover._postfix.lists.reader import Element, Locate
    from ifdiscover._postfix.mynetworks import Networks


TRUSTED = "trusted"
NOT_TRUSTED = "not trusted"
CANNOT_TELL = "cannot tell"


_ADDRESS_CHARACTERS = frozenset("0123456789abcdef.:")

# How a pattern can match a client, in the order in which Postfix tries. A faulty pattern stops the search.
_BY_NAME, _BY_TEXT, _BY_NETWORK, _BY_FAULT = range(4)
_REASONS = ("its name is this or below it", "its address is this", "its address is in this network")


class Decision(Record):
    """The decision of a list about one client. Nothing in it is escaped.

    A Decision is neither true nor false; use ``trusted``.

    Attributes:
        verdict: TRUSTED, NOT_TRUSTED or CANNOT_TELL.
        reason: how the element matches the client, or why Postfix cannot tell.
        element: the ``Element`` that decided; None: no element matched.
        number: the element's place in the list, counted from 1.
        postfix_says: Postfix's warnings about this client.
        trusted: whether the client is trusted.
    """

    verdict: str
    reason: str
    element: Element | None = None
    number: int | None = None
    postfix_says: tuple[str, ...] = ()

    @property
    def trusted(self) -> bool:
        """Whether the client is trusted; also False if Postfix cannot tell."""
        return self.verdict == TRUSTED

    def __bool__(self) -> NoReturn:
        """Refuse: as a tuple, a Decision would be true for every client.

        Raises:
            TypeError: always.
        """
        raise TypeError("a Decision is neither true nor false; ask its property .trusted")


class MatchList(Renamed):
    """A match list, read with the files and tables that it names.

    Attributes:
        parameter: the name of the parameter whose value the list is.
        elements: every ``Element``, in order.
        parent_domains: as below.
        keeps_mapped: whether an IPv4-mapped client is compared as it is, and not as an IPv4 address.
        placed_findings: what Postfix says while it reads the list, each with the number of elements read before it.

    Args:
        text: the parameter's value, with every ``$name`` expanded. The files and tables that it names are opened, but
            only regular files.
        parameter: the parameter's name, for Postfix's sentences.
        locate: takes an offset in the text and returns its ``Place``.
        file: the name of the file whose lines the text is; None: the text is a parameter's value.
        parent_domains: True: a domain also matches the names below it, as in mynetworks unless
            parent_domain_matches_subdomains says otherwise. False: only a domain that begins with a dot does.
        inet_protocols: the parameter's value. To smtpd, an IPv4-mapped client such as ::ffff:192.0.2.1 is 192.0.2.1,
            unless this names IPv6 alone.

    Raises:
        ProtocolsError: Postfix refuses the value of inet_protocols.
        TypeError: ``text``, ``parameter`` or ``inet_protocols`` is not a str.
    """

    parameter: str
    elements: tuple[Element, ...]
    placed_findings: tuple[tuple[int, Finding], ...]
    parent_domains: bool
    keeps_mapped: bool

    def __init__(
        self,
        text: str,
        *,
        parameter: str = "mynetworks",
        locate: Locate = place_in_text,
        file: str | None = None,
        parent_domains: bool = True,
        inet_protocols: str = "all",
        _machine: Machine | None = None,  # where files and tables are read; None: this machine
    ) -> None:
        from ifdiscover._misuse import demand_texts

        demand_texts(text=text, parameter=parameter, inet_protocols=inet_protocols)
        reader = Reader(parameter, _machine or Machine())
        with CollectingPaused():
            if file is None:
                reader.read(text, locate)
            else:
                reader.read_lines(file, text)
        self.parameter = parameter
        self.elements = tuple(reader.elements)
        self.placed_findings = tuple(zip(reader.before, reader.findings))
        self.parent_domains = parent_domains
        self.keeps_mapped = is_ipv6_alone(inet_protocols)
        self._index: _Index | None = None

    def __repr__(self) -> str:
        from ifdiscover._columns import first_few

        return f"MatchList({first_few(element.text for element in self.elements)!r})"

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What Postfix says while it reads the list, in order; of very many of one kind some, and how many ``more``."""
        return tuple(fault for _number, fault in self.placed_findings)

    def decide(self, client: AddressLike, *, name: str | None = None) -> Decision:
        """Whether the list trusts a client, and which element decides. Many networks take about as long as few.

        Args:
            client: the client's address: a text without brackets, zone or length, an ``ipaddress`` object, or an
                ``Address``.
            name: the client's host name; None or "": no name is compared. Nothing is looked up in DNS.

        Raises:
            AddressTextError: the text is no address. It is a ValueError.
            TypeError: the client is no text and no address, or the name is no text.
            MatchListError: Postfix does not start with this list.
        """
        if name is not None:
            from ifdiscover._misuse import demand_texts

            demand_texts(name=name)
        family, packed = packed_address(client)
        # Most lists have networks only. They need no texts, unless the client is one that smtpd sees as another.
        if not name and (self.keeps_mapped or not packed.startswith(MAPPED)):
            index = self._usable_index()
            if index.has_networks_only:
                return self._match(index.covering(family, packed), _BY_NETWORK)
        return self.decide_text(inet_ntop(family, packed), name)

    def decide_text(self, address: str, name: str | None = None) -> Decision:
        """As ``decide()``, but any text can stand for the client's address, as in Postfix.

        Args:
            address: the text. If it is no address, no network matches it.
            name: as in ``decide()``.

        Raises:
            MatchListError: Postfix does not start with this list.
        """
        seen = address if self.keeps_mapped else as_seen(address)
        decision = self._decide(seen, name)
        if seen == address:
            return decision
        return decision._replace(reason=f"{decision.reason}; smtpd sees such a client as {seen}")

    def _decide(self, address: str, name: str | None) -> Decision:
        index = self._usable_index()
        address, name = fold_case(address), fold_case(name or "")
        parents = domains_above(name, parent_domains=self.parent_domains) if name else []
        number, how = index.first(address, name, parents)
        for table in index.tables:
            if table > number:
                break
            answer = self._ask(table, address, name, parents)
            if answer is not None:
                return answer
        if how == _BY_FAULT:
            return self._no_answer(number)
        decision = self._match(number, how)
        first_name = index.first_name
        if not name and first_name < number:
            note = f"{self.elements[first_name].text} may be a host name, and no name was given for this client"
            decision = decision._replace(reason=f"{decision.reason}; {note}")
        return decision

    def _usable_index(self) -> _Index:
        if self._index is None:
            self._demand_usable()
            with CollectingPaused():
                self._index = _Index(self.elements)
        return self._index

    def _demand_usable(self) -> None:
        """Raise if Postfix does not start with this list."""
        for _number, fault in self.placed_findings:
            if fault.level == FATAL:
                raise MatchListError(fault.postfix_says, ": ".join(filter(None, (str(fault.place), fault.suggestion))))

    def _match(self, number: int, how: int) -> Decision:
        """The decision of a pattern; the number of elements stands for none."""
        if number == len(self.elements):
            return Decision(NOT_TRUSTED, "no element of the list matches it")
        return self._by_element(number, _REASONS[how])

    def _by_element(self, number: int, reason: str) -> Decision:
        element = self.elements[number]
        return Decision(NOT_TRUSTED if element.negated else TRUSTED, reason, element, number + 1)

    def _no_answer(self, number: int, warnings: tuple[str, ...] = ()) -> Decision:
        element = self.elements[number]
        content = element.content
        advice = ""
        if isinstance(content, Pattern):
            fault = content.fault or Finding("")
            reason, advice = "; ".join(filter(None, (fault.postfix_says, fault.remark))), fault.suggestion
            warnings = (f"{self.parameter}: {fault.postfix_says}",)
        elif isinstance(content, Finding):
            reason = content.postfix_says or content.remark
            if content.kind == "address-as-table":
                reason = f"{reason}: without brackets this is a type:table to Postfix"
            advice = content.suggestion
            if content.postfix_says:
                warnings = (
                    f"{content.element} is unavailable. {content.postfix_says}",
                    f"{self.parameter}: {content.element}: table lookup problem",
                )
        else:
            problem = f"{content.word}: table lookup problem"
            reason = "; ".join((*warnings, problem))
            warnings = (*warnings, f"{self.parameter}: {problem}")
        if advice:
            todo = f"run {advice}" if is_command(advice) else f"write {with_negation(element.text, advice)}"
            reason = f"{reason}; {todo}"
        return Decision(CANNOT_TELL, reason, element, number + 1, warnings)

    def _ask(self, number: int, address: str, name: str, parents: Iterable[str]) -> Decision | None:
        """The decision of a table about a client; None if the client is not in the table."""
        table = self.elements[number].content
        if isinstance(table, Pattern):
            return None
        if isinstance(table, Finding):
            return self._no_answer(number)
        keys = [name, *(parents if table.asked_for_parents else ())] if name else []
        if _ADDRESS_CHARACTERS.issuperset(address):
            keys.append(address)
        for key in keys:
            try:
                found = table.find(key)
            except QueryError as error:
                return self._no_answer(number, error.warnings)
            if found is not None:
                return self._by_element(number, f"{key} is found in it" + (f" ({found})" if found else ""))
        return None


def domains_above(name: str, *, parent_domains: bool) -> list[str]:
    """The domains above a name, in the form in which they match the name.

    Args:
        name: the name, after ``fold_case()``.
        parent_domains: as in ``MatchList``.
    """
    parents = []
    dot = name.find(".")
    while dot >= 0:
        if parent_domains:
            parents.append(name[dot + 1 :])
        elif dot:
            parents.append(name[dot:])
        dot = name.find(".", dot + 1)
    return parents


def match_list_of(networks: Networks, *, inet_protocols: str = "all") -> MatchList:
    """A computed mynetworks as a match list. The place of an element is the addresses that it comes from.

    Args:
        networks: what ``mynetworks()`` returns.
        inet_protocols: as in ``MatchList``.

    Raises:
        ProtocolsError: as in ``MatchList``.
        TypeError: ``networks`` is not what ``mynetworks()`` returns.
    """
    if not hasattr(networks, "style"):
        raise TypeError(f"networks are what mynetworks() returns, and not {type(networks).__name__}")
    text = str(networks)
    starts = {}
    end = 0
    for network in networks:
        starts[end] = Place(sources=network.sources)
        end += len(str(network)) + 1
    return MatchList(text, locate=starts.__getitem__, inet_protocols=inet_protocols)


def is_address(client: str) -> bool:
    """Whether a text is an address without brackets, zone or length."""
    return _packed(client) is not None


def client_warning(client: str) -> str | None:
    """A warning if a client's address is none to Postfix; None if it is one."""
    if _packed(client) is None:
        return (
            f'"{client}" is not an address to Postfix, and no network matches it: write 192.0.2.1 or 2001:db8::1, '
            "without brackets, zone or length, and a name behind it as in 192.0.2.1=mail.example.com"
        )
    return None


def as_seen(client: str) -> str:
    """A client's address as smtpd sees it: an IPv4-mapped address (RFC 4291, 2.5.5.2) as the IPv4 address."""
    packed = _packed(client) if ":" in client else None
    return client if packed is None or not packed.startswith(MAPPED) else inet_ntop(AF_INET, packed[12:])


def _packed(client: str) -> bytes | None:
    return packed_or_none(AF_INET6 if ":" in client else AF_INET, client)


class _Index:
    """Finds the first pattern that matches a client, without a look at each element."""

    def __init__(self, elements: tuple[Element, ...]) -> None:
        self._size = len(elements)
        self._words: dict[str, int] = {}
        self._faults: dict[bool, int] = {}  # the first faulty pattern with a colon (IPv6 to Postfix), and without
        self.tables: list[int] = []  # elements that are no pattern
        self.first_name = len(elements)  # the first element that a host name may decide
        networks: dict[int, list[tuple[bytes, int, int]]] = {AF_INET: [], AF_INET6: []}
        for number, element in enumerate(elements):
            content = element.content
            if not isinstance(content, Pattern):
                self.tables.append(number)
                continue
            if number < self.first_name and content.may_be_name:
                self.first_name = number
            self._words.setdefault(content.word, number)
            if content.network is not None:
                family, packed, length = content.network
                networks[family].append((packed, length, number))
            elif content.is_faulty:
                self._faults.setdefault(":" in content.word, number)
        self._networks = {family: Intervals(found, BITS[family]) for family, found in networks.items()}
        # [::1] is a network, but matches the client ::1 as a text.
        are_networks = sum(map(len, networks.values())) == self._size
        self.has_networks_only = are_networks and all("/" in word for word in self._words)

    def covering(self, family: int, packed: bytes) -> int:
        """The number of the first network that covers an address; the number of elements if none does."""
        number = self._networks[family].find(packed)
        return self._size if number is None else number

    def first(self, address: str, name: str, parents: Iterable[str]) -> tuple[int, int]:
        """The number of the first pattern that matches a client, and how; the number of elements if none does."""
        end = self._size
        place_of = self._words.get
        best, how = place_of(name, end), _BY_NAME
        for parent in parents:
            best = min(best, place_of(parent, end))
        if not _ADDRESS_CHARACTERS.issuperset(address):
            return best, how
        for text in (address, f"[{address}]"):
            number = place_of(text, end)
            if number < best:
                best, how = number, _BY_TEXT
        has_colon = ":" in address
        packed = _packed(address)
        if packed is not None:  # None: only the characters are those of an address
            covering = self.covering(AF_INET6 if has_colon else AF_INET, packed)
            if covering < best:
                best, how = covering, _BY_NETWORK
        if self._faults and self._faults.get(has_colon, end) < best:
            best, how = self._faults[has_colon], _BY_FAULT
        return best, how
