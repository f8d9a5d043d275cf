"""``$name`` in values, and what stands in for it; ``test_postconf.py`` puts the same to the real postconf."""

from __future__ import annotations

import contextlib
import sys
from functools import partial

import pytest
from hypothesis import given, strategies as st
from support.counting import calls
from support.postfix.main_cf_cases import nested

from ifdiscover._postfix.parameters import macros
from ifdiscover._postfix.parameters.compatibility_level import compatibility_level
from ifdiscover._postfix.parameters.configuration import Configuration
from ifdiscover._postfix.parameters.macros import expand, mentions
from ifdiscover.errors import MacroError, MacroLimitError

KNOWN = {"x": "1", "y": "$x$x", "empty": "", "to_empty": "$empty"}


@given(st.text(st.characters(blacklist_characters="$")))
def test_a_text_without_a_dollar_is_its_own_value(text: str) -> None:
    """Braces, quotes and backslashes mean nothing by themselves."""
    assert expand(text, KNOWN.get) == text
    assert list(mentions(text)) == []


@given(st.text())
def test_a_doubled_dollar_is_one(text: str) -> None:
    """Whatever stands behind it."""
    assert expand(text.replace("$", "$$"), KNOWN.get) == text


@given(st.text("${}()?:=<>!abx1 \t", max_size=40))
def test_any_text_has_a_value_or_a_fault(text: str) -> None:
    """Nothing but MacroError is raised, and no name is mentioned that does not stand there."""
    with contextlib.suppress(MacroError):
        expand(text, lambda _name: "v")
    assert all(name in text for name in mentions(text))


WITHOUT_FAULT = st.recursive(
    st.sampled_from(("$x", "${y}", "$(to_empty)", "z", "$$", "")),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.builds("${{empty?{{{}}}:{{{}}}}}".format, inner, inner),
        st.builds("${{{{{}}}=={{{}}}?{{{}}}:{{{}}}}}".format, inner, inner, inner, inner),
    ),
)


@given(WITHOUT_FAULT)
def test_all_that_is_looked_up_is_among_the_mentions(text: str) -> None:
    """But for what values name."""
    looked_up: list[str] = []

    def lookup(name: str) -> str:
        looked_up.append(name)
        return "v"

    expand(text, lookup)
    assert set(looked_up) <= set(mentions(text))


def test_values_are_expanded_and_an_undefined_name_is_empty() -> None:
    """However deep the values go."""
    assert expand("<$y|${nowhere}|$(to_empty)>", KNOWN.get) == "<11||>"


def test_whether_a_name_is_empty_is_asked_of_its_value_as_written() -> None:
    """A value that expands to nothing is not empty to ? and :."""
    assert expand("${to_empty?a}${to_empty:b}${empty?c}${empty:d}", KNOWN.get) == "ad"


def test_an_arm_that_is_not_taken_is_not_looked_at() -> None:
    """Its names are not looked up, and its faults are none."""
    asked: list[str] = []

    def lookup(name: str) -> str:
        asked.append(name)
        return KNOWN[name]

    assert expand("${x?{a}:{$nowhere ${-}}}${{1} > {2} ? {$-} : {b}}", lookup) == "ab"
    assert asked == ["x"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("$a ${b?{$c}:$d} ${{$e} == {${f}} ? $g}", "abcdefg"),
        ("$a$-$b", "a"),
        ("${a?$b$-}$c", "ab"),
        ("${a?{$b}$c}$d", "ab"),
        ("${a?{$b}:{$c}$d}$e", "abc"),
        ("${a:{$b}$c}$d", "ab"),
        ("${a?{$-}:{$b}}$c", "a"),
        ("${a-$b}$c", ""),
        ("${a?{$b}", ""),
        ("${{$a}=={$b}$c}$d", "ab"),
        ("${{$a$-}=={$b}?{$c}}$d", "ab"),
        ("${{$a}=={$b$-}?{$c}}$d", "ab"),
        ("${{$a}=+{$b}}$c", ""),
        ("${{$a}<level{x}?{$b}}$c", "abc"),
        ("${a?" * 98 + "$b" + "}" * 98 + "$c", "a" * 98 + "bc"),
        ("${a?" * 101 + "$b" + "}" * 101 + "$c", "a" * 101),
        ("${{}=={" * 100 + "$b" + "}}" * 100 + "$c", "bc"),
        ("${{}=={" * 101 + "$b" + "}}" * 101 + "$c", ""),
        ("${{" * 101 + "$b" + "}=={}}" * 101 + "$c", ""),
    ],
)
def test_mentions_are_those_of_all_arms_up_to_the_first_fault(text: str, names: str) -> None:
    """In operands too; what was read before the fault counts, as the installed postconf shows with ``-n``."""
    assert "".join(mentions(text)) == names


@pytest.mark.parametrize(
    ("left", "right"), [("9", "10"), ("a", "b"), ("10", "9a")], ids=["numbers", "texts", "a number and a text"]
)
@pytest.mark.parametrize(
    ("operator", "holds"),
    [("==", "x"), ("!=", "<>"), ("<", "<"), ("<=", "<x"), (">=", "x>"), (">", ">")],
)
def test_an_operator_holds_as_in_c(operator: str, holds: str, left: str, right: str) -> None:
    """Of what is smaller, equal and larger; numbers by their value, and everything else as bytes."""
    for order, (one, other) in {"<": (left, right), "x": (left, left), ">": (right, left)}.items():
        wanted = "true" if order in holds else ""
        assert expand(f"${{{{{one}}} {operator} {{{other}}}}}", KNOWN.get) == wanted


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a$", 'empty macro name: "a$"'),
        ("${x", 'truncated macro reference: "${x"'),
        ("${x.y}", 'attribute name syntax error at: "...x>>>.y"'),
        ("${x?{a}b}", '":" expected at: "...a}>>>b"'),
        ("${x:{a}b}", 'unexpected input at: "...a}>>>b"'),
        ("${{a}=={a}b}", '"?" or ":" expected at: "...}>>>b"'),
        ("${{a}={b}}", '"==" or "!="" or "<"" or "<="" or ">="" or ">" expected at: "...a}>>>={b}"'),
        ("${{a}==}", '"{expression}" expected at: "...{a} ==>>>"'),
        ("${{a}==b{b}}", 'bad operator suffix at: "...==>>>b"'),
        ("$({a)", 'unbalanced {} in attribute expression: "{a"'),
        ("${{1} <level {a}}", 'malformed compatibility level syntax: "a"'),
        ("${{1} < {9223372036854775808}}", "mac_exp_eval: bad conversion: 9223372036854775808"),
        ("$loop", 'unreasonable macro call nesting: "loop"'),
        (nested(101), 'unreasonable macro call nesting: "z"'),
    ],
    ids=lambda value: value[:20],
)
def test_a_fault_has_postfixs_sentence_and_a_remedy(text: str, sentence: str) -> None:
    """The sentence in the words of postconf's warning."""
    with pytest.raises(MacroError) as caught:
        expand(text, {**KNOWN, "loop": "$loop"}.get)
    assert (caught.value.postfix_says, bool(caught.value.remedy)) == (sentence, True)


@pytest.mark.parametrize(
    "text",
    [nested(10_000), "${" * 10_000, "$(" * 10_000, "${{" * 10_000 + "}}" * 10_000, "${x?" * 10_000 + "}" * 10_000],
    ids=["arms", "open", "parentheses", "comparisons", "arms without braces"],
)
def test_nesting_without_end_is_a_fault_and_not_a_recursion(text: str) -> None:
    """Ten thousand deep, in a message that a person can read."""
    with pytest.raises(MacroError) as caught:
        expand(text, KNOWN.get)
    assert len(str(caught.value)) < 2000
    assert len(list(mentions(text))) <= 2 * macros.MAX_DEPTH + 2


def test_what_is_not_too_deep_needs_little_of_pythons_stack() -> None:
    """A hundred levels are expanded well within Python's own bound, and within half of it."""
    assert sys.getrecursionlimit() >= 1000
    assert expand(nested(100), KNOWN.get) == "z"


def test_values_that_double_without_end_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few short lines could ask for more than any host has: of macros, and of characters."""
    doubling = {f"a{n}": f"$a{n + 1}$a{n + 1}" for n in range(60)}
    with pytest.raises(MacroError, match="more than 100000 macros in one value"):
        expand("$a0", doubling.get)
    monkeypatch.setattr(macros, "MAX_LENGTH", 1 << 20)
    with pytest.raises(MacroError, match="make more than 1 MiB"):
        expand("$a40", {**doubling, "a60": "x" * 1000}.get)


def test_a_value_that_grows_beyond_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """In MiB, as a person counts them."""
    monkeypatch.setattr(macros, "MAX_LENGTH", 1 << 20)
    half = "x" * (1 << 19)
    assert expand("$a$a", {"a": half}.get) == half * 2
    with pytest.raises(MacroLimitError, match="macros make more than 1 MiB of one value"):
        expand("$a$a$x", {"a": half, "x": "1"}.get)


def test_only_what_is_beyond_the_free_part_of_a_value_counts_against_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many modest values there are, and whatever greedy ones took before: of macros, and of characters."""
    monkeypatch.setattr(macros, "MAX_MACROS", 30)
    monkeypatch.setattr(macros, "FREE_MACROS", 10)
    monkeypatch.setattr(macros, "MAX_LENGTH", 3000)
    monkeypatch.setattr(macros, "FREE_LENGTH", 1000)
    known = {"x": "1", "modest": "m" * 1000, "greedy": "g" * 3000}
    for modest, greedy, most in (("$x" * 10, "$x" * 30, 3), ("$modest", "$greedy", 2)):
        allowance = macros.Allowance()
        for _time in range(20):
            assert expand(modest, known.get, allowance)
        for _time in range(most):
            assert expand(greedy, known.get, allowance)
        with pytest.raises(MacroLimitError, match="too many macros in the values of one main"):
            expand(greedy, known.get, allowance)
        assert expand(modest, known.get, allowance)


@pytest.mark.parametrize(
    "piece",
    ["$x", "${x}", "$$", "${x?{a}:{b}}", "${x?$(x)}", "{", "}", "$(x)}{"],
)
def test_twice_the_text_is_twice_the_work(piece: str) -> None:
    """However it is made up."""
    few, more, most = (calls(partial(expand, piece * count, KNOWN.get)) for count in (200, 400, 800))
    assert most - more <= 2.2 * max(more - few, 1)


def test_brackets_of_many_mebibytes_are_counted_in_one_pass() -> None:
    """Each is looked at once; what has to be looked for is found once."""
    text = "${x?" + "{" * (1 << 20) + "}" * (1 << 20) + "}"
    few, more = (calls(partial(expand, "${x?{" + "{" * n + "}" * n + "}}", KNOWN.get)) for n in (1000, 2000))
    assert more < 2.1 * few
    with pytest.raises(MacroError, match="truncated"):
        expand("$" + text[1:-1], KNOWN.get)


def test_levels_compare_number_by_number() -> None:
    """3.9 comes before 3.10, and what is missing is 0."""
    levels = ["0", " 1", "1.2", "1.2.1", "2", "3.6", "3.9", "3.10", "03.+12", "8796093022207.1023.1023"]
    assert levels == sorted(levels, key=compatibility_level)
    assert compatibility_level("2") == compatibility_level("2.0.0")


@pytest.mark.parametrize("text", ["", "x", "1.", ".1", "1..2", "1 ", "1.2.3.4", "-1", "1.1024", "8796093022208", "1_0"])
def test_what_is_no_level_is_refused(text: str) -> None:
    """In Postfix's words."""
    with pytest.raises(MacroError) as caught:
        compatibility_level(text)
    assert caught.value.postfix_says == f'malformed compatibility level syntax: "{text}"'


def test_a_level_of_a_million_digits_is_refused_at_once() -> None:
    """Python refuses to read such a number, and takes long where it does not."""
    with pytest.raises(MacroError):
        compatibility_level("1" * 1_000_000)
    with pytest.raises(MacroError, match="bad conversion"):
        expand("${{" + "1" * 1_000_000 + "} > {1}}", KNOWN.get)
    assert expand("${{" + "0" * 1_000_000 + "1} == {1}}", KNOWN.get) == "true"


@pytest.mark.parametrize("number", [3, 30])
def test_values_that_multiply_take_no_more_together_than_two_of_them(
    number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many there are; a value of some macros is expanded all the same."""
    steps = {f"a{step}": f"$a{step - 1}" * 10 for step in range(1, 10)}
    greedy = {f"b{place}": "$a9" for place in range(number)}
    configuration = Configuration(None, {"a0": "x", "modest": "$a0" * 500, **steps, **greedy})
    looked_up = 0
    look_up = configuration._look_up

    def counted(name: str) -> str | None:
        nonlocal looked_up
        looked_up += 1
        return look_up(name)

    monkeypatch.setattr(configuration, "_look_up", counted)
    for name in greedy:
        with pytest.raises(MacroLimitError):
            configuration.value(name)
    assert looked_up < 2 * macros.MAX_MACROS + (number + 1) * (macros.FREE_MACROS + 2)
    assert configuration.value("modest") == "x" * 500
