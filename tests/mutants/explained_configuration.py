"""Mutants of what reads Postfix's configuration that live, and why. See ``explained.py``."""

from __future__ import annotations

_IN_FORCE = "ifdiscover/_postfix/in_force.py"
_MACROS = "ifdiscover/_postfix/parameters/macros.py"
_MAIN_CF = "ifdiscover/_postfix/parameters/main_cf.py"
_NAME = 'while end < len(text) and text[end] not in WHITE_SPACE and text[end] != "=":'
_MARK = "if mark is not None and count == 0:"
_RESTRICTIONS = "ifdiscover/_postfix/services/restrictions.py"
_WAYS = "ifdiscover/_postfix/services/restriction_ways.py"
_SERVICES = "ifdiscover/_postfix/services"
_RESTRICTION_LISTS = f"{_SERVICES}/restriction_lists.py"
_RESTRICTION_WORDS = f"{_SERVICES}/restriction_words.py"
_RELAY = f"{_SERVICES}/relay.py"
_MASTER_CF = f"{_SERVICES}/master_cf.py"
_ACCESS = f"{_SERVICES}/access_table.py"
_SERVICE = f"{_SERVICES}/service.py"
_TRANSPORTS = f"{_SERVICES}/transports.py"
_OTHERWISE = (
    'otherwise = "the client may relay" if relay.verdict == YES else f"the client may not relay: {relay.reason}"'
)
_STEPS = "_MOST_STEPS = 50_000  # classes that each name the next one twice would take for ever, as they do in smtpd"
_REFUSES = "elif turn.effect == ERROR or (turn.effect == REJECT and not warned):"
_DEFERS = "elif turn.effect == DEFER and not warned:"
_PERMITS = "return (PERMIT,) if self._client.trusted == TRUSTED else (NEXT,)"
_TWO_KINDS = "found.setdefault((way.deferred is None, way.doubt), way)"
_ONE_STEP = "one step more or less is as good a limit"
_FREE = "FREE_MACROS, FREE_LENGTH = 1000, 1 << 20"
_MORE_FREE = "a little less or more that is free is as good; the limits of one value and of all are others"
_LOGIN = "LOGIN_MISMATCH = tuple(word for word, does in WORDS.items() if does.depends_on == _OWNER and not does.keys)"
_HOSTNAME = "NEEDS_HOSTNAME = tuple(word for word, does in WORDS.items() if does.depends_on == _HOSTNAME)"
_TABLE_WORD = 'elif ":" in word and word[0] != "{":'
_STRAY = 'if "v" not in word.text and "o" not in word.text[1:-1]:'
_ONE_LETTER = "an option with a value of one letter sets nothing, which is told instead"
_CODE = (
    'if len(words) > 1 and len(words[0]) == 3 and words[0][0] in "45" and words[0].isascii() and words[0].isdecimal():'
)
_WRITTEN = 'str(configuration.value(name)) if self.program == "smtp" or configuration.is_set(name) else ""'
_SMTP = 'if self.program == "smtp":'
_SMTP_LAST = "the other program is lmtp, which comes earlier in the alphabet"
_RENAME = 'return parameter.replace("smtp_", f"{self.program}_", 1)'
_ONE_TEXT = "there is one such text"

CONFIGURATION = {
    (_RESTRICTION_WORDS, _LOGIN, _LOGIN.replace("== _OWNER", "is _OWNER")): _ONE_TEXT,
    (_RESTRICTION_WORDS, _HOSTNAME, _HOSTNAME.replace("== _HOST", "is _HOST")): _ONE_TEXT,
    (_RESTRICTION_LISTS, "argument = next(words, (0, None))[1]", "argument = next(words, ( -1, None))[1]"): (
        "the place of what is not there is not used"
    ),
    (_RESTRICTION_LISTS, _TABLE_WORD, _TABLE_WORD.replace("!=", "<")): (
        "no type of table begins with what comes later in the alphabet, and a type that is not known is passed over"
    ),
    (
        _RELAY,
        "return False, False, number",
        "return True, False, number",
    ): "where there are no services, there is one row",
    (_MASTER_CF, "if error.number != ENOENT:", "if error.number is not ENOENT:"): (
        "CPython has each number below 257 once"
    ),
    (_MASTER_CF, "if start == len(text):", "if start >= len(text):"): "no word begins behind the end",
    (_MASTER_CF, "while len(found) < most:", "while len(found) != most:"): "they come one by one",
    (_MASTER_CF, 'place = word.text.find("o", 1)', 'place = word.text.find("o", 0)'): "the first letter is -",
    (_MASTER_CF, "if place < 0:", "if place < 1:"): "the first letter is -",
    (_MASTER_CF, "break", "continue"): "there is no further word",
    (_MASTER_CF, _STRAY, _STRAY.replace("-1", "- 2")): _ONE_LETTER,
    (_MASTER_CF, _STRAY, _STRAY.replace("-1", "~1")): _ONE_LETTER,
    (_ACCESS, _CODE, _CODE.replace("> 1", "!= 1")): "a text has one word at least",
    (_ACCESS, _CODE, _CODE.replace("> 1", "> 0")): "a number alone was taken before",
    (_SERVICE, "if fault.level == FATAL:", "if fault.level is FATAL:"): _ONE_TEXT,
    (_SERVICE, "if fault.level == FATAL:", "if fault.level <= FATAL:"): (
        "the other levels here come later in the alphabet"
    ),
    (_TRANSPORTS, _RENAME, _RENAME.replace(", 1)", ", 2)")): "no name has it twice",
    (_TRANSPORTS, _WRITTEN, _WRITTEN.replace("==", ">=")): _SMTP_LAST,
    (_TRANSPORTS, _WRITTEN, _WRITTEN.replace("==", ">")): "the defaults of SMTP, too, are empty and no",
    (_TRANSPORTS, _SMTP, _SMTP.replace("==", ">=")): _SMTP_LAST,
    (_TRANSPORTS, _SMTP, _SMTP.replace("==", ">")): "each name of SMTP is replaced by itself then",
    (_MACROS, _FREE, _FREE.replace("1000", "999")): _MORE_FREE,
    (_MACROS, _FREE, _FREE.replace("1 <<", "2 <<")): _MORE_FREE,
    (_MACROS, "return -1", "return - 2"): "any negative number says that it is not closed",
    (_MAIN_CF, "if end == start:", "if end <= start:"): "it ends nowhere before it starts",
    (_MAIN_CF, "if end == start:", "if end is start:"): "where nothing was added, it is the same number",
    (_MAIN_CF, _NAME, _NAME.replace("end <", "end !=")): "the letters come one by one",
    (_MAIN_CF, _MARK, _MARK.replace("==", "<=")): "it counts from 0",
    (_MAIN_CF, "if number != ENOTDIR:", "if number is not ENOTDIR:"): "CPython has each number below 257 once",
    (
        _RESTRICTIONS,
        "if decision.verdict == CANNOT_TELL:",
        "if decision.verdict is CANNOT_TELL:",
    ): _ONE_TEXT,
    (
        _RESTRICTIONS,
        "if decision.verdict == CANNOT_TELL:",
        "if decision.verdict <= CANNOT_TELL:",
    ): "the other two come later in the alphabet",
    (_RESTRICTIONS, "return decision.verdict == TRUSTED", "return decision.verdict is TRUSTED"): _ONE_TEXT,
    (_RESTRICTIONS, "return decision.verdict == TRUSTED", "return decision.verdict >= TRUSTED"): (
        "the other two come earlier in the alphabet"
    ),
    (_RESTRICTIONS, _OTHERWISE, _OTHERWISE.replace("== YES", "is YES")): _ONE_TEXT,
    (_WAYS, _STEPS, _STEPS.replace("50_000", "49999")): _ONE_STEP,
    (_WAYS, "self._steps = 0", "self._steps = 1"): _ONE_STEP,
    (_WAYS, "break", "continue"): "where there is no way, no rule does anything",
    (_WAYS, _REFUSES, _REFUSES.replace("== ERROR", "is ERROR")): _ONE_TEXT,
    (_WAYS, _DEFERS, _DEFERS.replace("==", "is")): _ONE_TEXT,
    (_WAYS, _PERMITS, _PERMITS.replace("==", "is")): _ONE_TEXT,
    (
        _WAYS,
        "if action == PERMIT and not may_permit:",
        "if action is PERMIT and not may_permit:",
    ): _ONE_TEXT,
    (_WAYS, "if action == DISCARD:", "if action is DISCARD:"): _ONE_TEXT,
    (_WAYS, "if len(inside) == DEEPEST:", "if len(inside) is DEEPEST:"): "CPython has each number below 257 once",
    (_WAYS, _TWO_KINDS, _TWO_KINDS.replace("is None", "is not None")): "it tells the same two kinds apart",
    (
        _IN_FORCE,
        "if configuration is None or folder is None:",
        "if configuration is None and folder is None:",
    ): "a machine without a folder of main.cf looks at no folder that it is a copy of",
}
