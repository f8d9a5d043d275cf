"""Words of a match list that are no network to Postfix: whether a client can match them, and what was meant."""

from __future__ import annotations

from _socket import AF_INET, inet_ntop

from ifdiscover._packed import contiguous_prefixlen
from ifdiscover._postfix.syntax.findings import Finding
from ifdiscover._postfix.syntax.hostnames import MAX_LABEL, MAX_LENGTH
from ifdiscover._postfix.syntax.list_words import with_negation
from ifdiscover._postfix.syntax.meant import WRAPPERS, networks_meant
from ifdiscover._postfix.syntax.networks import ipv4_or_none
from ifdiscover._postfix.syntax.words import split

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from ifdiscover._postfix.check.elements.known import Known

_LOOPBACK = "127.0.0.0/8 [::1]/128"

# Words that mean something elsewhere: in inet_interfaces, in other programs and in plain English. To Postfix each is a
# host name. Names that a real host or domain may have, such as lan and local, are not here.
_LOOPBACK_WORDS = "loopback loopback-only localhost-only localhost_only"
_STYLES = "class host subnet"
_OTHER_WORDS = (
    "all any anybody anyone everybody everyone none nobody and or only yes no true false allow deny"
    " mynetworks my_networks networks network subnets localnets ipv4 ipv6"
)
_RESTRICTIONS = ("permit", "reject", "defer", "dunno", "warn_if_reject", "permit_", "reject_", "defer_", "check_")
_INTERFACES = "eth eno ens enp wlan docker virbr vmbr venet"
# The same in other words, so that only the first of each kind is told: br1 may be the host of a branch.
_FIRST_INTERFACES = "lo em en br tun tap wg ppp bond wl igb ix bge hme vtnet"


def fault_of_word(word: str, before: str, known: Known, *, parent_domains: bool) -> Finding | None:
    """The fault of a word that is compared with clients as text; None: a client can match it.

    Args:
        word: the word, after ``fold_case()``, without its ``!``.
        before: the word before it in the list, with its ``!``; "" if it is the first.
        known: what is known beside the list.
        parent_domains: as in ``MatchList``.
    """
    if word.isdecimal():
        if before.endswith("/"):
            return None  # the word before has the fault
        meant = network_in_two(before.lstrip("!"), word)
        if meant:
            remark = "this is a length without an address: a blank stands in place of the slash"
            return Finding("matches-nothing", suggestion=with_negation(before, meant), remark=remark)
    address = ipv4_or_none(word)
    if address is not None:
        return _fault_of_address(address, before)
    of_interface = known.networks_of_interface(word)
    if _is_hostname(word if parent_domains else word[word.startswith(".") :]):
        return _fault_of_name(word, before, known, of_interface)
    meant = of_interface or networks_meant(word) or _name_meant(word, parent_domains=parent_domains)
    remark = ""
    if "$" in word:
        remark = "no $name is expanded here: only main.cf has macros, and there $$ is a dollar sign"
    elif meant and word == f".{meant}":
        remark = f"{meant} matches all names below it, and the host of this name too"
    return Finding("matches-nothing", suggestion="" if meant == word else meant, remark=remark)


def network_in_two(address: str, length: str) -> str:
    """The network of an address and of a length that a blank parts from it; "" if the words are not these.

    >>> network_in_two("192.168.1.0", "24"), network_in_two("192.168.1.0", "64"), network_in_two("10", "8")
    ('192.168.1.0/24', '', '')
    """
    if "/" in address or not {".", ":"}.intersection(address) or not length.isdecimal():
        return ""
    meant = networks_meant(f"{address}/{length}")
    return meant if "/" in meant else ""


def _fault_of_address(packed: bytes, before: str) -> Finding | None:
    """A netmask is an address that no client has."""
    text = inet_ntop(AF_INET, packed)
    if packed[0] != 255 or not contiguous_prefixlen(packed):
        return None
    meant = "" if "/" in before else with_negation(before, networks_meant(f"{before.lstrip('!')}/{text}"))
    return Finding("matches-nothing", suggestion=meant, remark=f"{text} is a netmask, and no client has it")


def _fault_of_name(word: str, before: str, known: Known, of_interface: str | None) -> Finding | None:
    """The fault of a word that may be a host's name. Only words that evidently mean something else have one."""
    if of_interface is not None or _is_interface_name(word):
        return Finding("names-nobody", suggestion=of_interface or "", remark=f"{word} is the name of an interface")
    if word == "only" and before == "localhost":
        return Finding("names-nobody", suggestion=_LOOPBACK, remark="of the words localhost only, each is a host name")
    if word in split(_STYLES):
        remark = f"{word} is a value of mynetworks_style, which counts if mynetworks is not set"
        return Finding("names-nobody", remark=remark)
    if word in split(_LOOPBACK_WORDS) or word in split(_OTHER_WORDS):
        remark = f"{word} has no meaning of its own in mynetworks: write networks and addresses"
        return Finding("names-nobody", suggestion=_LOOPBACK if word in split(_LOOPBACK_WORDS) else "", remark=remark)
    if word in _RESTRICTIONS or (word.startswith(_RESTRICTIONS[-4:]) and "." not in word):
        remark = f"{word} belongs in a list of restrictions, such as smtpd_relay_restrictions"
        return Finding("names-nobody", remark=remark)
    if known.is_own_name(word):
        return Finding("names-nobody", suggestion=f"${word}", remark="a parameter has this name: it lacks the $")
    return None


def _is_interface_name(word: str) -> bool:
    """Whether a word is an interface's name by its form, such as lo, eth1 or enp0s3."""
    head = word.rstrip("0123456789")
    if head != word:
        number = word[len(head) :]
        if head in split(_INTERFACES) or (number == "0" and head in split(_FIRST_INTERFACES)):
            return True
    # systemd.net-naming-scheme(7): enp0s3, enp2s0f1, wlp3s0.
    letters = word.translate(str.maketrans("", "", "0123456789"))
    return word == "lo" or (letters in ("enps", "enpsf", "enpsd", "wlps") and word[3:4].isdecimal())


def _name_meant(word: str, *, parent_domains: bool) -> str:
    """The host name or domain in a word with something around it; "" if there is none."""
    if "{" in word or "}" in word:  # half of a table that was cut in two: OK}}
        return ""
    text = word.partition("#")[0].strip(WRAPPERS + ";,")
    name = text.strip(".*@[]")
    if not _is_hostname(name):
        return ""
    is_domain = text[:1] in ("*", ".")
    return f".{name}" if is_domain and not parent_domains else name


def _is_hostname(word: str) -> bool:
    """Whether a client can have this name or one below it (RFC 1123, and the underscore that Postfix takes).

    The last label of such a name has a letter, and behind a dot at least two characters (RFC 3696, section 2).
    """
    labels = word.split(".")
    last = labels[-1]
    return (
        len(word) <= MAX_LENGTH
        and not last.strip("-_").replace("-", "").replace("_", "").isdecimal()
        and (len(labels) == 1 or len(last) > 1)
        and all(0 < len(label) <= MAX_LABEL and label.strip("-") == label and _is_label(label) for label in labels)
    )


def _is_label(label: str) -> bool:
    return label.replace("-", "").replace("_", "").isalnum()
