"""master.cf is read as Postfix reads it: its services, and what each sets for itself."""

from __future__ import annotations

import pathlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from support.examples import examples
from support.postfix.master_cf import as_m, as_p, by_postconf
from support.postfix.master_cf_files import BRACES, FILES

from ifdiscover._postfix.services.master_cf import parse, read
from ifdiscover._postfix.syntax import findings
from ifdiscover._postfix.syntax.findings import FATAL
from ifdiscover._postfix.syntax.machine import Machine
from ifdiscover.errors import ConfigFileError

if TYPE_CHECKING:
    from ifdiscover._postfix.services.master_cf import MasterCf

INSTALLED = pathlib.Path("/usr/share/postfix/master.cf.dist")


@pytest.mark.parametrize("name", FILES)
def test_files_of_the_fields_shapes_are_read_as_postconf_reads_them(
    name: str, postconf: str, tmp_path: pathlib.Path
) -> None:
    """Services and their parameters, in postconf's own form, are the same bytes."""
    found = parse(FILES[name])
    assert as_m(found) == by_postconf(postconf, tmp_path, FILES[name], "-M")
    assert as_p(found) == by_postconf(postconf, tmp_path, FILES[name], "-P")
    assert refusals(found) == []


def test_the_installed_file_is_read_as_postconf_reads_it(postconf: str, tmp_path: pathlib.Path) -> None:
    """The package's own master.cf, as it comes and with every commented service switched on."""
    if not INSTALLED.exists():
        pytest.skip(f"no {INSTALLED}")
    text = INSTALLED.read_text()
    for shape in (text, text.replace("\n#smtp ", "\nsmtp ").replace("\n#sub", "\nsub").replace("\n#  -o", "\n  -o")):
        assert as_m(parse(shape)) == by_postconf(postconf, tmp_path, shape, "-M")
        assert as_p(parse(shape)) == by_postconf(postconf, tmp_path, shape, "-P")


NAMES = ("smtp", "25", "127.0.0.1:10025", "[::1]:smtp", "submission", "a-service-with-a-long-name", "é")
VALUES = ("", "x", "$y", "${a?{b}}", "10.0.0.0/8", "[::1]/128,10.0.0.0/8", "{x}", "a=b", "a#", "é", '"')
PARAMETERS = ("mynetworks", "a", "A", "a_b", "smtpd_relay_restrictions", "-", "é")
GAPS = (" ", "\t", "  ", "\n ", "\n\t", "\r\n  ", "\n# comment\n  ", "\n\n ", "\n  # comment\n \n ")

gap = st.sampled_from(GAPS)
value = st.sampled_from(VALUES)
blanks = st.sampled_from(("", " ", "\t", "\n  "))
plain = st.builds("{}={}".format, st.sampled_from(PARAMETERS), value)
inside = st.builds(
    "{}{}{}={}{}{}{}{}".format, blanks, st.sampled_from(PARAMETERS), blanks, blanks, value, gap, value, blanks
)
braced = inside.map(lambda text: f"{{{text}}}")
option = st.one_of(
    st.builds("-o{}{}".format, gap, st.one_of(plain, braced)),
    st.builds("-v{}-D".format, gap),
    st.builds("-vo{}{}".format, gap, plain),
)
argument = st.sampled_from(("argv=x", "user=y", "-o", "a=b", "{ a b }", "{}", "x{y}", "}"))


@st.composite
def service(draw: st.DrawFn) -> str:
    """A logical line."""
    kind = draw(st.sampled_from(("inet", "unix", "pass", "unix-dgram", "fifo")))
    private = "n" if kind == "inet" else draw(st.sampled_from("yn-"))
    flags = [draw(st.sampled_from("yn-")) for _ in range(2)]
    numbers = [draw(st.sampled_from(("-", "0", "1", "300", "1000?"))), draw(st.sampled_from(("-", "0", "100")))]
    fields = [draw(st.sampled_from(NAMES)), kind, private, *flags, *numbers, draw(st.sampled_from(("smtpd", "pipe")))]
    words = [*fields, *draw(st.lists(option, max_size=5)), *draw(st.lists(argument, max_size=3))]
    return "".join(f"{word}{draw(gap)}" for word in words).rstrip(" \t\r\n")


files = st.lists(service(), max_size=4).map("\n".join)


@given(text=files)
@settings(max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_file_is_read_as_postconf_reads_it(text: str, postconf: str, tmp_path: pathlib.Path) -> None:
    """Whatever stands between words, and whatever the words are."""
    found = parse(text)
    assert as_m(found) == by_postconf(postconf, tmp_path, text, "-M")
    assert as_p(found) == by_postconf(postconf, tmp_path, text, "-P")


@given(text=st.text(st.sampled_from("a o-={}$#\0\t\r\n\v1é\udcff"), max_size=60))
@settings(max_examples=examples(300), deadline=None)
def test_no_text_makes_it_fail(text: str) -> None:
    """Each logical line becomes a service or a fault."""
    for shape in (text, f"smtp inet n - n - - smtpd {text}"):
        found = parse(shape)
        assert all(service.place().line for service in found.lines)


def test_a_value_has_its_place() -> None:
    """Also an offset in a value of several lines."""
    setting = parse(BRACES, "master.cf").lines[0].overrides["mynetworks"]
    assert setting.value == "10.0.0.0/8\t     192.168.0.0/16"
    assert str(setting.place()) == "master.cf, line 2, column 20"
    assert str(setting.place(setting.value.index("192"))) == "master.cf, line 3, column 7"
    line = "25 inet n - n - - smtpd -v -omynetworks=::1 -vo a=1 -Dob=2 {-o x=y}"
    places = {name: str(one.place()) for name, one in parse(line).lines[0].overrides.items()}
    assert places == {
        name: f"master.cf, line 1, column {line.index(text) + len(text)}"
        for name, text in {"mynetworks": "mynetworks=:", "a": "a=1", "b": "b=2", "x": "x=y"}.items()
    }


def test_an_option_that_is_stuck_together_is_read_as_smtpd_reads_it() -> None:
    """Where postconf cuts -omynetworks= at its second o, and does not look into braces; smtpd does neither."""
    line = "25 inet n - n - - smtpd -omynetworks=10.0.0.0/8 {-o x=y} {-oz=a b}"
    assert {name: setting.value for name, setting in parse(line).lines[0].overrides.items()} == {
        "mynetworks": "10.0.0.0/8",
        "x": "y",
        "z": "a b",
    }


@pytest.mark.parametrize(
    ("line", "sentence", "suggestion"),
    [
        ("smtp tcp n - n - - smtpd", "bad transport type: tcp", "write inet, unix, unix-dgram, fifo or pass"),
        ("smtp unix x - n - - smtpd", 'field "private": bad value: "x"', "write y, n or -"),
        ("smtp inet y - n - - smtpd", "inet service cannot be private", "write n in the third field"),
        ("smtp inet n - n x - smtpd", 'field "wakeup_time": bad value: "x"', "write a number or -"),
        (
            "smtp inet n - n - -",
            'missing "command" field',
            "write NAME TYPE PRIVATE UNPRIVILEGED CHROOT WAKEUP MAXPROC COMMAND; - stands for a default",
        ),
    ],
)
def test_a_line_that_postfix_refuses_is_told_with_what_to_write(line: str, sentence: str, suggestion: str) -> None:
    """In master's words; the other lines count."""
    found = parse(f"{line}\n25 inet n - n - - smtpd\n")
    assert [(fault.postfix_says, fault.suggestion) for fault in found.findings] == [
        (f"master.cf: line 1: {sentence}", suggestion)
    ]
    assert [one.name for one in found.services] == ["25"]


def test_of_two_services_the_last_counts() -> None:
    """And the earlier one is told of."""
    found = parse("25 inet n - n - - smtpd -o x=1\n25 unix n - n - - smtpd\n25 inet n - n - - smtpd -o y=2\n")
    assert [(one.type, list(one.overrides)) for one in found.services] == [("inet", ["y"]), ("unix", [])]
    assert [(fault.kind, fault.place.line) for fault in found.findings] == [("service-twice", 3)]


@pytest.mark.parametrize(
    ("option", "sentence"),
    [
        ("-o x", "invalid \"-o x\" option value: missing '=' after attribute name"),
        ("-o =x", 'invalid "-o =x" option value: missing attribute name'),
        ("-o", "invalid option: o"),
    ],
)
def test_an_option_that_sets_nothing_stops_the_program(option: str, sentence: str) -> None:
    """The service has the fault, and the others run."""
    fault = parse(f"25 inet n - n - - smtpd {option}\n").lines[0].fault
    assert fault is not None
    assert (fault.kind, fault.postfix_says) == ("service-option", sentence)


def test_without_a_file_there_are_no_services(tmp_path: pathlib.Path) -> None:
    """A missing master.cf is no fault here."""
    assert read(f"{tmp_path}/master.cf", Machine()).services == ()


def test_a_file_that_cannot_be_read_is_an_error(tmp_path: pathlib.Path) -> None:
    """As main.cf's is: a folder in its place, a FIFO."""
    (tmp_path / "master.cf").mkdir()
    with pytest.raises(ConfigFileError, match="Is a directory"):
        read(f"{tmp_path}/master.cf", Machine())


def refusals(found: MasterCf) -> list[str]:
    """What Postfix does not start with."""
    return [fault.postfix_says for fault in found.findings if fault.level == FATAL]


STRAY = {
    "-o smtpd_client_restrictions=permit_mynetworks, reject": "reject",
    "-o mynetworks=127.0.0.1 # this host": "#",
    "-v foo": "foo",
    "-oa=b foo": "foo",
    "-- -o mynetworks=127.0.0.1": "-o",
    "-o { mynetworks = 127.0.0.1, 10.0.0.1 } 10.0.0.2": "10.0.0.2",
}
NOT_STRAY = ["", "-v", "-vv -o a=b", "-o a=b,c", "-o { a = b, c }", "-s 2 -o a=b", "-oa=b", "--"]


@pytest.mark.parametrize(("arguments", "stray"), STRAY.items())
def test_an_argument_that_is_no_option_stops_smtpd(arguments: str, stray: str) -> None:
    """Most often it is what stands behind a blank in a list."""
    (service,) = parse(f"smtp inet n - n - - smtpd {arguments}\n").services
    assert service.fault is not None
    assert service.fault.postfix_says == f"unexpected command-line argument: {stray}"
    (other,) = parse(f"filter unix - n n - - pipe {arguments}\n").services
    assert other.fault is None


@pytest.mark.parametrize("arguments", NOT_STRAY)
def test_options_and_their_values_stop_nobody(arguments: str) -> None:
    """A word behind an option that is not known here may be its value."""
    (service,) = parse(f"smtp inet n - n - - smtpd {arguments}\n").services
    assert service.fault is None


def test_of_very_many_faults_of_one_kind_some_are_kept_and_the_others_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of rubbish takes no more memory than its text."""
    monkeypatch.setattr(findings, "KEPT", 10)
    found = parse(" x\n" + "x\n" * 500 + "s inet n - n - - smtpd\n" * 500)
    assert sum(1 + fault.more for fault in found.findings) == 1 + 500 + 499
    assert [fault.kind for fault in found.findings].count("master-cf-line") == 10 + 1


def test_of_the_types_inet_alone_cannot_be_private() -> None:
    """A FIFO in the private folder is asked for by name only."""
    assert [parse(f"s {kind} y - n - - pickup\n").findings for kind in ("fifo", "pass", "unix")] == [()] * 3
    assert [fault.kind for fault in parse("s inet y - n - - smtpd\n").findings] == ["master-cf-line"]
