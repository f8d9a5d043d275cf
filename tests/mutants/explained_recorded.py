"""Mutants of the decoders of recordings that live, and why. See ``explained.py``."""

from __future__ import annotations

_LINKS = "backends/recorded/ip/links.py"
_LINK_ENCAP = "backends/recorded/ifconfig/link_encap.py"
_INDEX = 'interface.index or 0 if scope == "link" and family == AF_INET6 else 0,'
_COMPLETED = "address._replace(interface=self.interfaces[address.interface.index or 0]) for address in addresses"
_PARTS = (
    'found = _HEAD.fullmatch(rest.rstrip()) if mark and name[-1:] == " " and name[:1] not in (" ", "\\t") else None'
)
_IP_JSON = "backends/recorded/ip/ip_json.py"
_IP_TEXT = "backends/recorded/ip/ip_text.py"
_IFCONFIG_TEXT = "backends/recorded/ifconfig/text.py"
_IFCONFIG = "backends/recorded/ifconfig/ifconfig.py"
_SEVERAL = 'several = f"lines {\', \'.join(map(str, numbers[:5]))}" if len(numbers) > 1 else f"line {numbers[0]}"'
_LAST = "last = words[2:3] if has_peer else words[:1]"
_FIRST = 'text, slash, length = last[0].partition("/") if last else ("", "", "")'
_BEFORE = 'texts = to_text(data[:8192].lstrip(b"\\r\\n \\t")).split("\\n", _MOST_BEFORE + 1)'
_BROADCAST = (
    'broadcast = line.packed(family, said["broadcast"][0]) if family == AF_INET and "broadcast" in said else None'
)
_ONCE = "CPython has each number below 257 once"

RECORDED = {
    (
        _IP_JSON,
        "links.with_details.add(interface.index or 0)",
        "links.with_details.add(interface.index or -1)",
    ): "an index of ip is never 0",
    (_LINKS, _INDEX, _INDEX.replace("or 0", "or 1")): "an index of ip is never 0",
    (_LINKS, _COMPLETED, _COMPLETED.replace("or 0", "or 1")): "an index of ip is never 0",
    (_LINK_ENCAP, _PARTS, _PARTS.replace("name[:1]", "name[: 0]")): "a line that begins with a blank is not asked for",
    (_IP_JSON, "type(link.value) is dict", "type(link.value) == dict"): "types have no equality of their own",
    (_IP_TEXT, _SEVERAL, _SEVERAL.replace("[0]", "[ -1]")): "there is one, the first and the last",
    (_IP_TEXT, _LAST, _LAST.replace("2:3", "2: 4")): "only the first of these is used",
    (_IP_TEXT, _FIRST, _FIRST.replace("[0]", "[ -1]")): "there is one, the first and the last",
    (_IFCONFIG, _BEFORE, _BEFORE.replace("+", "^")): "an even number",
    (
        _IFCONFIG,
        'flags, group = stanza.flags or 0, names.get(stanza.name.partition(":")[0])',
        'flags, group = stanza.flags or -1, names.get(stanza.name.partition(":")[0])',
    ): "flags of Solaris have IPv4 or IPv6 at least",
    (
        _IFCONFIG_TEXT,
        "return len(names) == 1 and not (stanzas[0].flags or 0) & IFF_LOOPBACK",
        "return len(names) == 1 and not (stanzas[0].flags or 1) & IFF_LOOPBACK",
    ): "the lowest bit is another one",
    (
        _IFCONFIG_TEXT,
        "owners[stanza.index or 0] = owner",
        "owners[stanza.index or 1] = owner",
    ): "an index is 1 at least",
    (_IFCONFIG, _BROADCAST, _BROADCAST.replace("==", "is")): _ONCE,
}
