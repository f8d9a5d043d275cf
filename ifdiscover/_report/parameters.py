"""The parameters of main.cf that a report has, and the names and addresses that are in them."""

from __future__ import annotations

from ifdiscover._postfix.parameters.configuration import PARAMETERS, is_built_in
from ifdiscover._postfix.parameters.postconf import line
from ifdiscover._postfix.syntax.words import LIST_SEPARATORS, split

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ifdiscover._postfix.parameters.configuration import Configuration

# In these a word without a point may be a host's name.
_OF_NAMES = (
    *("inet_interfaces", "mydestination", "mydomain", "myhostname", "mynetworks", "myorigin", "proxy_interfaces"),
    *("relay_domains", "smtp_bind_address", "smtp_bind_address6"),
)
_MOST_WORDS = 100_000  # that are looked at; a list may be as long as somebody likes


def address_parameters(configuration: Configuration) -> list[str]:
    """A line ``NAME = VALUE``, as ``postconf -n`` prints it, for each parameter that is set and told; sorted.

    These are Postfix's parameters that ifdiscover knows, and those of somebody's own that their values mention.
    """
    names = sorted(_told(configuration))
    return [line(name, configuration.written(name)) for name in names]


def names_in(configuration: Configuration) -> Iterator[str]:
    """The words that are names of hosts, or may be, in the values of parameters that name hosts."""
    for word in _words(configuration, [*_OF_NAMES, *_own(configuration)]):
        is_other = "/" in word or ":" in word or "$" in word
        if not is_other and not word.replace(".", "").isdecimal():
            yield word.strip(".")


def words_in(configuration: Configuration) -> Iterator[str]:
    """The words of parameters about addresses that may be an address, or a part of one, in an unusual form."""
    for word in _words(configuration, [*_OF_NAMES, *_own(configuration)]):
        bare = word.partition("/")[0]
        if bare[:1].isdecimal():
            yield bare.rstrip(".")


def _told(configuration: Configuration) -> set[str]:
    return {name for name in PARAMETERS if configuration.is_set(name)}.union(_own(configuration))


def _own(configuration: Configuration) -> set[str]:
    """The parameters that are none of Postfix's, and are mentioned in the value of one that is told."""
    reached = configuration.reached_from(PARAMETERS)
    return {name for name in reached if configuration.is_set(name) and not is_built_in(name)}


def _words(configuration: Configuration, names: list[str]) -> Iterator[str]:
    count = 0
    for name in names:
        if not configuration.is_set(name):
            continue
        for word in split(configuration.written(name), LIST_SEPARATORS):
            count += 1
            if count > _MOST_WORDS:
                return
            yield word.strip("!()[]{}")
