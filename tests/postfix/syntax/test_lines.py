"""How lines of a file become logical ones, and where their text stands."""

from __future__ import annotations

import tracemalloc

from ifdiscover._postfix.syntax.lines import each_logical_line, leading_white_space


def test_comments_and_blank_lines_vanish_inside_a_logical_line() -> None:
    """They neither end it nor become part of it; CR, VT and FF are white space."""
    lines = each_logical_line("a =\n # c\n\n \t\v\f\r\n\tb\n#c\nd")
    assert [(line.text, line.number, line.last_number) for line in lines] == [("a =\tb", 1, 5), ("d", 7, 7)]


def test_a_first_line_that_continues_nothing_is_dropped_with_what_continues_it() -> None:
    """There is nothing before it; Postfix's warning shows 30 bytes of it."""
    first, second = each_logical_line("# c\n inet_interfaces = loopback-only\n  more\nx\n")
    assert (first.is_dropped, second.is_dropped, second.text) == (True, False, "x")
    warning = leading_white_space("main.cf", first).postfix_says
    assert warning == 'main.cf: logical line must not start with whitespace: " inet_interfaces = loopback-on..."'


def test_a_logical_line_ends_at_a_nul() -> None:
    """What stands after it is lost, with the lines that continue it; one in a dropped line is told with the next."""
    _dropped, *found = each_logical_line(" x\0y\na\0b\n c\nd\n")
    assert [(line.text, line.has_nul) for line in found] == [("a", True), ("d", False)]
    assert [line.has_nul for line in each_logical_line(" x\0y\na\n")] == [True, True]


def test_a_position_is_that_in_the_file() -> None:
    """Line and column, counted from 1, also in a line that continues another."""
    (line,) = each_logical_line("# c\nab\n# c\n  cd\n")
    assert line.text == "ab  cd"
    assert [line.place("main.cf", line.text.index(letter))[:3] for letter in "abcd"] == [
        ("main.cf", 2, 1),
        ("main.cf", 2, 2),
        ("main.cf", 4, 3),
        ("main.cf", 4, 4),
    ]


def test_lines_that_are_taken_one_by_one_are_not_kept() -> None:
    """A file of any length takes no more memory than its longest logical line."""
    text = "10.0.0.1/8\0x\n" * 20_000
    tracemalloc.start()
    try:
        assert sum(1 for _line in each_logical_line(text)) == 20_000
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < len(text) / 10
