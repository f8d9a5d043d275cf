"""main.cf as text: names, values, places, and what is wrong with a line."""

from __future__ import annotations

import tracemalloc
from errno import EACCES, ENOTDIR
from functools import partial
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, strategies as st
from support.counting import calls
from support.made import TEXTS

from ifdiscover._postfix.parameters.configuration import load
from ifdiscover._postfix.parameters.main_cf import assignment, parse, read
from ifdiscover._postfix.syntax import findings
from ifdiscover._postfix.syntax.findings import FATAL, HIGH, INFO
from ifdiscover.errors import ConfigFileError, MainCfError

if TYPE_CHECKING:
    from pathlib import Path


def values(text: str) -> dict[str, str]:
    """What a main.cf sets."""
    return {name: setting.value for name, setting in parse(text).settings.items()}


def test_a_value_is_all_that_follows_without_the_blanks_around_it() -> None:
    """No comments, quotes or backslashes in it; lines that continue are joined as they stand."""
    text = 'a=1 # x\n b = "2" \\\n\nc\t=\r\n\t3\r\n# c\n d = 4\r\ne =\n'
    assert values(text) == {"a": '1 # x b = "2" \\', "c": "3\r\td = 4".replace("\t", " "), "e": ""}


@given(st.text("ab= \t\n\r#\\$\v", max_size=30))
def test_any_text_is_read_or_has_a_line_that_is_wrong(text: str) -> None:
    """And every place points at what is there."""
    found = parse(text)
    assert all(1 <= (fault.place.line or 0) <= text.count("\n") + 1 for fault in found.findings)
    lines = text.split("\n")
    for setting in found.settings.values():
        if setting.value:
            for offset in (0, len(setting.value) - 1):
                _file, line, column, _sources = setting.place(offset)
                assert line
                assert column
                assert lines[line - 1][column - 1] == setting.value[offset]


@given(TEXTS)
def test_an_assignment_keeps_its_text(text: str) -> None:
    """Name and value are parts of it, to the byte."""
    try:
        name, value, offset = assignment(text)
    except MainCfError:
        return
    assert name in text
    assert text[offset:].startswith(value)


def test_the_last_of_a_name_wins_with_postfixs_warning() -> None:
    """Where the values differ; the warning has the line and the value that is lost."""
    found = parse("a = 1\na = 1\nb = 2\na =\n 3\na = 4\n", "DIR/main.cf", {"b": "0"})
    assert {name: (s.value, s.line.number) for name, s in found.settings.items()} == {"a": ("4", 6), "b": ("2", 3)}
    assert [fault.postfix_says for fault in found.findings] == [
        "DIR/main.cf, line 3: overriding earlier entry: b=0",
        "DIR/main.cf, line 4: overriding earlier entry: a=1",
        "DIR/main.cf, line 6: overriding earlier entry: a=3",
    ]


def test_a_setting_knows_the_line_of_its_name() -> None:
    """Also if its value goes on in others."""
    found = parse("# c\na =\n  b\n  c\nd = e\n f\n").settings
    assert [setting.number for setting in found.values()] == [2, 5]


@pytest.mark.parametrize(
    "text", ["a=b", "  a=bc", " a=bcdef", "\t\t a = bcdefghijkl ", "       a  =b", " " * 8 + "a=b"]
)
def test_blanks_before_a_name_are_no_part_of_it(text: str) -> None:
    """In -o; a line of main.cf that begins with one continues another."""
    name, value, offset = assignment(text)
    assert (name, value) == ("a", text.partition("=")[2].strip())
    assert text.index("b") == offset


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("# c\n\na b\n c\n", "main.cf, line 3: missing '=' after attribute name: \"a b c\""),
        ("=1", 'main.cf, line 1: missing attribute name: "=1"'),
        ("a = 1\n\0\n", 'main.cf, line 2: missing attribute name: ""'),
        ("a\n", "main.cf, line 1: missing '=' after attribute name: \"a\""),
    ],
    ids=["no =", "no name", "NUL", "name alone"],
)
def test_a_line_that_sets_nothing_is_fatal(text: str, sentence: str) -> None:
    """In Postfix's words, with the line at which it begins; of the others it hides none."""
    fault = parse(text).findings[-1]
    assert (fault.level, fault.postfix_says) == (FATAL, sentence)


def test_a_main_cf_with_such_a_line_is_not_loaded(tmp_path: Path) -> None:
    """Postfix does not start with it."""
    (tmp_path / "main.cf").write_text("a b\n")
    with pytest.raises(MainCfError, match="line 1: missing '='") as caught:
        load(str(tmp_path))
    assert caught.value.status == 78


def test_what_stands_behind_a_nul_is_lost_with_a_warning() -> None:
    """And so is a first line that continues nothing."""
    found = parse(" a = 1\nb = 2\x003\n", "X")
    assert found.settings["b"].value == "2"
    assert [fault.postfix_says for fault in found.findings] == [
        'X: logical line must not start with whitespace: " a = 1"',
        "X, line 2: text after null byte may be ignored",
    ]


def test_a_line_of_many_mebibytes_is_read_and_not_repeated() -> None:
    """As a value whole; in a message its beginning."""
    long = "x" * (8 << 20)
    assert values(f"a = {long}\n") == {"a": long}
    assert len(parse(long).findings[0].postfix_says) < 2000
    assert len(parse(f"a = {long}\na = 1\n").findings[0].postfix_says) < 2000


def test_twice_the_lines_are_twice_the_work() -> None:
    """Of settings, of lines that continue one, and of duplicates."""
    for line in ("a{} = 1\n", " x{}\n", "a = {}\n"):
        texts = ["a = 1\n" + "".join(map(line.format, range(count))) for count in (500, 1000, 2000)]
        few, more, most = (calls(partial(parse, text)) for text in texts)
        assert most - more <= 2.2 * (more - few)


def test_a_file_in_place_of_its_folder_is_told(tmp_path: Path) -> None:
    """With the folder to name."""
    (tmp_path / "main.cf").write_text("a = b\n")
    with pytest.raises(ConfigFileError) as caught:
        read(f"{tmp_path}/main.cf")
    assert caught.value.remedy.endswith(f"-c {tmp_path}")
    assert caught.value.remedy in str(caught.value)


def test_a_folder_without_main_cf_is_told_in_postfixs_words(tmp_path: Path) -> None:
    """And so is one whose main.cf is no file."""
    with pytest.raises(ConfigFileError, match=f"open {tmp_path}/main.cf: No such file or directory"):
        read(str(tmp_path))
    (tmp_path / "main.cf").mkdir()
    with pytest.raises(ConfigFileError, match=f"read {tmp_path}/main.cf: Is a directory"):
        read(str(tmp_path))


@pytest.mark.parametrize(("directory", "folder"), [("/x", "/"), ("x", "."), (".x", "."), ("a/x", "a"), ("/a/x", "/a")])
def test_the_folder_of_a_file_is_the_one_to_name(directory: str, folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The root and the current one too; another error has no such remedy."""
    number = ENOTDIR

    def refuse(path: str) -> str:
        raise ConfigFileError("open", path, "made", number)

    monkeypatch.setattr("ifdiscover._postfix.parameters.main_cf.read_config_file", refuse)
    with pytest.raises(ConfigFileError) as caught:
        read(directory)
    assert (caught.value.path, caught.value.number) == (f"{directory}/main.cf", ENOTDIR)
    assert caught.value.remedy == f"{directory} is a file: name its folder, -c {folder}"
    number = EACCES
    with pytest.raises(ConfigFileError) as caught:
        read(directory)
    assert (caught.value.number, caught.value.remedy) == (EACCES, "")


def test_only_the_main_cf_of_this_machine_has_its_folder_set_before(tmp_path: Path) -> None:
    """Postfix sets config_directory before it reads the file; and its own folder is no copy of another."""
    folder = str(tmp_path)
    tmp_path.joinpath("main.cf").write_text("config_directory = /etc/postfix\n")
    (fault,) = read(folder).findings
    assert (fault.kind, fault.severity) == ("setting-overridden", INFO)
    assert fault.postfix_says == f"{folder}/main.cf, line 1: overriding earlier entry: config_directory={folder}"
    assert read(folder, is_here=False).findings == ()
    assert (read(folder).folder, read(folder, is_installed=True).folder) == (folder, None)
    (again,) = parse("a = 1\na = 2\n", earlier={"b": "1"}).findings
    assert again.severity != INFO


def test_a_byte_order_mark_is_what_is_wrong_with_the_first_line() -> None:
    """Postfix dies of that line; those after it are read."""
    found = parse("\ufeffa\nb = 1\n")
    assert [(fault.kind, fault.level, fault.severity) for fault in found.findings] == [("byte-order-mark", FATAL, HIGH)]
    assert "main.cf, line 1: missing '=' after attribute name" in found.findings[0].postfix_says
    assert set(found.settings) == {"b"}
    again = parse("\ufeffa\n\ufeffc\nd\ne = 1\n").findings
    assert [fault.kind for fault in again] == ["byte-order-mark", "main-cf-line", "main-cf-line"]
    assert [fault.kind for fault in parse("\ufeff# c\nb = 1\nc\n").findings] == ["byte-order-mark", "main-cf-line"]


def test_a_main_cf_of_utf_16_has_one_fault() -> None:
    """Each of its lines has the same."""
    text = "a\nb\n".encode("utf-16").decode("utf-8", "surrogateescape")
    found = parse(text)
    assert ([fault.kind for fault in found.findings], found.settings) == (["byte-order-mark"], {})


@pytest.mark.parametrize("line", ["x\n", "x = 1\n", "x\0\n"])
def test_a_file_of_any_length_takes_no_more_memory_than_what_is_kept_of_it(
    line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line of two bytes would be a hundred times as large."""
    monkeypatch.setattr(findings, "KEPT", 10)
    text = line * 50_000
    parse(line)  # what is imported is not counted
    tracemalloc.start()
    try:
        kept = parse(text)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert sum(1 + fault.more for fault in kept.findings) in (0, 50_000, 100_000)
    assert peak < 1_000_000  # bytes; lines that are all kept take 11 million
