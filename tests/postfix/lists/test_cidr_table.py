"""Tables of type cidr, beside postmap's answers."""

from __future__ import annotations

import ipaddress
import os
import tempfile
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import assume, given, settings, strategies as st
from support.examples import examples
from support.postfix.postmap import aged, ask, ask_all, need_postmap, no_nul_at_the_start, shown

from ifdiscover._postfix.lists.lookup_table import QueryError, TableError
from ifdiscover._postfix.lists.tables import open_table
from ifdiscover._postfix.syntax.lines import each_logical_line
from ifdiscover._postfix.syntax.words import WHITE_SPACE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ifdiscover._postfix.lists.lookup_table import Table

KEYS = (
    "10.0.0.1",
    "10.1.1.1",
    "192.0.2.1",
    "2001:db8::1",
    "2001:DB8:0::1",
    "fd00::1",
    "::ffff:10.0.0.1",
    "010.0.0.1",
    "[10.0.0.1]",
    "10.0.0.0/8",
    "10.0.0",
    "fe80::1%lo",
    "unknown",
)


class Case(NamedTuple):
    """A file, where each key is found in it, and what is said of it; FILE stands for its path."""

    content: str
    found: Mapping[str, int] = MappingProxyType({})
    warnings: tuple[str, ...] = ()


IN_TEN = ("10.0.0.1", "10.1.1.1")
ALL_IPV6 = ("2001:db8::1", "2001:DB8:0::1", "fd00::1", "::ffff:10.0.0.1")
SKIPPED = "cidr map FILE, line {}: {}: skipping this rule"

CASES = {
    "empty": Case(""),
    "first match wins": Case("10.0.0.1 a\n10.0.0.0/8 b\n10.0.0.0/8 c\n", {"10.0.0.1": 1, "10.1.1.1": 2}),
    "less exact first": Case("10.0.0.0/8 b\n10.0.0.1 a\n", dict.fromkeys(IN_TEN, 1)),
    "any spelling of an address": Case("[2001:db8:0:0::]/32 a\n", dict.fromkeys(("2001:db8::1", "2001:DB8:0::1"), 1)),
    "a comment after the network is its result": Case("10.0.0.0/8 # not a comment\n", dict.fromkeys(IN_TEN, 1)),
    "result on a continuation line": Case("# c\n10.0.0.0/8\n# c\n\n  ok\n", dict.fromkeys(IN_TEN, 2)),
    "VT separates": Case("10.0.0.0/8\vok\n", dict.fromkeys(IN_TEN, 1)),
    "CRLF": Case("10.0.0.0/8 ok\r\n192.0.2.1\r\n", dict.fromkeys(IN_TEN, 1), (SKIPPED.format(2, "no lookup result"),)),
    "a no-break space does not separate": Case(
        "10.0.0.0/8\u00a0ok\n", warnings=(SKIPPED.format(1, 'bad mask value in "10.0.0.0/8\u00a0ok"'),)
    ),
    "negation stays in its family": Case("!10.0.0.0/8 a\n", {"192.0.2.1": 1}),
    "negation of IPv6": Case("!2001:db8::/32 a\n", dict.fromkeys(("fd00::1", "::ffff:10.0.0.1"), 1)),
    "negated twice": Case("! !10.0.0.0/8 a\n", dict.fromkeys(IN_TEN, 1)),
    "negated before plain": Case("!192.0.2.0/24 a\n10.0.0.1 b\n", dict.fromkeys(IN_TEN, 1)),
    "plain before negated": Case("10.0.0.1 b\n!192.0.2.0/24 a\n", {"10.0.0.1": 1, "10.1.1.1": 2}),
    "length modulo 256": Case("10.0.0.0/264 a\n", dict.fromkeys(IN_TEN, 1)),
    "everyone": Case(
        "::/0 a\n0.0.0.0/0 b\n", {**dict.fromkeys(ALL_IPV6, 1), **dict.fromkeys((*IN_TEN, "192.0.2.1"), 2)}
    ),
    "if": Case(
        "if 10.0.0.0/8\n10.0.0.1 a\n0.0.0.0/0 b\nendif\n0.0.0.0/0 c\n",
        {"10.0.0.1": 2, "10.1.1.1": 3, "192.0.2.1": 5},
    ),
    "the same network under two conditions": Case(
        "if 10.1.0.0/16\n0.0.0.0/0 a\nendif\nif 192.0.2.0/24\n0.0.0.0/0 b\nendif\n", {"10.1.1.1": 2, "192.0.2.1": 5}
    ),
    "if not, in any case": Case("IF ! 10.0.0.0/8\n0.0.0.0/0 a\n::/0 b\nEndIf\n", {"192.0.2.1": 2}),
    "if without blank": Case(
        "if!10.0.0.0/8\n0.0.0.0/0 a\nendif\nif[10.0.0.0/8]\n10.0.0.1 b\nendif\n", {"192.0.2.1": 2, "10.0.0.1": 5}
    ),
    "nested": Case(
        "if 10.0.0.0/8\nif 10.0.0.0/16\n0.0.0.0/0 a\nendif\n0.0.0.0/0 b\nendif\n0.0.0.0/0 c\n",
        {"10.0.0.1": 3, "10.1.1.1": 5, "192.0.2.1": 7},
    ),
    "unmatched in matched": Case(
        "if 10.0.0.0/8\nif 192.0.2.0/24\n0.0.0.0/0 a\nendif\n0.0.0.0/0 b\nendif\n",
        dict.fromkeys(IN_TEN, 5),
    ),
    "unclosed": Case(
        "0.0.0.0/0 a\nif 10.0.0.0/8\nif 2001:db8::/32\n::/0 b\n",
        dict.fromkeys((*IN_TEN, "192.0.2.1"), 1),
        tuple(f"cidr map FILE, line {line}: IF has no matching ENDIF" for line in (3, 2)),
    ),
    "unclosed, and some of it matches": Case(
        "if 10.0.0.0/8\n10.0.0.1 a\nif 10.1.0.0/16\n0.0.0.0/0 b\nendif\n",
        {"10.0.0.1": 2, "10.1.1.1": 4},
        ("cidr map FILE, line 1: IF has no matching ENDIF",),
    ),
    "a faulty if leaves its block unguarded": Case(
        "if 10.0.0.0/8 x\n192.0.2.1 a\nendif\n",
        {"192.0.2.1": 2},
        (SKIPPED.format(1, 'bad mask value in "10.0.0.0/8 x"'), SKIPPED.format(3, "ENDIF without IF")),
    ),
    "no keywords": Case(
        "if10.0.0.0/8\nifx\nendifx\nif/8\nif\u00e9\n",
        warnings=(
            SKIPPED.format(1, 'bad network value in "if10.0.0.0/8"'),
            SKIPPED.format(2, 'bad address pattern: "ifx"'),
            SKIPPED.format(3, 'bad address pattern: "endifx"'),
            SKIPPED.format(4, 'bad network value in "/8"'),
            SKIPPED.format(5, 'bad address pattern: "\u00e9"'),
        ),
    ),
    "garbage after endif closes nothing": Case(
        "if 10.0.0.0/8\nendif!\n0.0.0.0/0 a\nendif x\n",
        dict.fromkeys(IN_TEN, 3),
        (
            SKIPPED.format(2, "garbage after ENDIF"),
            SKIPPED.format(4, "garbage after ENDIF"),
            "cidr map FILE, line 1: IF has no matching ENDIF",
        ),
    ),
    "no pattern": Case(
        "!\n! !\nif\nif !\nendif\n10.0.0.1 a\n",
        {"10.0.0.1": 6},
        (*[SKIPPED.format(line, "no address pattern") for line in (1, 2, 3, 4)], SKIPPED.format(5, "ENDIF without IF")),
    ),
    "the network is looked at before the result": Case(
        "10.0.0.1/8\n10.0.0.0/8\n172.16.0.0/99 a\nexample.com a\n",
        warnings=(
            SKIPPED.format(
                1, 'non-null host address bits in "10.0.0.1/8", perhaps you should use "10.0.0.0/8" instead'
            ),
            SKIPPED.format(2, "no lookup result"),
            SKIPPED.format(3, 'bad mask length in "172.16.0.0/99"'),
            SKIPPED.format(4, 'bad address pattern: "example.com"'),
        ),
    ),
    "a pattern that is not UTF-8": Case(
        "\udce9 a\n10.0.0.1 b\n", {"10.0.0.1": 2}, (SKIPPED.format(1, 'bad address pattern: "\udce9"'),)
    ),
    "white space at the start": Case(
        " 10.0.0.0/8 a\n  b\n10.0.0.1 c\n",
        {"10.0.0.1": 3},
        ('FILE: logical line must not start with whitespace: " 10.0.0.0/8 a  b"',),
    ),
    "NUL": Case(
        "10.0.0.1\0 a\n10.1.1.1 b\n c\0d\n e\n",
        {"10.1.1.1": 2},
        (
            "FILE, line 1: text after null byte may be ignored",
            SKIPPED.format(1, "no lookup result"),
            "FILE, line 2-4: text after null byte may be ignored",
        ),
    ),
    "nothing but NUL": Case(
        "\0\n10.0.0.1 a\n",
        {"10.0.0.1": 2},
        ("FILE, line 1: text after null byte may be ignored", SKIPPED.format(1, "no address pattern")),
    ),
    "NUL in the line that is dropped": Case(
        " x\0\n10.0.0.1 a\n",
        {"10.0.0.1": 2},
        (
            'FILE: logical line must not start with whitespace: " x"',
            "FILE, line 2: text after null byte may be ignored",
        ),
    ),
}


def written(directory: Path, content: str) -> str:
    """A file with this content; its path."""
    return aged(directory / "table", os.fsencode(content))


def places(table: Table) -> dict[str, str]:
    """Where each of the keys is found."""
    found = {key: table.find(key) for key in KEYS}
    return {key: place for key, place in found.items() if place is not None}


def agree_with_postmap(directory: Path, content: str) -> None:
    """Compare what a file of this content makes of the keys, and what is said of it."""
    path = written(directory, content)
    table = open_table(f"cidr:{path}")
    ours, theirs = places(table), ask(directory / "conf", f"cidr:{path}", KEYS)
    assert theirs.fatal == ""
    assert set(ours) == set(theirs.found)
    text_of = {f"{path}, line {line.number}": line.text.rstrip(WHITE_SPACE) for line in each_logical_line(content)}
    for key, result in theirs.found.items():
        assert shown(text_of[ours[key]]).endswith(shown(result))
    # 3.12 tells of a NUL, 3.7 does not.
    assert [shown(line) for line in table.warnings if "null byte" not in line] == list(theirs.warnings)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_first_rule_that_has_the_address_answers(case: Case, tmp_path: Path) -> None:
    """Rules are taken as cidr_table(5) says; those with a fault are left out, with Postfix's warning."""
    path = written(tmp_path, case.content)
    table = open_table(f"cidr:{path}")
    assert places(table) == {key: f"{path}, line {line}" for key, line in case.found.items()}
    assert table.warnings == tuple(warning.replace("FILE", path) for warning in case.warnings)
    assert not table.asked_for_parents


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_postmap_finds_the_same(case: Case, tmp_path: Path) -> None:
    """The cases above are Postfix's answers and not ours."""
    need_postmap()
    agree_with_postmap(tmp_path, case.content)


NETWORKS = (
    *("10.0.0.0/8", "10.0.0.1", "[10.0.0.0]/15", "10.1.0.0/16", "0.0.0.0/0", "192.0.2.0/24", "10.0.0.0/264"),
    *("::/0", "[2001:db8::]/32", "[fd00::/8]", "2001:db8::1", "10.0.0.1/8", "[10.0.0.1", "10.0.0.0/x", "x", ""),
)
BLANKS = st.sampled_from(["", " ", "\t", "\v", "\f \r", "!", " ! ", "!!"])
KEYWORDS = st.sampled_from(["if", "IF", "If", "endif", "ENDIF", "if ", "if !", "endif ", "endif x"])
RULES = st.builds(
    "".join, st.tuples(BLANKS, st.sampled_from(NETWORKS), st.sampled_from([" ", "\t ", ""]), st.just("@"))
)
CONDITIONS = st.builds("".join, st.tuples(KEYWORDS, BLANKS, st.sampled_from(NETWORKS)))
LINES = st.one_of(RULES, RULES, CONDITIONS, st.just("endif"), st.text('1.:/![]{}"#ief @\t\v\0é', max_size=9))


@settings(max_examples=examples(150))
@given(lines=st.lists(LINES, max_size=12))
def test_postmap_finds_the_same_in_any_table(lines: list[str]) -> None:
    """Whatever the rules, their nesting and their faults: the same keys, by the same rule, with the same warnings."""
    need_postmap()
    content = "\n".join(line.replace("@", f"L{number}") for number, line in enumerate(lines, 1))
    assume(no_nul_at_the_start(content))
    with tempfile.TemporaryDirectory() as directory:
        agree_with_postmap(Path(directory), content)


INLINE = {
    "rules": ("{{10.0.0.0/8 ok}, { ! 192.0.2.0/24 ok }}", {"10.0.0.1": 1, "10.1.1.1": 1}, ()),
    "no rule": ("{}", {}, ()),
    "separators alone": ("{ , }", {}, ()),
    "a rule of several lines": (
        "{{\n10.0.0.1 ok\n10.1.1.1 ok\n} {} {#c} {x}}",
        {"10.0.0.1": 1, "10.1.1.1": 2},
        ((5, 'bad address pattern: "x"'),),
    ),
    "vertical tabs in a rule": ("{{\v10.0.0.1 ok\v}}", {"10.0.0.1": 1}, ()),
    "braces in a rule": ("{{{10.0.0.0/8} ok}}", {}, ((1, 'bad mask value in "{10.0.0.0/8}"'),)),
}


@pytest.mark.parametrize(("name", "found", "faults"), INLINE.values(), ids=INLINE)
def test_rules_may_stand_in_the_name_itself(
    name: str, found: dict[str, int], faults: tuple[tuple[int, str], ...], tmp_path: Path
) -> None:
    """Each group in braces is a line of a file that is not there."""
    table = open_table(f"cidr:{name}")
    assert places(table) == {key: f"{name}, line {line}" for key, line in found.items()}
    assert table.warnings == tuple(f"cidr map {name}, line {n}: {fault}: skipping this rule" for n, fault in faults)
    need_postmap()
    theirs = ask(tmp_path / "conf", f"cidr:{name}", KEYS)
    assert (set(theirs.found), theirs.warnings) == (set(found), tuple(shown(line) for line in table.warnings))


INLINE_REFUSED = {
    "no inner braces": ("{10.0.0.0/8 ok}", "no '{' at start of text in \"10.0.0.0/8\""),
    "unbalanced": ("{{10.0.0.0/8 ok}", "missing '}' in \"{{10.0.0.0/8 ok}\""),
    "text after the rules": ("{{10.0.0.0/8 ok}}x", "syntax error after '}' in \"{{10.0.0.0/8 ok}}x\""),
    "text after a rule": ("{{10.0.0.0/8 ok}x}", "syntax error after '}' in \"{10.0.0.0/8 ok}x\""),
    "vertical tab after a rule": ("{{10.0.0.0/8 ok}\v}", "syntax error after '}' in \"{10.0.0.0/8 ok}\v\""),
    "vertical tab before a rule": ("{\v {10.0.0.0/8 ok}}", "no '{' at start of text in \"\v\""),
}


@pytest.mark.parametrize(("name", "fault"), INLINE_REFUSED.values(), ids=INLINE_REFUSED)
def test_bad_braces_make_the_table_unusable(name: str, fault: str) -> None:
    """The first fault counts."""
    with pytest.raises(TableError) as caught:
        open_table(f"cidr:{name}")
    assert (caught.value.reason, caught.value.needs_postfix) == (f"cidr map: {fault}", False)


def test_postmap_refuses_the_same_braces(tmp_path: Path) -> None:
    """The reasons above are in Postfix's words."""
    need_postmap()
    answers = ask_all(tmp_path / "conf", [f"cidr:{name}" for name, _fault in INLINE_REFUSED.values()], KEYS)
    assert [answer.fatal for answer in answers.values()] == [
        shown(f"cidr map: {fault}") for _name, fault in INLINE_REFUSED.values()
    ]


def test_a_result_that_is_not_utf_8_fails_the_query_that_finds_it(tmp_path: Path) -> None:
    """Postfix refuses such a result when it is asked for it, and no other key suffers."""
    path = written(tmp_path, "10.0.0.1 \udce9 \r\n10.0.0.0/8 ok\n")
    table = open_table(f"cidr:{path}")
    assert table.find("10.1.1.1") == f"{path}, line 2"
    with pytest.raises(QueryError) as caught:
        table.find("10.0.0.1")
    said = f'cidr:{path}: key "10.0.0.1": non-UTF-8 value "\udce9": malformed UTF-8 or invalid codepoint'
    assert caught.value.warnings == (said,)
    need_postmap()
    theirs = ask(tmp_path / "conf", f"cidr:{path}", ["10.0.0.1"])
    assert (theirs.warnings, theirs.fatal) == ((shown(said),), f"table cidr:{path}: query error")


def test_a_query_does_not_look_at_every_plain_rule(tmp_path: Path) -> None:
    """Of rules without condition only one a prefix length is looked at, however many there are."""
    rules = [f"10.{n >> 8}.{n & 255}.0/24 ok\n" for n in range(2000)]
    path = written(tmp_path, "".join([*rules, "!192.0.2.0/24 other\n"]))
    table = open_table(f"cidr:{path}")
    plain = table._plain  # type: ignore[attr-defined]  # of CidrTable, which open_table() need not promise
    assert [len(lengths) for lengths in plain.values()] == [1, 0]
    assert table.find("10.7.206.9") == f"{path}, line 1999"
    assert table.find("198.51.100.1") == f"{path}, line 2001"


LAST_OCTETS = st.tuples(st.integers(24, 32), st.integers(0, 255)).map(
    lambda drawn: f"192.0.2.{drawn[1] >> (32 - drawn[0]) << (32 - drawn[0])}/{drawn[0]}"
)
NEGATIONS = st.sampled_from(["", "!"])
RULES = st.one_of(
    st.builds("{}{} ok".format, NEGATIONS, LAST_OCTETS),
    st.builds("if {}{}".format, NEGATIONS, LAST_OCTETS),
    st.just("endif"),
)


@given(st.lists(RULES, max_size=12))
def test_the_networks_of_a_table_are_those_in_which_an_address_is_found(rules: list[str]) -> None:
    """Whatever is negated or inside an if; none of them is everybody."""
    table = open_table(f"cidr:{{{', '.join(f'{{{rule}}}' for rule in ['192.0.2.255/32 ok', *rules])}}}")
    networks = [ipaddress.ip_network((packed, length)) for _family, packed, length in table.networks()]
    for last in (0, 1, 2, 3, 7, 8, 64, 127, 128, 200, 254, 255):
        asked = f"192.0.2.{last}"
        assert any(ipaddress.ip_address(asked) in network for network in networks) is (table.find(asked) is not None)
    elsewhere = [ipaddress.ip_address(asked) for asked in ("8.8.8.8", "203.0.113.1", "2001:db8::1")]
    for address in elsewhere:
        assert any(address in network for network in networks) is (table.find(str(address)) is not None)
    assert all(network.prefixlen for network in networks)


def test_the_networks_of_a_large_table_with_conditions_are_not_known(tmp_path: Path) -> None:
    """Each address would be tested against each of its rules."""
    rules = [f"10.{n >> 8}.{n & 255}.0/24 ok\n" for n in range(1000)]
    assert list(open_table(f"cidr:{written(tmp_path, ''.join([*rules, '!192.0.2.0/24 x']))}").networks()) == []
    assert len(list(open_table(f"cidr:{written(tmp_path, ''.join(rules))}").networks())) == 1000
