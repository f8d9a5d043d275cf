"""Mutants of what check finds that live, and why. See ``explained.py``."""

from __future__ import annotations

_CHECK = "ifdiscover/_postfix/check"
_MYNETWORKS = f"{_CHECK}/mynetworks.py"
_FATAL = "fatal = [with_parameter(PARENTS, fault) for fault in listed.findings if fault.level == FATAL]"
_ADVICE = f"{_CHECK}/interface_advice.py"
_ALL_IPV6 = (
    "if all(family == AF_INET6 for family, _packed in found):  # Postfix would not find it with inet_protocols = ipv4"
)
_ELSEWHERE = "if fault.kind == NOT_ON_THIS_MACHINE and self._is_interface(fault.element):"
_INTERFACES = f"{_CHECK}/interfaces.py"
_CAUSE = "elif all(fault.remark != absence.remark for fault in found):  # the cause of a fault is told there alone"
_SMTP_CLIENT = f"{_CHECK}/smtp_client.py"
_SMTP = 'clients = [client for client in transports.clients if client.program == "smtp"]'
_DECIDES = 'if decides == "inet_interfaces":  # the parameter that would come before it'
_VALUES = f"{_CHECK}/values.py"
_HARMLESS = 'harmless = fault.kind == "undefined-name" and name not in needed'
_LEVEL = 'if name == "compatibility_level" and name in values:'
_UNDEFINED = 'if fault.kind != "undefined-name":'
_LOOPBACK_ONLY = f"{_CHECK}/loopback_only.py"
_ONE = "return prefixlen == BITS[family] and any("
_IN = "return any(family == of and cut(packed, length) == network for of, network, length in networks)"
_INET = 'return any(len(row) > 1 and row[1] == "inet" and has_address(row[0]) for row in rows)'
_ROWS = "rows = (line.text.split(None, 2) for line in each_logical_line(text) if not line.is_dropped)"
_SERVICES = f"{_CHECK}/services.py"
_OWN = "if own is not configuration:"
_HIGH = "if finding.severity == HIGH and _key(finding) not in of_main_cf:"
_IN_MASTER_CF = "yield fault if fault.place.file == place.file else _at(place, fault)"
_MENDING = f"{_CHECK}/mending.py"
_FAULTS = "faults = [fault for fault in _replacing(found) if fault.parameter == name]"
_LINE = "if equals and is_assignment(fault.suggestion) and fault.severity != INFO and not is_overridden:"
_START = "begin, end, is_changed = 0, 0, False"
_SWALLOWED = f"{_CHECK}/swallowed.py"
_OPTION = 'is_option = value[max(0, offset - 20) : offset].split()[-1:] == ["-o"]'
_COMMENT = 'if match[0] == "#" and not level:  # a comment in the line ends with the line'
_LAST = "for begin in range(max(1, len(text) - _LONGEST), len(text) - 4):"
_ORDER = f"{_CHECK}/elements/order.py"
_DECIDERS = "known = [one for one in deciders if one is not None and elements[one].negated is not element.negated]"
_DECIDER = "if decider is not None and elements[decider].negated is not element.negated:"
_KNOWN = f"{_CHECK}/elements/known.py"
_BY_TEXT = 'if family == (AF_INET6 if ":" in text else AF_INET) and inet_pton(family, text) == packed:'
_CLASS_B = "if packed[0] == 172 and 16 <= packed[1] < 32 and packed[2] == 0:  # 172.16.0.0/12 is 16 networks of class B"
_MATCH_LIST = f"{_CHECK}/elements/match_list.py"
_EACH = "for number in range(len(match_list.elements) + 1):"
_NETMASK = "elif network is None or (content.network is None and network[1][0] == 255):"
_ABSENT = "if content.kind == NOT_ON_THIS_MACHINE:"
_ALL = "decider = min(known) if len(known) == len(deciders) else None"

CHECK = {
    (_ORDER, _ALL, _ALL.replace("==", ">=")): "those that are known are some of all",
    (_MATCH_LIST, _EACH, _EACH.replace("+ 1", "+ 2")): "nothing is found behind the end",
    (_MATCH_LIST, _NETMASK, _NETMASK.replace("==", "<=")): "no address but a netmask is at fault there",
    (_MATCH_LIST, _ABSENT, _ABSENT.replace("==", ">=")): "the other kind comes earlier in the alphabet",
    (_ORDER, _DECIDERS, _DECIDERS.replace("negated is not", "negated !=")): "both are True or False",
    (_ORDER, _DECIDER, _DECIDER.replace("negated is not", "negated !=")): "both are True or False",
    (_KNOWN, _BY_TEXT, _BY_TEXT.replace("family ==", "family is")): "CPython has each number below 257 once",
    (_KNOWN, _CLASS_B, _CLASS_B.replace("[2] ==", "[2] <=")): "an octet is never negative",
    (_KNOWN, _CLASS_B, _CLASS_B.replace("and 16", "and 17")): "172.16.0.0 itself is well known",
    (_SWALLOWED, "_LONGEST = 100", "_LONGEST = 99"): "no name of Postfix has so many characters",
    (_SWALLOWED, _OPTION, _OPTION.replace("20", "21")): "the same, unless 18 blanks follow the option",
    (_SWALLOWED, _COMMENT, _COMMENT.replace("==", "<=")): "braces come later in the alphabet",
    (_SWALLOWED, _LAST, _LAST.replace("max(1", "max( 0")): "the whole text is no name of Postfix",
    (_MENDING, _FAULTS, _FAULTS.replace("==", ">=")): "what is wrong with another parameter stands at another place",
    (_MENDING, _LINE, _LINE.replace("!=", "is not")): "there is one such text",
    (_MENDING, _START, _START.replace("= 0, 0", "= 1, 0")): "the first word sets it",
    (_SERVICES, _OWN, _OWN.replace("is not", "!=")): "a configuration is equal to itself alone",
    (_SERVICES, _HIGH, _HIGH.replace("==", "<=")): "the other severities come later in the alphabet",
    (_SERVICES, _HIGH, _HIGH.replace("==", "is")): "there is one such text",
    (_SERVICES, _IN_MASTER_CF, _IN_MASTER_CF.replace("==", "is")): "one file's places have one text of its name",
    (_LOOPBACK_ONLY, _ONE, _ONE.replace("==", ">=")): "no prefix is longer than the address",
    (_LOOPBACK_ONLY, _ONE, _ONE.replace("==", "is")): "CPython has each number below 257 once",
    (_LOOPBACK_ONLY, _IN, _IN.replace("family ==", "family >=")): "16 octets are no network of 4",
    (_LOOPBACK_ONLY, _ROWS, _ROWS.replace("2", "3")): "two words are looked at",
    (_LOOPBACK_ONLY, _INET, _INET.replace("> 1", "!= 1")): "no logical line is empty",
    (_VALUES, _HARMLESS, _HARMLESS.replace("==", ">=")): "the other kinds come earlier in the alphabet",
    (_VALUES, _UNDEFINED, _UNDEFINED.replace("!=", "<")): "the other kinds come earlier in the alphabet",
    (_VALUES, _LEVEL, _LEVEL.replace("==", "<=")): "the other parameters come later in the alphabet",
    (_SMTP_CLIENT, _DECIDES, _DECIDES.replace("==", "<=")): "the other parameters come later in the alphabet",
    (_SMTP_CLIENT, _SMTP, _SMTP.replace("==", ">=")): "the other program, lmtp, comes earlier in the alphabet",
    (_INTERFACES, _CAUSE, _CAUSE.replace("!=", "is not")): "the remark of the cause is handed on as it is",
    (_ADVICE, _ELSEWHERE, _ELSEWHERE.replace("==", ">=")): "what comes later in the alphabet has no element",
    (_ADVICE, 'if fault.kind == "interface-not-found":', 'if fault.kind <= "interface-not-found":'): (
        "the other kinds come later in the alphabet"
    ),
    (_ADVICE, _ALL_IPV6, _ALL_IPV6.replace("==", ">=")): "there are two families, and AF_INET is the smaller number",
    (_ADVICE, "return texts[0]", "return texts[ -1]"): "there is one, the first and the last",
    (_MYNETWORKS, _FATAL, _FATAL.replace("==", "is")): "there is one such text",
    (
        _MYNETWORKS,
        "if decision.verdict != CANNOT_TELL:",
        "if decision.verdict is not CANNOT_TELL:",
    ): "there is one such text",
    (
        _MYNETWORKS,
        "if decision.verdict != CANNOT_TELL:",
        "if decision.verdict > CANNOT_TELL:",
    ): "the other two come later in the alphabet",
    (_MYNETWORKS, "return decision.verdict == TRUSTED, []", "return decision.verdict >= TRUSTED, []"): (
        "the other two come earlier in the alphabet"
    ),
    (_MYNETWORKS, "return decision.verdict == TRUSTED, []", "return decision.verdict is TRUSTED, []"): (
        "there is one such text"
    ),
}
