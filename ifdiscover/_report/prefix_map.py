"""A keyed map of addresses that keeps what netmasks go by: equality, and the number of leading bits that two share.

Each bit of an address is kept or inverted, by a function of the key and of the bits before it. So two addresses share
as many leading bits after the map as before, and no two become one (Xu, Fan, Ammar, Moon, "Prefix-Preserving IP Address
Anonymization", 2002). In ranges that say nothing of who has an address all bits are kept. So they are where such a
range lies further on: nothing else is mapped into one.
"""

from __future__ import annotations

from _socket import AF_INET, AF_INET6, inet_pton

from ifdiscover._packed import cut

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

KEEP, MAP, IPV4 = "keep", "map", "ipv4"
"""What becomes of the bits behind a prefix: they are kept; they are mapped; 32 of them are mapped as of IPv4."""

_IPV4 = {
    "0.0.0.0/0": MAP,
    "0.0.0.0/8": KEEP,  # this network (RFC 791)
    "10.0.0.0/8": KEEP,  # private (RFC 1918), as 172.16.0.0/12 and 192.168.0.0/16
    "100.64.0.0/10": KEEP,  # of a provider's customers (RFC 6598)
    "127.0.0.0/8": KEEP,  # loopback
    "169.254.0.0/16": KEEP,  # link-local (RFC 3927)
    "172.16.0.0/12": KEEP,
    "192.0.0.0/24": KEEP,  # of protocols (RFC 6890)
    "192.0.2.0/24": KEEP,  # documentation (RFC 5737), as 198.51.100.0/24 and 203.0.113.0/24
    "192.88.99.0/24": KEEP,  # relays of 6to4 (RFC 3068)
    "192.168.0.0/16": KEEP,
    "198.18.0.0/15": KEEP,  # benchmarks (RFC 2544)
    "198.51.100.0/24": KEEP,
    "203.0.113.0/24": KEEP,
    "224.0.0.0/4": KEEP,  # multicast
    "240.0.0.0/4": KEEP,  # class E, and netmasks
}
_IPV6 = {
    "::/0": KEEP,  # above all private, link-local and multicast ones, and netmasks
    "::/96": IPV4,  # IPv4-compatible: automatic tunnels
    "::ffff:0:0/96": IPV4,  # IPv4-mapped
    "64:ff9b::/96": IPV4,  # NAT64 (RFC 6052)
    "64:ff9b:1::/48": MAP,  # NAT64 of a site (RFC 8215), with IPv4 inside
    "200::/7": MAP,  # made of public keys by overlay networks
    "2000::/3": MAP,  # global unicast
    "2001::/23": KEEP,  # of protocols (RFC 2928)
    "2001::/32": MAP,  # Teredo, with IPv4 inside
    "2001:10::/28": MAP,  # ORCHID: hashes of identities
    "2001:20::/28": MAP,  # ORCHIDv2
    "2001:db8::/32": KEEP,  # documentation
    "2002::/16": IPV4,  # 6to4
    "3fff::/20": KEEP,  # documentation (RFC 9637)
    "fe80::/96": IPV4,  # what Linux gives to tunnels in IPv4
    "fe80::5efe:0:0/96": IPV4,  # ISATAP, of private addresses
    "fe80::200:5efe:0:0/96": IPV4,  # ISATAP, of public ones
    "ff02::1:ff00:0/104": MAP,  # the end of a unicast address
    "ff30::/12": MAP,  # has a unicast prefix inside (RFC 3306)
    "ff70::/12": MAP,  # has a unicast address inside (RFC 3956)
}


def _rows(ranges: dict[str, str], family: int) -> list[tuple[int, int, str]]:
    """The ranges, the longest first: the first address as a number, the length, and what becomes of the rest."""
    found = []
    for text, rest in ranges.items():
        first, _slash, length = text.partition("/")
        found.append((int.from_bytes(inet_pton(family, first), "big"), int(length), rest))
    return sorted(found, key=lambda row: -row[1])


_RANGES = {4: _rows(_IPV4, AF_INET), 16: _rows(_IPV6, AF_INET6)}
_LINK_LOCAL = b"\xfe\x80" + bytes(6)


def _but_for_constant(raw: bytes, permute: Callable[[bytes], bytes]) -> bytes:
    """A permutation under which bytes that are all null or all 255 stay, and so nothing else becomes such."""
    if not raw.strip(b"\0") or not raw.strip(b"\xff"):
        return raw
    mapped = permute(raw)
    while not mapped.strip(b"\0") or not mapped.strip(b"\xff"):
        mapped = permute(mapped)
    return mapped


class PrefixMap:
    """The map of one key.

    Args:
        key: 32 secret bytes. Who has it can undo the map.
        networks: (address, prefix length) of networks whose first and last address are to stay the first and the last.
    """

    def __init__(self, key: bytes, networks: Iterable[tuple[bytes, int]] = ()) -> None:
        self._key = key
        self._addresses: dict[bytes, bytes] = {}
        self._flips: dict[bytes, bytes] = {}
        self._networks: dict[int, dict[int, set[bytes]]] = {4: {}, 16: {}}
        for packed, length in networks:
            self._networks[len(packed)].setdefault(length, set()).add(cut(packed, length))
        self._hardware: dict[bytes, bytes] = {}

    def address(self, packed: bytes) -> bytes:
        """What an address of 4 or 16 bytes becomes."""
        known = self._addresses.get(packed)
        if known is None:
            known = self._addresses[packed] = self._address(packed)
        return known

    def _address(self, packed: bytes) -> bytes:
        kept, rest = self._kept(packed)
        if rest == MAP:
            return self._bits(b"ip", packed, kept)
        if rest == IPV4:
            at = kept // 8
            inner = self.address(packed[at : at + 4])
            return packed[:at] + inner + self._bits(b"ip", packed, kept + 32)[at + 4 :]
        return packed if len(packed) == 4 else self._with_mapped_identifier(packed)

    def network(self, packed: bytes, length: int) -> bytes:
        """What the first address of a network becomes; one that is not the first is mapped as any address."""
        mapped = self.address(packed)
        return cut(mapped, length) if cut(packed, length) == packed else mapped

    def mac(self, raw: bytes) -> bytes:
        """What a MAC of 6 bytes becomes: who gave it (local or a manufacturer) and whether it is a group's stay."""
        return _but_for_constant(raw, lambda one: self._with_low_bits(b"mac", one))

    def hardware(self, raw: bytes) -> bytes:
        """What a hardware address becomes: a MAC, an address of a tunnel, a GUID of InfiniBand, or another one."""
        if len(raw) == 6:
            return self.mac(raw)
        if len(raw) in (4, 16):
            return self.address(raw)
        if len(raw) == 8:
            return self._guid(raw)
        if len(raw) == 20:
            return _but_for_constant(raw, self._gid)
        return _but_for_constant(raw, lambda one: self._bits(b"hardware", one, 0))

    def learn(self, raw: bytes | None) -> None:
        """Take note of a hardware address, so that interface identifiers that are made of it are known."""
        if raw is not None and len(raw) in (8, 20):
            guid = raw[-8:]
            mapped = self._guid(guid)
            for bit in (0, 2):  # drivers invert the universal bit, or set it (RFC 4391, section 8)
                self._hardware[bytes([guid[0] ^ bit]) + guid[1:]] = bytes([mapped[0] ^ bit]) + mapped[1:]

    def word(self, purpose: bytes, data: bytes) -> bytes:
        """32 bytes that stand for other bytes, for a purpose that has words of its own."""
        import hmac

        return hmac.digest(self._key, purpose + b"\0" + data, "sha256")

    def _gid(self, raw: bytes) -> bytes:
        """Of InfiniBand: the number of a queue, a prefix of 8 bytes, and a GUID."""
        prefix = raw[4:12]
        mapped = prefix if prefix == _LINK_LOCAL else self._bits(b"gid", prefix, 0)
        return self._bits(b"queue", raw[:4], 0) + mapped + self._guid(raw[12:])

    def _guid(self, raw: bytes) -> bytes:
        if raw[3:5] == b"\xff\xfe":
            mac = self.mac(raw[:3] + raw[5:])
            return mac[:3] + raw[3:5] + mac[3:]
        return _but_for_constant(raw, lambda one: self._with_low_bits(b"guid", one))

    def _with_low_bits(self, purpose: bytes, raw: bytes) -> bytes:
        """Bytes mapped but for the two low bits of the first one, which are taken to the front for that."""
        mapped = self._bits(purpose, bytes([(raw[0] & 3) << 6 | raw[0] >> 2]) + raw[1:], 2)
        return bytes([(mapped[0] & 63) << 2 | mapped[0] >> 6]) + mapped[1:]

    def _with_mapped_identifier(self, packed: bytes) -> bytes:
        """An address that stays, but for an interface identifier that is made of a MAC (RFC 4291, appendix A)."""
        identifier = packed[8:]
        if packed[0] == 0xFF:  # a netmask, or multicast
            return packed
        if identifier in self._hardware:
            return packed[:8] + self._hardware[identifier]
        if identifier[3:5] != b"\xff\xfe" or identifier[0] & 1:  # a group's MAC is nobody's
            return packed
        mac = self.mac(bytes([identifier[0] ^ 2]) + identifier[1:3] + identifier[5:])
        return packed[:8] + bytes([mac[0] ^ 2]) + mac[1:3] + identifier[3:5] + mac[3:]

    def _kept(self, packed: bytes) -> tuple[int, str]:
        """How many leading bits are kept because of a range, and what becomes of the rest.

        A range that lies further on, and shares n bits, keeps one more: the bit by which the address is not in it.
        """
        width = len(packed) * 8
        number = int.from_bytes(packed, "big")
        kept, rest = 0, ""
        for first, length, what in _RANGES[len(packed)]:
            shared = width - (first ^ number).bit_length()
            if shared >= length and not rest:
                rest = what
            kept = max(kept, min(shared + 1, length))
        return kept, rest

    def _bits(self, purpose: bytes, packed: bytes, kept: int) -> bytes:
        """The bits of an address behind the first ones, mapped; in the networks that are known, not all of them."""
        width = len(packed) * 8
        still = self._still(packed) if purpose == b"ip" else 0
        kept_bits = ((1 << kept) - 1) << (width - kept) | still
        kept_bytes = kept_bits.to_bytes(len(packed), "big")
        flips = bytes(
            [
                0 if all_kept == 255 else self._flips_of_byte(purpose, packed, at)
                for at, all_kept in enumerate(kept_bytes)
            ]
        )
        mask = int.from_bytes(flips, "big") & ~kept_bits
        return (int.from_bytes(packed, "big") ^ mask).to_bytes(len(packed), "big")

    def _flips_of_byte(self, purpose: bytes, packed: bytes, at: int) -> int:
        """Which bits of one byte are inverted. One keyed hash decides for all 255 ways into the bits of a byte."""
        before = purpose + b"\0" + packed[:at]
        hashed = self._flips.get(before)
        if hashed is None:
            hashed = self._flips[before] = self.word(b"flip", before)
        flips, byte = 0, packed[at] | 256
        for left in range(8, 0, -1):
            node = byte >> left  # 1, and the bits of the byte before this one
            flips = flips << 1 | hashed[node >> 3] >> (node & 7) & 1
        return flips

    def _still(self, packed: bytes) -> int:
        """The bits that are kept so that a network's first and last address stay: host bits, as long as all are equal.

        The bit by which an address is neither of the two is the last of them.
        """
        width = len(packed) * 8
        number = int.from_bytes(packed, "big")
        bits = 0
        for length, networks in self._networks[len(packed)].items():
            if length < width and cut(packed, length) in networks:
                host = number & ((1 << width - length) - 1)
                first = host >> (width - length - 1)
                other = host ^ ((1 << width - length) - 1) if first else host
                end = max(other.bit_length() - 1, 0)  # how many bits follow the first one that is not as the others
                bits |= ((1 << width - length) - 1) & ~((1 << end) - 1)
        return bits
