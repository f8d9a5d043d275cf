"""A keyed map of host names, label by label, so that a name below another one is still below it."""

from __future__ import annotations

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    import re
    from collections.abc import Iterable

    from ifdiscover._report.prefix_map import PrefixMap

_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
_SIZE = 7  # letters behind the first one: 35 bits, so that hardly two labels of a host become one
MOST_LABELS = 8
"""So many labels of a name are looked for together in a word that is no name."""

_KEPT_LABELS = frozenset(["", "localhost", "localdomain"])
_KEPT_DOMAINS = ("example", "test", "invalid", "localhost", "localdomain")  # RFC 2606, RFC 6761
_EXAMPLES = ("com", "net", "org")

_ENDINGS = """
bak cf cidr conf db hash json list lmdb map md old orig pcre pem proto py regexp sh so sock socket texthash tmp txt xml
yaml yml
"""
_WORDS = """
all and any check class client clients debian default file from gateway has host hosts in interface ip ipv4 ipv6 is it
linux local loopback-only mail mailhost main master mx name network networks no not of or other postfix relay router
server smtp smtpd so static subnet table the this to ubuntu unix value with write
"""
FILE_ENDINGS = frozenset(_ENDINGS.split())
"""The last labels of what looks like a host name, and is a file's name."""
WORDS = frozenset(_WORDS.split())
"""Words of our sentences and of Postfix's: as the name of a host, they do not tell which one it is."""


class NameMap:
    """The map of one key, and the names that are known to be names of hosts.

    Args:
        prefix_map: has the key.
        names: names of hosts. They are found in texts even where nothing else shows that they are names.
        interfaces: names of interfaces, which are none of hosts.
    """

    def __init__(self, prefix_map: PrefixMap, names: Iterable[str] = (), interfaces: Iterable[str] = ()) -> None:
        self._map = prefix_map
        self._interfaces = frozenset(interfaces)
        self._known: set[str] = set()
        for name in names:
            labels = name.lower().strip(".").split(".")
            # Every domain that a name is in is known too, but for the last label alone, which is many others' as well.
            self._known.update(".".join(labels[at : at + MOST_LABELS]) for at in range(len(labels) - 1))
            if len(labels) == 1 < len(name) and not name.isdecimal() and name not in self._interfaces:
                self._known.update({name.lower()} - WORDS)

    def name(self, name: str) -> str:
        """What a host name becomes: a name below .example, or one label if it is one."""
        labels = name.lower().split(".")
        bare = [label for label in labels if label]
        if not bare or bare[-1] in _KEPT_DOMAINS[:3] or (bare[-2:-1] == ["example"] and bare[-1] in _EXAMPLES):
            return name
        mapped = [self._label(label) for label in labels]
        if len(bare) == 1 or bare[-1] in _KEPT_DOMAINS:
            return ".".join(mapped)
        return ".".join([*mapped, "example"]) if labels[-1] else ".".join([*mapped[:-1], "example", ""])

    def text(self, text: str, *, guess: bool = True) -> str:
        """A text with its host names mapped.

        Args:
            text: the text.
            guess: map what has the form of a host name, too, if it is no file's name; otherwise known names alone.
        """
        import re

        return re.sub(r"[\w.-]+", lambda found: self._word(found, guess=guess), text)

    def _word(self, found: re.Match[str], *, guess: bool) -> str:
        word = found[0]
        bare = word.strip(".-")
        text, start, end = found.string, found.start(), found.end()
        is_group = len(word) < 5 and ":" in (text[start - 1 : start], text[end : end + 1])  # perhaps of an IPv6 address
        if not bare or bare in self._interfaces or (is_group and not bare.strip("0123456789abcdefABCDEF")):
            return word
        at = word.index(bare)
        return word[:at] + self._bare(bare, guess=guess) + word[at + len(bare) :]

    def _bare(self, word: str, *, guess: bool) -> str:
        if word.lower() in self._known:
            return self.name(word)
        labels = word.split(".")
        end = len(labels)
        while end > 2 and labels[end - 1].lower() in FILE_ENDINGS:  # a file that is called as a host
            end -= 1
        lower = [label.lower() for label in labels]
        if guess and _is_name(lower[:end]):
            return ".".join([self.name(".".join(labels[:end])), *labels[end:]])
        return self._with_known_parts(labels, lower)

    def _with_known_parts(self, labels: list[str], lower: list[str]) -> str:
        """A word that is no host name, such as a file's name, with the known names that are a part of it mapped."""
        found = []
        at = 0
        while at < len(labels):
            for size in range(min(MOST_LABELS, len(labels) - at), 0, -1):
                part = ".".join(lower[at : at + size])
                if part in self._known:
                    found.append(self.name(part))
                    break
            else:
                size = 1
                found.append(labels[at])
            at += size
        return ".".join(found)

    def _label(self, label: str) -> str:
        if label in _KEPT_LABELS:
            return label
        number = int.from_bytes(self._map.word(b"label", label.encode("utf-8", "surrogatepass")), "big")
        return "n" + "".join([_LETTERS[number >> 5 * at & 31] for at in range(_SIZE)])


def _is_name(labels: list[str]) -> bool:
    """Whether labels in lower case have the form of a host name, and not that of a file's name, or of one of ours."""
    last = labels[-1]
    if len(labels) < 2 or not all(labels) or len(last) < 2 or not last[0].isalpha() or "_" in last:
        return False
    return last not in FILE_ENDINGS and labels[0] != "ifdiscover" and not _is_cisco_mac(labels)


def _is_cisco_mac(labels: list[str]) -> bool:
    return [len(label) for label in labels] == [4, 4, 4] and not "".join(labels).strip("0123456789abcdef")
