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
_IPV6_BEFORE = "if family == AF_INET and self.entries and self.entries[-1].family == AF_INET6:"
_LAST = "last = words[2:3] if has_peer else words[:1]"
_FIRST = 'text, slash, length = last[0].partition("/") if last else ("", "", "")'
_BEFORE = 'texts = to_text(data[:8192].lstrip(b"\\r\\n \\t")).split("\\n", _MOST_BEFORE + 1)'
_BROADCAST = (
    'broadcast = line.packed(family, said["broadcast"][0]) if family == AF_INET and "broadcast" in said else None'
)
_ANSIBLE = "backends/recorded/facts/ansible.py"
_ANSIBLE_INTERFACE = "backends/recorded/facts/ansible_interface.py"
_ANSIBLE_NAMES = "backends/recorded/facts/ansible_names.py"
_IS_ASSUMED = "is_assumed = any(address.netmask_origin == ASSUMED for address in addresses)"
_LENGTH = "if prefix.known and _number(prefix, 0, 32) != prefixlen:"
_DIGITS = "if type(text) is str and text.isascii() and text.isdigit() and len(text) <= 10:"
_OWNER = "return owners[0] if len(owners) == 1 else None"
_OTHER_KEY = "if type(value) is not dict or not key.startswith(prefix):"
_TYPES = "types have no equality of their own"
_ONE = "there is one, the first and the last"
_LINES = "backends/recorded/lines.py"
_EVIDENT = "backends/recorded/evident.py"
_STRICT_JSON = "backends/recorded/strict_json.py"
_LOOPBACK = 'return IFF_UP | (IFF_LOOPBACK if entry["type"].value == "loopback" else 0)'
_MORE_DIGITS = "if self.is_cut and self.text.endswith(text) and 0 < number * 10 <= high:"
_LAST_OCTET = "self._whole_number(text, netmask[3], 255)"
_SHORT = "if len(found[1]) < 8 and self.is_cut and self.text.endswith(text):  # 0 may be the beginning of 0xffffff00"
_AT_ONCE = "if _next_place(text, end) == len(text):"
_FIRST_DOCUMENT = "return _documents(text, marks, several=False, raw_controls=False)[0]"
_LEVELS = "for _two_levels in range(MAX_DEPTH // 2):"
_NO_OBJECT = "if type(self.value) is not dict:"
_NO_TEXT = "if type(self.value) is not str:"
_WHOLE = "if type(self.value) is not int or not low <= self.value <= high:"
_OF_INDEX = "and (index is None or (type(index) is int and 1 <= index <= HIGHEST_U32))"
_IP_EVIDENT = "backends/recorded/ip/evident.py"
_BSD_WORDS = "backends/recorded/ifconfig/bsd_words.py"
_PREFERRED = "None if preferred == HIGHEST_U32 else preferred,"
_PRIVACY = '"autoconfprivacy": _BITS["autoconf"] | _BITS["temporary"],  # OpenBSD before 6.9'
_FLAGS_SAID = '_, _, words = said.get("flags", ("",))[0].partition("<")'
_LIFETIMES_SAID = 'preferred, valid = (said.get(word, ("infty",))[0] for word in ("pltime", "vltime"))'
_NOT_TEMPORARY = 'return flags if family == AF_INET6 else flags & ~_BITS["temporary"]'
_TWO_BITS = "two bits, which are not the same"
_WORD_ONCE = "a word comes once in a line"
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
    (_IP_JSON, "type(link.value) is dict", "type(link.value) == dict"): _TYPES,
    (_IP_TEXT, _SEVERAL, _SEVERAL.replace("[0]", "[ -1]")): _ONE,
    (_IP_TEXT, _SEVERAL, _SEVERAL.replace("> 1", "!= 1")): "there is one at least",
    (_IP_TEXT, _IPV6_BEFORE, _IPV6_BEFORE.replace(".family ==", ".family >=")): "there are two families",
    (_IP_TEXT, _LAST, _LAST.replace("2:3", "2: 4")): "only the first of these is used",
    (_IP_TEXT, _FIRST, _FIRST.replace("[0]", "[ -1]")): _ONE,
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
    (_ANSIBLE, "if type(facts.value) is not dict:", "if type(facts.value) != dict:"): _TYPES,
    (_ANSIBLE, _IS_ASSUMED, _IS_ASSUMED.replace("==", "<=")): "of the two origins this is the lesser",
    (_ANSIBLE, _IS_ASSUMED, _IS_ASSUMED.replace("==", "is")): "each decoder has the model's own word",
    (_ANSIBLE_INTERFACE, _LENGTH, _LENGTH.replace("!=", "is not")): _ONCE,
    (_ANSIBLE_INTERFACE, _DIGITS, _DIGITS.replace("type(text) is", "type(text) ==")): _TYPES,
    (_ANSIBLE_NAMES, _OWNER, _OWNER.replace("[0]", "[ -1]")): _ONE,
    (_ANSIBLE_NAMES, _OTHER_KEY, _OTHER_KEY.replace("is not", "!=")): _TYPES,
    (_ANSIBLE_INTERFACE, _LOOPBACK, _LOOPBACK.replace("|", "+")): _TWO_BITS,
    (_ANSIBLE_INTERFACE, "if type(ipv4.value) is list:", "if type(ipv4.value) == list:"): _TYPES,
    (_LINES, _MORE_DIGITS, _MORE_DIGITS.replace("0 < n", "1 < n")): "ten times a number is 0, or 10 at least",
    (_LINES, _LAST_OCTET, _LAST_OCTET.replace("255", "254")): "ten times a number is neither",
    (_LINES, _SHORT, _SHORT.replace("< 8", "< 7")): "there are eight digits or one",
    (_STRICT_JSON, _AT_ONCE, _AT_ONCE.replace("==", ">=")): "nothing stands behind the end",
    (_STRICT_JSON, _FIRST_DOCUMENT, _FIRST_DOCUMENT.replace("[0]", "[ -1]")): _ONE,
    (_STRICT_JSON, _LEVELS, _LEVELS.replace("// 2", "// 3")): "what is not evident takes a closer look",
    (_STRICT_JSON, _NO_OBJECT, _NO_OBJECT.replace("is not", "!=")): _TYPES,
    (_STRICT_JSON, _NO_TEXT, _NO_TEXT.replace("is not", "!=")): _TYPES,
    (_STRICT_JSON, _WHOLE, _WHOLE.replace("is not", "!=")): _TYPES,
    (_EVIDENT, _OF_INDEX, _OF_INDEX.replace("type(index) is", "type(index) ==")): _TYPES,
    (_EVIDENT, "and type(prefixlen) is int", "and type(prefixlen) == int"): _TYPES,
    (_EVIDENT, "@lru_cache(maxsize=512)", "@lru_cache(maxsize= 511)"): "there are 162 good ones",
    (_IP_EVIDENT, "and type(valid) is int", "and type(valid) == int"): _TYPES,
    (_IP_EVIDENT, _PREFERRED, _PREFERRED.replace("==", ">=")): "a greater one takes a closer look",
    (_BSD_WORDS, _PRIVACY, _PRIVACY.replace("|", "+")): _TWO_BITS,
    (_BSD_WORDS, _PRIVACY, _PRIVACY.replace("|", "^")): _TWO_BITS,
    (_BSD_WORDS, _FLAGS_SAID, _FLAGS_SAID.replace("[0]", "[ -1]")): _WORD_ONCE,
    (_BSD_WORDS, _LIFETIMES_SAID, _LIFETIMES_SAID.replace("[0]", "[ -1]")): _WORD_ONCE,
    (_BSD_WORDS, _NOT_TEMPORARY, _NOT_TEMPORARY.replace("==", ">=")): "of the two families this is the greater",
}
