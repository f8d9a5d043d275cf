"""The restriction lists of one smtpd service: their words, and why smtpd does not start with them."""

from __future__ import annotations

from ifdiscover._postfix.lists.lookup_table import TableError
from ifdiscover._postfix.services.access_table import open_access
from ifdiscover._postfix.services.restriction_words import CLIENT, HELO, RECIPIENT, REQUIRED, SENDER, WORDS
from ifdiscover._postfix.syntax.findings import FATAL, Finding, Place
from ifdiscover._postfix.syntax.list_words import BraceError, between_braces, list_words
from ifdiscover._record import Record
from ifdiscover.errors import ConfigurationError, FatalTableError, NotOnThisMachineError, UnknownDefaultError

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ifdiscover._postfix.parameters.configuration import Configuration
    from ifdiscover._postfix.services.access_table import AccessTable
    from ifdiscover._postfix.syntax.machine import Machine

RELAY, RECIPIENTS = "smtpd_relay_restrictions", "smtpd_recipient_restrictions"

LISTS = {
    "smtpd_client_restrictions": (CLIENT, "check_client_access"),
    "smtpd_helo_restrictions": (HELO, "check_helo_access"),
    "smtpd_sender_restrictions": (SENDER, "check_sender_access"),
    RELAY: (RECIPIENT, "check_recipient_access"),
    RECIPIENTS: (RECIPIENT, "check_recipient_access"),
}
"""The lists that smtpd asks before it answers RCPT: the step of each, and the word that a table alone stands for."""

_CLASSES = "smtpd_restriction_classes"
_DELAY = "smtpd_delay_reject"
_RELAY_FIRST = "smtpd_relay_before_recipient_restrictions"
_DEFAULTS = {
    **dict.fromkeys(LISTS, ""),
    RELAY: (
        "${{$compatibility_level} <level {1} ? {} :"
        " {permit_mynetworks, permit_sasl_authenticated, defer_unauth_destination}}"
    ),
    _CLASSES: "",
    _DELAY: "yes",
    _RELAY_FIRST: "${{$compatibility_level} <level {3.6} ? {no} : {yes}}",
    "smtpd_sasl_auth_enable": "no",
    "smtpd_sender_login_maps": "",
}
"""As postconf -d prints them."""

DEEPEST = 100
"""Lists within lists. smtpd goes on; but if a table names a list, it stops there too."""

WARN = "warn_if_reject"
REFUSAL = "reject_unauth_destination"
_POLICY = "check_policy_service"


class ClassLoopError(Exception):
    """A restriction class names itself. smtpd follows it until it has no memory left."""


class Rule(Record):
    """One restriction of a list.

    Attributes:
        text: its word, as it is written.
        name: the word in lower case; for a table alone, the word that it stands for.
        argument: what follows; None: nothing does.
        warns: whether warn_if_reject stands before it.
        parameter: the parameter in whose value it is.
        place: the place of the word.
    """

    text: str
    name: str
    argument: str | None
    warns: bool
    parameter: str
    place: Place

    def __str__(self) -> str:
        return self.text if self.argument in (None, self.text) else f"{self.text} {self.argument}"


def read_rules(text: str, parameter: str, table_word: str, locate: Callable[[int], Place]) -> list[Rule]:
    """The restrictions of a list.

    Args:
        text: the list, expanded.
        parameter: whose value it is.
        table_word: the word that a ``type:table`` alone stands for.
        locate: takes an offset in the text and returns its ``Place``.
    """
    rules = []
    words = list_words(text)
    warns = False
    for offset, word in words:
        name = word.lower()
        if name == WARN:
            warns = True
            continue
        known = WORDS.get(name)
        argument = None
        if known is not None and known.argument:
            argument = next(words, (0, None))[1]
        elif known is None and ":" in word:
            name, argument = table_word, word
        rules.append(Rule(word, name, argument, warns, parameter, locate(offset)))
        warns = False
    return rules


class Restrictions:
    """The restriction lists of one smtpd service.

    Attributes:
        classes: the text of each restriction class, by name.

    Args:
        configuration: the parameters of the service.

    Raises:
        UnknownDefaultError, MacroError: a value cannot be expanded, as in ``Configuration.value()``.
        ConfigurationError: smtpd does not start with a value that must be yes or no.
    """

    def __init__(self, configuration: Configuration) -> None:
        for name, default in _DEFAULTS.items():
            configuration = configuration.with_default(name, default)
        self._configuration = configuration
        self._texts: Mapping[str, str] = {name: configuration.value(name) for name in LISTS}
        names = [name for _offset, name in list_words(configuration.value(_CLASSES))]
        self.classes = {name: configuration.value(name) if configuration.is_set(name) else "" for name in names}
        self._required: dict[str, bool] = {}
        self._read: dict[tuple[str, str], tuple[Rule, ...]] = {}
        self.delays = _is_yes(configuration, _DELAY)
        self.relay_first = _is_yes(configuration, _RELAY_FIRST)

    def rules(self, parameter: str) -> list[Rule]:
        """The restrictions of one of ``LISTS``."""
        return read_rules(
            self._texts[parameter], parameter, LISTS[parameter][1], self._configuration.locator(parameter)
        )

    def rules_of_class(self, name: str, table_word: str) -> tuple[Rule, ...]:
        """The restrictions of a class; ``table_word`` as in ``read_rules()``."""
        key = name, table_word
        known = self._read.get(key)
        if known is None:
            locate = self._configuration.locator(name)
            known = self._read[key] = tuple(read_rules(self.classes[name], name, table_word, locate))
        return known

    def asks_for_login(self) -> bool:
        """Whether the words of ``LOGIN_MISMATCH`` do anything."""
        value = self._configuration.value
        return bool(value("smtpd_sender_login_maps")) and value("smtpd_sasl_auth_enable").lower() == "yes"

    def missing_required(self) -> Finding | None:
        """The finding if neither list for recipients has one of ``REQUIRED``; None if one has.

        Raises:
            ClassLoopError: a class names itself, by way of others perhaps.
            UnknownDefaultError: classes are nested too deep to be followed.
        """
        # Both are looked at in any case, so that a class in either that names itself ends smtpd.
        found = [self._has_required(self._texts[name], ()) for name in (RELAY, RECIPIENTS)]
        if any(found):
            return None
        *most, last = REQUIRED
        sentence = f"in parameter {RELAY} or {RECIPIENTS}, specify at least one working instance of: "
        place = self._configuration.place_of(RELAY)
        if place == Place():
            place = self._configuration.place_of(RECIPIENTS)
        return Finding(
            "no-relay-restriction",
            f"{sentence}{', '.join(most)} or {last}",
            place,
            suggestion=self._with_required(place),
            parameter=RELAY,
            level=FATAL,
        )

    def _with_required(self, place: Place) -> str:
        """The restrictions of a list as they are, with one that is required behind them; "": that would not help."""
        name = RELAY if self._texts[RELAY].strip() else RECIPIENTS
        words = [word for _offset, word in list_words(self._texts[name])]
        if not self._has_required(",".join([*words, REFUSAL]), ()):
            return ""
        mended = ", ".join(words or ["permit_mynetworks", "permit_sasl_authenticated"])
        line = f"{name if words else RELAY} = {mended}, {REFUSAL}"
        return f"-o {{ {line} }}" if (place.file or "").endswith("/master.cf") else line

    def _has_required(self, text: str, inside: tuple[str, ...]) -> bool:
        """Whether smtpd finds one of ``REQUIRED``: not after permit, and not after warn_if_reject."""
        words = list_words(text)
        for _offset, word in words:
            name = word.lower()
            if name == WARN:
                next(words, None)
            elif name == "permit":
                return False
            elif name in REQUIRED:
                return True
            elif word in inside:
                raise ClassLoopError(word)
            elif word in self.classes and self._class_has_required(word, inside):
                return True
        return False

    def _class_has_required(self, name: str, inside: tuple[str, ...]) -> bool:
        known = self._required.get(name)
        if len(inside) == DEEPEST:
            raise UnknownDefaultError(f"restriction class {name}: more than {DEEPEST} classes within each other")
        if known is None:
            known = self._required[name] = self._has_required(self.classes[name], (*inside, name))
        return known

    def why_not_started(self, tables: Tables) -> str:
        """Postfix's words, or ifdiscover's, for why smtpd does not start; "" if nothing is known against it."""
        for name, text in self.classes.items():
            if not text:
                return f"restriction class `{name}' needs a definition"
        for text in (*self._texts.values(), *self.classes.values()):
            reason = _why_not_read(text, tables)
            if reason:
                return reason
        try:
            missing = self.missing_required()
        except ClassLoopError as error:
            return f"restriction class {error} names itself, and smtpd is killed by signal 11"
        return "" if missing is None else missing.postfix_says


def _is_yes(configuration: Configuration, name: str) -> bool:
    value = configuration.value(name)
    if value.lower() not in ("yes", "no"):
        raise ConfigurationError(f"bad boolean configuration: {name} = {value}", "write yes or no")
    return value.lower() == "yes"


def _why_not_read(text: str, tables: Tables) -> str:
    """Why smtpd stops while it reads a list: a policy server or a table that it cannot make out."""
    before = ""
    for _offset, word in list_words(text):
        if before.lower() == _POLICY:
            if not _is_server(word):
                return f'need service transport:endpoint instead of "{word}"'
        elif ":" in word and word[0] != "{":
            try:
                tables.open(word)
            except FatalTableError as error:
                return error.postfix_says
            except (TableError, NotOnThisMachineError):
                pass
        before = word
    return ""


def _is_server(word: str) -> bool:
    """Whether a word is ``transport:endpoint``, or that and settings in braces."""
    if word[0] != "{":
        return ":" in word
    try:
        first, *settings = [part for _offset, part in list_words(between_braces(word))] or [""]
    except BraceError:
        return False
    return ":" in first and all("=" in setting for setting in settings)


class Tables:
    """The access tables of a run, each opened once."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._opened: dict[str, AccessTable | Exception] = {}

    def open(self, word: str) -> AccessTable:
        """As ``open_access()``."""
        known = self._opened.get(word)
        if known is None:
            try:
                known = open_access(word, self._machine)
            except (TableError, FatalTableError, NotOnThisMachineError) as error:
                known = error
            self._opened[word] = known
        if isinstance(known, Exception):
            raise known
        return known
