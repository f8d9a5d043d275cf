"""Replace what tells whose a host is: public addresses, MACs and host names, each the same everywhere in a report."""

from __future__ import annotations

from _socket import AF_INET6, inet_aton, inet_ntop

from ifdiscover._packed import contiguous_prefixlen, text_of
from ifdiscover._postfix.syntax.networks import packed_or_none
from ifdiscover._report.name_map import NameMap
from ifdiscover._report.prefix_map import PrefixMap

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Iterator

    from ifdiscover._postfix.syntax.findings import Finding
    from ifdiscover.model import Address, Host, Interface, Recorded, Route

# MACs and GUIDs with : or -, as Cisco writes them, and without separators; IPv6; IPv4. Each has a bounded length, so
# that a long line takes as many steps as it has characters.
_HEX = "[0-9A-Fa-f]"
_MAC = f"(?<!{_HEX})(?:{_HEX}{{2}}:){{5}}{_HEX}{{2}}(?!{_HEX})"
_FOUND = (
    rf"(?P<hardware>(?<!{_HEX})(?:{_HEX}{{2}}(?P<colon>[:-])(?:{_HEX}{{2}}(?P=colon)){{4,18}}{_HEX}{{2}}"
    rf"|{_HEX}{{4}}\.{_HEX}{{4}}\.{_HEX}{{4}}|{_HEX}{{12}})(?!{_HEX}|:{_HEX}{{2}}))"
    rf"|(?P<ipv6>(?:{_HEX}{{0,4}}:){{2,8}}(?:[0-9]{{1,3}}(?:\.[0-9]{{1,3}}){{3}}|{_HEX}{{0,4}}))(?P<end6>\]?/[0-9]{{1,3}}(?![\w.:]))?"
    r"|(?P<ipv4>(?<![0-9])(?<![0-9]\.)[0-9]{1,3}(?:\.[0-9]{1,3}){3})(?P<end4>\]?/[0-9]{1,3}(?:\.[0-9]{1,3}){0,3}(?![\w]))?"
)


class Redaction:
    """Replaces the names and addresses of one host, for one report.

    Args:
        key: 32 secret bytes; another key makes other names and addresses.
        host: its networks, hardware addresses and names are known beforehand. None: it could not be read.
        names: more names that are known to be names of hosts.
        words: words of lists of addresses that may be addresses in another form, or parts, as 203.0.113 and 0x7f000001.
    """

    def __init__(
        self, key: bytes, host: Host | None = None, names: Iterable[str] = (), words: Iterable[str] = ()
    ) -> None:
        addresses = () if host is None else host.addresses
        interfaces = () if host is None else host.interfaces
        self._map = PrefixMap(key, [(each.packed, each.prefixlen) for each in addresses if each.prefixlen is not None])
        for interface in interfaces:
            self._map.learn(interface.hardware_address)
        own = [] if host is None or host.recorded is None or host.recorded.host is None else [host.recorded.host]
        own += [name.partition(".")[0] for name in own]
        labels = [interface.name for interface in interfaces] + [each.label for each in addresses if each.label]
        self._names = NameMap(self._map, [*own, *names], labels)
        self._numbers: dict[str, str] = {}
        for word in words:
            mapped = self._number(word)
            if mapped is not None:
                self._numbers[word.partition(":")[0].lower()] = mapped

    def host(self, host: Host) -> Host:
        """A host with everything replaced; the order of what it has, and every number, stay."""
        interfaces = {each: self._interface(each) for each in host.interfaces}
        return host._replace(
            interfaces=tuple([interfaces[each] for each in host.interfaces]),
            addresses=tuple([self._address(each, interfaces) for each in host.addresses]),
            warnings=tuple(map(self.text, host.warnings)),
            refusals=tuple(map(self.text, host.refusals)),
            routes=None if host.routes is None else tuple(map(self._route, host.routes)),
            recorded=None if host.recorded is None else self._recorded(host.recorded),
            packed_sources=None if host.packed_sources is None else tuple(map(self._map.address, host.packed_sources)),
        )

    def finding(self, finding: Finding) -> Finding:
        """A finding with everything replaced in its texts."""
        place = finding.place
        return finding._replace(
            postfix_says=self.text(finding.postfix_says),
            place=place._replace(
                file=None if place.file is None else self.text(place.file),
                sources=tuple([self._address(each, {}) for each in place.sources]),
            ),
            element=self.text(finding.element),
            suggestion=self.text(finding.suggestion),
            remark=self.text(finding.remark),
            parameter=self.text(finding.parameter),
            own_consequence=self.text(finding.own_consequence),
        )

    def text(self, text: str) -> str:
        """A text with everything replaced that is found in it."""
        import re

        text = self._names.text(text)
        found, at = [], 0
        for start, end, mapped in self._numbers_in(text):
            found += [re.sub(_FOUND, self._replaced, text[at:start]), mapped]
            at = end
        return "".join([*found, re.sub(_FOUND, self._replaced, text[at:])])

    def _numbers_in(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Where words stand that are addresses in another form, and what they become."""
        import re

        if self._numbers:
            for word in re.finditer(r"(?<![\w.])[\w.]+", text):
                bare = word[0].rstrip(".")
                mapped = self._numbers.get(bare.lower())
                is_group = ":" in (text[word.start() - 1 : word.start()], text[word.end() : word.end() + 1])
                if mapped is not None and not (is_group and "." not in bare):
                    yield word.start(), word.start() + len(bare), mapped

    def system(self, text: str) -> str:
        """What uname(1) says of a system, which may be made of numbers and points, with known host names replaced."""
        return self._names.text(text, guess=False)

    def name(self, name: str) -> str:
        """The name of an interface, with the MACs and addresses in it replaced."""
        import re

        return re.sub(_FOUND, self._replaced, name)

    def _replaced(self, found: re.Match[str]) -> str:
        if found["hardware"]:
            return self._hardware(found["hardware"])
        if found["ipv4"]:
            return self._ipv4(found["ipv4"], found["end4"] or "")
        return self._ipv6(found["ipv6"], found["end6"] or "", found.string[found.start() - 1 : found.start()])

    def _hardware(self, text: str) -> str:
        """A hardware address, with the separators and the case that it was written with."""
        separator = next((each for each in ":-." if each in text), "")
        size = 4 if separator == "." else 2
        mapped = self._map.hardware(bytes.fromhex(text.replace(separator, "") if separator else text)).hex()
        if text.upper() == text != text.lower():
            mapped = mapped.upper()
        if not separator:
            return mapped
        return separator.join([mapped[at : at + size] for at in range(0, len(mapped), size)])

    def _ipv6(self, text: str, end: str, before: str) -> str:
        """What may be an address, or have one inside: a network if a length follows.

        A first group that is the end of a word, as in type:2a01::1, belongs to what stands before an address.
        The last one may be a port.
        """
        is_word = before.isalnum() or before == "_"
        colons = [at for at, character in enumerate(text) if character == ":"]
        for start in (0, *(at + 1 for at in colons)):
            for stop in (len(text), *reversed(colons[-2:])):
                packed = packed_or_none(AF_INET6, text[start:stop])
                if packed is None:
                    continue
                after = text[stop:]
                mapped = self._network(packed, "" if after else end)
                if mapped != packed:
                    return f"{text[:start]}{inet_ntop(AF_INET6, mapped)}{after}{end}"
                if start or not is_word:
                    return text + end  # as it was written, perhaps with zeros
        import re

        inside = text.rpartition(":")[2]  # of inet:192.0.2.1:25, or the IPv4 end of what is no address
        if "." in inside:
            return text[: len(text) - len(inside)] + self._ipv4(inside, end)
        return re.sub(_MAC, lambda found: self._hardware(found[0]), text) + end

    def _ipv4(self, text: str, end: str) -> str:
        octets = [int(part) for part in text.split(".")]
        valid = next((at for at, octet in enumerate(octets) if octet > 255), 4)
        packed = bytes([*octets[:valid], 0, 0, 0, 0][:4])
        mapped = self._network(packed, end) if valid == 4 else self._map.network(packed, 8 * valid)
        if mapped == packed:
            return text + end  # as it was written, perhaps with zeros before a number
        return ".".join(map(str, [*mapped[:valid], *octets[valid:]])) + end

    def _network(self, packed: bytes, end: str) -> bytes:
        length = end.lstrip("]/")
        if "." in length:
            octets = [int(part) for part in length.split(".")]
            known = contiguous_prefixlen(bytes(octets)) if len(octets) == 4 and max(octets) < 256 else None
        else:
            known = int(length) if length and int(length) <= 8 * len(packed) else None
        return self._map.address(packed) if known is None else self._map.network(packed, known)

    def _number(self, word: str) -> str | None:
        """What a word becomes that is an IPv4 address in another form than usual, or two or three numbers of one."""
        packed = packed_or_none(AF_INET6, word)
        if packed is not None:  # as a table's type:name, Postfix reads the first group by itself
            group = self._map.address(packed)[:2]
            return None if group == packed[:2] else f"{int.from_bytes(group, 'big'):x}"
        numbers = word.split(".")
        if len(numbers) in (2, 3) and all(each.isascii() and each.isdecimal() and int(each) < 256 for each in numbers):
            packed = bytes([*map(int, numbers), 0, 0][:4])
            mapped = self._map.network(packed, 8 * len(numbers))
            return None if mapped == packed else ".".join(map(str, mapped[: len(numbers)]))
        if len(numbers) == 4:
            return None  # as usual, or octal: found by its form
        try:
            packed = inet_aton(word)
        except (OSError, ValueError):
            return None
        mapped = self._map.address(packed)
        return None if mapped == packed else text_of(mapped)

    def _interface(self, interface: Interface) -> Interface:
        raw = interface.hardware_address
        return interface._replace(
            name=self.name(interface.name),
            hardware_address=None if raw is None else self._map.hardware(raw),
            set_apart=None if interface.set_apart is None else self.text(interface.set_apart),
            kind=None if interface.kind is None else self.name(interface.kind),
            master=None if interface.master is None else self.name(interface.master),
        )

    def _address(self, address: Address, interfaces: dict[Interface, Interface]) -> Address:
        label, name = address.label, address.interface.name
        if label is not None:
            parts = [name, label[len(name) + 1 :]] if label.startswith(f"{name}:") else [label]
            label = ":".join(map(self.name, parts))
        return address._replace(
            interface=interfaces.get(address.interface) or self._interface(address.interface),
            packed=self._map.address(address.packed),
            packed_broadcast=None if address.packed_broadcast is None else self._map.address(address.packed_broadcast),
            packed_peer=None if address.packed_peer is None else self._map.address(address.packed_peer),
            label=label,
        )

    def _route(self, route: Route) -> Route:
        hops = [
            hop._replace(
                packed_gateway=None if hop.packed_gateway is None else self._map.address(hop.packed_gateway),
                interface_name=self.name(hop.interface_name),
            )
            for hop in route.next_hops
        ]
        source = None if route.packed_source is None else self._map.address(route.packed_source)
        return route._replace(next_hops=tuple(hops), packed_source=source)

    def _recorded(self, recorded: Recorded) -> Recorded:
        return recorded._replace(
            host=None if recorded.host is None else self._names.name(recorded.host),
            system=None if recorded.system is None else self.system(recorded.system),
        )
