"""Lookup tables that a match list names, beside postmap's answers; type cidr has a file of its own."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

import pytest
from hypothesis import assume, given, settings, strategies as st
from support.examples import examples
from support.postfix.postmap import aged, ask, ask_all, need_postmap, no_nul_at_the_start, shown

from ifdiscover._postfix.lists.lookup_table import QueryError, Table, TableError
from ifdiscover._postfix.lists.tables import open_table
from ifdiscover.errors import ConfigurationError, FatalTableError

KEYS = (
    *(
        "a",
        "B",
        "b",
        "x",
        "é",
        "#a",
        "!a",
        "{a}",
        "a:",
        ":",
        "a=",
        "=",
        "\\",
        "a\\",
        "10.0.0.1",
        "2001:db8::1",
        "abcd::1",
    ),
    *('"', '""', '"a"', '"a b"', "a b", "a\\ b", 'a"b c"', 'a"b=c"', '"a\\"b"', '"a"b', '"c=d"', "a\\=1", "\u00a0a"),
)


def found_in(word: str) -> set[str]:
    """Which of the keys a table has."""
    table = open_table(word)
    return {key for key in KEYS if table.find(key) is not None}


def refusal(word: str) -> TableError:
    """Why a table cannot be asked."""
    with pytest.raises(TableError) as caught:
        open_table(word)
    return caught.value


def opened_or_not(word: str) -> Table | TableError:
    """A table, or why it cannot be asked."""
    try:
        return open_table(word)
    except TableError as error:
        return error


INLINE = {
    "pairs": ("{a=1, { x = v w }\t10.0.0.1=2}", {"a", "x", "10.0.0.1"}),
    "no value": ("{a=}", {"a"}),
    "no network is known": ("{10.0.0.0/8=x}", set()),
    "one spelling of an address": ("{ABCD::1=x 2001:db8:0::1=x}", set()),
    "keys are not folded": ("{B=1}", {"B"}),
    "quotes stay in the key": ('{{"a b" = 1} {"c=d"=2} "a"=3 a"b=c"=4}', {'"a b"', '"c=d"', '"a"', 'a"b=c"'}),
    "a backslash takes the next along": ('{{a\\ b = 1} {"a\\"b" = 2} a\\=1=2}', {"a\\ b", '"a\\"b"', "a\\=1"}),
    "a value may have equals signs": ("{a==1}", {"a"}),
    "no comments": ("{#a=1}", {"#a"}),
    "the last of two": ("{a=1 a=2}", {"a"}),
    "VT is white space round a key": ("{\va=1 {\fx\v= 1}}", {"a", "x"}),
    "NBSP is not": ("{\u00a0a=1}", {"\u00a0a"}),
    "no key": ("{=1}", set()),
}

INLINE_REFUSED = {
    "no braces": ("a=1", "bad syntax"),
    "nothing in braces": ("{}", "bad syntax"),
    "not closed": ("{{a=1}", "bad syntax"),
    "closed twice": ("{a=1}}", "bad syntax"),
    "text after the braces": ("{a=1}x", "bad syntax"),
    "blanks alone": ("{ , }", "empty table"),
    "no equals sign": ("{10.0.0.1}", "missing '=' after attribute name"),
    "not in the last": ("{a=1, a}", "missing '=' after attribute name"),
    "blanks without braces": ("{a = 1}", "missing '=' after attribute name"),
    "two words for a key": ("{{a b=1}}", "missing '=' after attribute name"),
    "escaped equals sign": ("{a\\=1}", "missing '=' after attribute name"),
    "quoted equals sign": ('{"a=1"}', "missing '=' after attribute name"),
    "no text": ("{{ }}", "no key found; expected format: key = value"),
    "VT alone": ("{\v}", "no key found; expected format: key = value"),
    "quote not closed": ('{"a=1}', "unbalanced '\"'"),
    "text after a pair": ("{{a=1}x}", "syntax error after '}' in \"{a=1}x\""),
    "pairs without separator": ("{{a=1}{b=2}}", "syntax error after '}' in \"{a=1}{b=2}\""),
    "not UTF-8": ("{a=\udce9, b}", "bad UTF-8 syntax"),
    "not UTF-8 and no braces": ("\udce9", "bad UTF-8 syntax"),
}


@pytest.mark.parametrize(("name", "found"), INLINE.values(), ids=INLINE)
def test_an_inline_table_has_its_keys_as_they_are_written(name: str, found: set[str], tmp_path: Path) -> None:
    """Quotes and backslashes keep a key together and stay in it; nothing is folded or taken for a network."""
    assert found_in(f"inline:{name}") == found
    assert (open_table(f"inline:{name}").warnings, open_table(f"inline:{name}").asked_for_parents) == ((), True)
    need_postmap()
    assert set(ask(tmp_path / "conf", f"inline:{name}", KEYS).found) == found


@pytest.mark.parametrize(("name", "why"), INLINE_REFUSED.values(), ids=INLINE_REFUSED)
def test_a_bad_inline_table_is_unusable(name: str, why: str) -> None:
    """The first fault counts."""
    error = refusal(f"inline:{name}")
    assert error.reason == f'{why}: "inline:{name}"; need "inline:{{name=value...}}"'
    assert not error.needs_postfix


def said_of(word: str) -> tuple[set[str], str]:
    """What ifdiscover makes of a table without warnings: the keys found, or why there are none."""
    try:
        return found_in(word), ""
    except TableError as error:
        return set(), shown(error.reason)


PAIRS = st.lists(
    st.one_of(
        st.sampled_from(["a=1", '{ "a b" = 1 }', "{a\\ b=2}", '"c=d"=3', "{x = {y} }"]),
        st.text('aB"\\={} ,\té#\udce9', min_size=1, max_size=6),
    ),
    max_size=4,
)
NAMES = st.one_of(PAIRS.map(lambda pairs: "{" + " ".join(pairs) + "}"), st.text("{}a=1 ,\v", min_size=1, max_size=8))
WORDS = st.builds("".join, st.tuples(st.sampled_from(["inline:", "inline:", "static:", "static:{ ", "cidr:{{"]), NAMES))


@settings(max_examples=5)
@given(words=st.lists(WORDS, min_size=20, max_size=40, unique=True))
def test_postmap_says_the_same_of_any_table_without_a_file(words: list[str]) -> None:
    """The same keys are found, or the same reason is given, whatever the braces, quotes and blanks."""
    need_postmap()
    words = [word for word in words if "\udce9" not in word or word.startswith("inline:")]
    with tempfile.TemporaryDirectory() as directory:
        answers = ask_all(Path(directory), words, KEYS)
    assert {word: said_of(word) for word in words} == {
        word: (set(answer.found), answer.fatal) for word, answer in answers.items()
    }


def test_a_static_table_has_every_key(tmp_path: Path) -> None:
    """Whatever it is asked; braces must be balanced, if it begins with one."""
    for name in ("x", "{ x y }", "{}", " {x", "{a{b}c}"):
        assert found_in(f"static:{name}") == set(KEYS)
    assert open_table("static:x").asked_for_parents
    error = refusal("static:{ x } y")
    assert error.reason == "bad static:name syntax: syntax error after '}' in \"{ x } y\""
    need_postmap()
    assert set(ask(tmp_path / "conf", "static: {x", KEYS).found) == set(KEYS)


def test_a_static_table_whose_result_is_not_utf_8_fails_each_query(tmp_path: Path) -> None:
    """Postfix says so for the key asked."""
    with pytest.raises(QueryError) as caught:
        open_table("static:\udce9").find("a")
    said = 'static:\udce9: key "a": non-UTF-8 value "\udce9": malformed UTF-8 or invalid codepoint'
    assert caught.value.warnings == (said,)
    need_postmap()
    assert ask(tmp_path / "conf", "static:\udce9", ["a"]).warnings == (shown(said),)


def test_a_fail_table_fails_each_query() -> None:
    """It opens, and says nothing of its own."""
    table = open_table("fail:x")
    assert table.warnings == ()
    with pytest.raises(QueryError) as caught:
        table.find("a")
    assert caught.value.warnings == ()


IGNORED = "expected format: key whitespace value -- ignoring this line"
TEXTHASH = {
    "entries": ("a 1\nx\t2\n10.0.0.1\v3\n2001:db8::1 ok\r\n", {"a": 1, "x": 2, "10.0.0.1": 3, "2001:db8::1": 4}, ()),
    "keys are not folded": ("B 1\n", {"B": 1}, ()),
    "continued": ("a\n# c\n\n  1\nx 2\n  3\n", {"a": 1, "x": 5}, ()),
    "no value": ("a\nb \r\nx 1", {"x": 3}, ((1, IGNORED), (2, IGNORED))),
    "quotes stay in the key": (
        '"a b" 1\na"b c" 2\n"a"b 3\n"" 4\n"a\\"b" 5\n',
        {'"a b"': 1, 'a"b c"': 2, '"a"b': 3, '""': 4, '"a\\"b"': 5},
        (),
    ),
    "an equals sign is part of the key": ("a= 1\na\\ b 2\n", {"a=": 1, "a\\ b": 2}, ()),
    "quote not closed": (
        '"a\n b\nx 1\n"b \r\n',
        {"x": 3},
        (
            (1, "unbalanced '\"' in '\"a b' -- ignoring this line"),
            (4, "unbalanced '\"' in '\"b \r' -- ignoring this line"),
        ),
    ),
    "alias file": (
        "a: 1\n: 2\nx: \n",
        {"a:": 1, ":": 2},
        (
            (1, 'record is in "key: value" format; is this an alias file?'),
            (2, 'record is in "key: value" format; is this an alias file?'),
            (3, IGNORED),
        ),
    ),
    "not UTF-8": (
        "a 1\nb \udce9\n\udce9 3\n",
        {"a": 1},
        (
            (2, 'non-UTF-8 input "b \udce9" -- ignoring this line'),
            (3, 'non-UTF-8 input "\udce9 3" -- ignoring this line'),
        ),
    ),
    "not UTF-8 after a NUL": (
        "a 1\0\udce9\na é\0\udce9\n\0\udce9\n",
        {"a": 1},
        (
            (1, "NUL"),
            (2, "NUL"),
            (2, 'non-UTF-8 input "a é" -- ignoring this line'),
            (3, "NUL"),
            (3, 'non-UTF-8 input "" -- ignoring this line'),
        ),
    ),
    "NUL": ("a 1\0b\nb\0 2\n\0\n", {"a": 1}, ((1, "NUL"), (2, "NUL"), (2, IGNORED), (3, "NUL"), (3, IGNORED))),
}


@pytest.mark.parametrize(("content", "found", "warnings"), TEXTHASH.values(), ids=TEXTHASH)
def test_a_texthash_table_has_the_keys_of_its_lines(
    content: str, found: dict[str, int], warnings: tuple[tuple[int, str], ...], tmp_path: Path
) -> None:
    """Lines are those of postmap(1); one with a fault is left out, with Postfix's warning."""
    path = aged(tmp_path / "table", os.fsencode(content))
    table = open_table(f"texthash:{path}")
    places = {key: table.find(key) for key in KEYS if table.find(key) is not None}
    assert places == {key: f"{path}, line {line}" for key, line in found.items()}
    said = [
        f"{path}, line {line}: {what}".replace("NUL", "text after null byte may be ignored") for line, what in warnings
    ]
    assert (table.warnings, table.asked_for_parents) == (tuple(said), True)
    need_postmap()
    theirs = ask(tmp_path / "conf", f"texthash:{path}", KEYS)
    assert set(theirs.found) == set(found)
    # 3.12 tells of a NUL, 3.7 does not.
    assert list(theirs.warnings) == [shown(line) for line in said if "null byte" not in line]


def test_a_texthash_table_with_a_key_twice_is_unusable(tmp_path: Path) -> None:
    """A list is not content with a warning, as postmap is; what was said before that still is."""
    path = aged(tmp_path / "table", b"x\na: 1\na: 2\nB 1\nb 2\n")
    error = refusal(f"texthash:{path}")
    assert error.reason == f'{path}, line 3: duplicate entry: "a:"'
    alias = 'record is in "key: value" format; is this an alias file?'
    said = [f"{path}, line 1: {IGNORED}", f"{path}, line 2: {alias}", f"{path}, line 3: {alias}"]
    assert [fault.postfix_says for fault in error.findings] == said
    need_postmap()
    assert ask(tmp_path / "conf", f"texthash:{path}", KEYS).warnings == (*said, error.reason)


@settings(max_examples=examples(100))
@given(lines=st.lists(st.one_of(st.sampled_from(KEYS).map(lambda key: f"{key} @"), st.text('aB"\\: \t\r\0#é=1\udce9'))))
def test_postmap_finds_the_same_in_any_texthash_table(lines: list[str]) -> None:
    """Whatever the lines: the same keys, by the same line, with the same warnings; or a key is there twice."""
    need_postmap()
    content = "\n".join(line.replace("@", f"L{number}") for number, line in enumerate(lines, 1))
    assume(no_nul_at_the_start(content))
    with tempfile.TemporaryDirectory() as directory:
        path = aged(Path(directory, "table"), os.fsencode(content))
        theirs = ask(Path(directory, "conf"), f"texthash:{path}", KEYS)
        table = opened_or_not(f"texthash:{path}")
    if isinstance(table, TableError):
        assert shown(table.reason) in theirs.warnings
        return
    assert {key for key in KEYS if table.find(key) is not None} == set(theirs.found)
    for key, value in theirs.found.items():
        if value[:1] == "L" and value[1:].isdigit():
            assert table.find(key) == f"{path}, line {value[1:]}"
    assert [shown(line) for line in table.warnings if "null byte" not in line] == list(theirs.warnings)


@pytest.mark.parametrize("word", ["inline:{a=1}", "static:x", "fail:x", "cidr:{{0.0.0.0/0 ok}}"])
def test_a_key_that_is_not_utf_8_is_in_no_table(word: str, tmp_path: Path) -> None:
    """Not even in one that has every key."""
    assert open_table(word).find("\udce9") is None
    need_postmap()
    theirs = ask(tmp_path / "conf", word, ["\udce9"])
    assert (theirs.found, theirs.fatal) == ({}, "")


@pytest.mark.parametrize("word", ["cidr:networks", "texthash:./networks", "hash:networks", "lmdb:networks"])
def test_a_relative_path_is_postfixs_to_find(word: str) -> None:
    """Its daemons look from their queue directory, and not from where ifdiscover runs."""
    with pytest.raises(TableError, match="queue directory") as caught:
        open_table(word)
    assert caught.value.needs_postfix


NO_TYPE = ("2001:db8::1", "fe80::/10", "ipv6:fe80::1", "10.0.0.1:25", "CIDR:/etc/x", "a:b")


@pytest.mark.parametrize("word", NO_TYPE)
def test_what_is_no_type_of_table_is_unusable(word: str) -> None:
    """An IPv6 address without brackets is one of these; types are told apart by case."""
    error = refusal(word)
    assert error.reason == f"unsupported dictionary type: {word.partition(':')[0]}"
    assert not error.needs_postfix


@pytest.mark.parametrize("kind", ["regexp", "pcre", "ldap", "mysql", "proxy", "environ", "unionmap", "unix"])
def test_a_type_that_needs_postfix_is_not_guessed(kind: str) -> None:
    """Nothing is opened or asked, and the reason says who could."""
    error = refusal(f"{kind}:/nonexistent")
    asking = f"only Postfix itself can ask this table: postmap -q ADDRESS {kind}:/nonexistent"
    assert (error.reason, error.needs_postfix) == (asking, True)


def test_every_type_of_the_installed_postfix_is_known() -> None:
    """Each type of table is asked, or left to Postfix; none is said not to exist."""
    need_postmap()
    types = subprocess.run(["postconf", "-m"], capture_output=True, text=True, check=True).stdout.split()
    assert "static" in types
    opened = [opened_or_not(f"{kind}:/nonexistent") for kind in types]
    assert [error.reason for error in opened if isinstance(error, TableError) and "unsupp" in error.reason] == []


NO_NAME = ("::/0", ":foo", "::1]", "foo:", "cidr:", "hash:")


@pytest.mark.parametrize("word", NO_NAME)
def test_a_missing_type_or_name_stops_postfix(word: str) -> None:
    """This is not a table that cannot be asked, but the end."""
    with pytest.raises(FatalTableError) as caught:
        open_table(word)
    assert caught.value.postfix_says == f'open dictionary: expecting "type:name" form instead of "{word}"'
    assert isinstance(caught.value, ConfigurationError)


@pytest.mark.parametrize(("kind", "action"), [("cidr", "open"), ("texthash", "open database")])
def test_a_file_that_is_not_there_makes_the_table_unusable(kind: str, action: str) -> None:
    """The reason is Postfix's."""
    error = refusal(f"{kind}:/nonexistent/x")
    assert (error.reason, error.needs_postfix) == (f"{action} /nonexistent/x: No such file or directory", False)


@pytest.mark.parametrize(("kind", "action"), [("cidr", "cidr map /: read error"), ("texthash", "read /")])
def test_a_directory_stops_postfix(kind: str, action: str) -> None:
    """It can be opened, and not be read."""
    with pytest.raises(FatalTableError) as caught:
        open_table(f"{kind}:/")
    assert caught.value.postfix_says == f"{action}: Is a directory"


def test_postmap_gives_the_same_reasons(tmp_path: Path) -> None:
    """Why a table is unusable is said in Postfix's words."""
    need_postmap()
    through_a_file = aged(tmp_path / "file", b"") + "/x"
    words = [
        *(f"inline:{name}" for name, _why in INLINE_REFUSED.values()),
        *(f"{kind}:{path}" for kind in ("cidr", "texthash") for path in ("/", "/nonexistent/x", through_a_file)),
        *("static:{ x } y", *NO_TYPE, *NO_NAME),
    ]
    ours = {}
    for word in words:
        with pytest.raises((TableError, FatalTableError)) as caught:
            open_table(word)
        ours[word] = shown(str(caught.value))
    assert ours == {word: answer.fatal for word, answer in ask_all(tmp_path / "conf", words, KEYS).items()}


@pytest.mark.parametrize("kind", ["cidr", "texthash"])
def test_a_file_that_we_do_not_read_is_left_to_postfix(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A FIFO, a device, a file of somebody else's: Postfix could read it, and what is in it is not guessed."""
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    for path in (str(fifo), "/dev/zero"):
        error = refusal(f"{kind}:{path}")
        assert error.needs_postfix
        assert error.reason.startswith(f"read {path}: not a regular file")

    def forbidden(path: str) -> None:
        raise PermissionError(13, os.strerror(13), path)

    monkeypatch.setattr(os, "stat", forbidden)  # root may read everything
    error = refusal(f"{kind}:/secret")
    assert (error.reason, error.needs_postfix) == ("open /secret: Permission denied", True)
