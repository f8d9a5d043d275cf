"""The harness that asks a real smtpd answers what is known of Postfix 3.7, and leaves nothing behind."""

from __future__ import annotations

import contextlib
import pathlib
import shutil
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from support.examples import examples
from support.made import address, host
from support.namespaces import ROOT, Namespace, environment
from support.need import need
from support.postfix.live_smtpd import CANNOT_TELL, NOT_TRUSTED, REFUSED, TRUSTED, Smtpd, why_no_smtpd

from ifdiscover import LocalDestinations
from ifdiscover._postfix.syntax.addresses import unquoted_domain

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.netns

CLIENT = "10.99.0.254"
STRANGER = "192.0.2.1"

NO_FILE = "error: open file /nonexistent/file: No such file or directory"
COMMENT = "warning: mynetworks: comment at end of line is not supported: # comment 10.99.0.0/24"
HOST_BITS = (
    'warning: mynetworks: non-null host address bits in "10.99.0.1/24", perhaps you should use "10.99.0.0/24" instead'
)

# A list, what it makes of CLIENT, and a sentence then said.
VERDICTS = {
    "loopback only": ("127.0.0.0/8 [::1]/128", NOT_TRUSTED, None),
    "the client's network": ("127.0.0.0/8 10.99.0.0/24", TRUSTED, None),
    "IPv6 without brackets, after": ("10.99.0.0/24 2001:db8::/64", TRUSTED, "error: unsupported dictionary type: 2001"),
    "IPv6 without brackets": ("2001:db8::/64 10.99.0.0/24", CANNOT_TELL, "error: unsupported dictionary type: 2001"),
    "host bits": ("10.99.0.1/24", CANNOT_TELL, HOST_BITS),
    "length": ("10.99.0.0/33", CANNOT_TELL, 'warning: mynetworks: bad mask length in "10.99.0.0/33"'),
    "dotted mask": (
        "10.99.0.0/255.255.255.0",
        CANNOT_TELL,
        'warning: mynetworks: bad mask value in "10.99.0.0/255.255.255.0"',
    ),
    "missing file": ("/nonexistent/file 10.99.0.0/24", CANNOT_TELL, NO_FILE),
    "missing file, after": ("10.99.0.0/24 /nonexistent/file", TRUSTED, NO_FILE),
    "exclamation mark": ("!10.99.0.254 10.99.0.0/24", NOT_TRUSTED, None),
    "an address": ("10.99.0.254", TRUSTED, None),
    "brackets round IPv4": ("[10.99.0.0]/24", TRUSTED, None),
    "part of an address": ("10.99.0", NOT_TRUSTED, None),
    "shell's pattern": ("10.99.0.*", NOT_TRUSTED, None),
    "comment": ("127.0.0.0/8 # comment 10.99.0.0/24", NOT_TRUSTED, COMMENT),
    "length modulo 256": ("0.0.0.0/256", TRUSTED, None),
    "nothing after !": ("! 10.99.0.0/24", REFUSED, "fatal: mynetworks: no pattern after '!'"),
    "no name of a table": ("::/0", REFUSED, 'fatal: open dictionary: expecting "type:name" form instead of "::/0"'),
}
ROWS = list(VERDICTS)
LISTS = [text for text, _, _ in VERDICTS.values()]
QUIRKY = "127.0.0.1 # $ $$ ${y} $(z) { a  = b } } ,\"' \\\\ %s"


@pytest.fixture(scope="module")
def smtpd() -> Iterator[Smtpd]:
    """One for all lists."""
    with Smtpd(
        [*LISTS, QUIRKY, "example.com 2001:db8::1", None], parameters={"mynetworks": "$its [2001:db8::]/32"}
    ) as it:
        yield it


@pytest.mark.parametrize("row", ROWS)
def test_smtpd_gives_the_known_verdict_and_sentence(row: str, smtpd: Smtpd) -> None:
    """A list's verdict on a client comes back, twice the same, and the log has its reason, or nothing."""
    number = ROWS.index(row)
    _, verdict, sentence = VERDICTS[row]
    assert [smtpd.verdict(number, CLIENT), smtpd.verdict(number, CLIENT)] == [verdict, verdict]
    said = smtpd.said(number)
    assert sentence in said if sentence else said == []


def test_strangers_meet_the_fault_that_the_trusted_never_reach(smtpd: Smtpd) -> None:
    """A fault after the matching element is there for everybody else."""
    assert smtpd.verdict(ROWS.index("IPv6 without brackets, after"), STRANGER) == CANNOT_TELL


def test_a_fault_stays_in_its_family(smtpd: Smtpd) -> None:
    """A bad IPv4 network is not looked at for an IPv6 client."""
    assert smtpd.verdict(ROWS.index("host bits"), "2001:db8::1") == NOT_TRUSTED


def test_a_list_reaches_smtpd_unchanged(smtpd: Smtpd) -> None:
    """Dollars, braces, quotes, backslashes and runs of blanks arrive as given, as the comment sentence shows."""
    number = len(LISTS)
    assert smtpd.verdict(number, CLIENT) == NOT_TRUSTED
    assert smtpd.said(number) == [
        "warning: mynetworks: comment at end of line is not supported: " + QUIRKY.partition(" ")[2]
    ]


def test_a_client_may_have_a_name(smtpd: Smtpd) -> None:
    """A name matches where one is claimed, before a fault further on that others meet."""
    number = len(LISTS) + 1
    assert smtpd.verdict(number, CLIENT, "mail.example.com") == TRUSTED
    assert smtpd.verdict(number, CLIENT, "mail.example.net") == CANNOT_TELL
    assert smtpd.verdict(number, CLIENT) == CANNOT_TELL


@pytest.mark.parametrize(
    ("client", "name"), [("10.99.0.256", None), ("fe80::1%lo", None), (CLIENT, "a b"), (CLIENT, "1")]
)
def test_what_is_no_client_is_an_error_not_a_verdict(client: str, name: str | None, smtpd: Smtpd) -> None:
    """Smtpd refuses to be told of such a client; that is no answer about trust."""
    with pytest.raises(ValueError, match=r"501 5\.5\.4 Bad (ADDR|NAME) syntax"):
        smtpd.verdict(0, client, name)


def test_without_a_list_the_instances_own_is_asked(smtpd: Smtpd) -> None:
    """None stands for main.cf's mynetworks, expanded as main.cf is."""
    number = len(LISTS) + 2
    assert smtpd.verdict(number, "2001:db8::1") == TRUSTED
    assert smtpd.verdict(number, CLIENT) == NOT_TRUSTED


@pytest.mark.parametrize("text", ["10.0.0.0/8\n10.99.0.0/24", "10.99.0.0/24\0"])
def test_what_main_cf_cannot_say_is_refused(text: str) -> None:
    """A newline or NUL would not reach smtpd."""
    with pytest.raises(ValueError, match="newline or NUL"):
        Smtpd([text])


@pytest.mark.parametrize(
    ("literal", "ours"),
    [
        ("[192.0.2.7]", True),
        ("[192.0.2.8]", False),
        ("[127.0.0.1]", False),
        ("[IPv6:2001:db8::7]", True),
        ("[ipv6:2001:DB8:0::7]", True),
        ("[203.0.113.9]", True),
    ],
)
def test_smtpd_knows_its_own_literals(literal: str, ours: bool, its_own: Smtpd) -> None:
    """The interfaces that Postfix uses and its proxies' are its own, and no others."""
    assert its_own.is_ours(literal) is ours


@pytest.mark.parametrize("literal", ["[2001:db8::7]", "[192.0.2.256]", "[]", "192.0.2.7", "[192.0.2.7]>\r\nNOOP"])
def test_a_malformed_literal_is_an_error(literal: str, its_own: Smtpd) -> None:
    """Smtpd refuses the recipient's syntax; that is no answer about whose it is."""
    with pytest.raises(ValueError, match=r"Bad recipient address syntax|no line end"):
        its_own.is_ours(literal)


@pytest.mark.parametrize("user", ["u%example.net", "example.net!u", '"u@example.net"', "u@example.net"])
def test_mail_for_a_user_that_names_a_host_is_sent_on(user: str, its_own: Smtpd) -> None:
    """Whose the literal is stays the same; ours looks at nothing else."""
    own = LocalDestinations(host(address("192.0.2.7", "255.255.255.0")))
    assert own.decide(f"{user}@[192.0.2.7]").is_local
    assert not its_own.is_ours("[192.0.2.7]", user)


PIECES = st.sampled_from(
    [
        *("[192.0.2.7]", '"[192.0.2.7]"', "[192.0.2.8]", "[IPv6:2001:db8::7]", "[192.0.2.7", "]", "192.0.2.7", "x"),
        *('"', '""', " ", "\t", "(x)", "(", ")", "\\", "\\[", ".", ",", ";"),
    ]
)


@settings(max_examples=examples(200), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(literal=st.lists(PIECES, min_size=1, max_size=5).map("".join))
def test_what_smtpd_mends_in_an_address_ours_mends(literal: str, its_own: Smtpd) -> None:
    """Blanks, comments, quotes and backslashes around and in a literal: its own, another's, or no literal."""
    own = host(*(address(text, mask) for text, mask in (("192.0.2.7", "255.255.255.0"), ("2001:db8::7", "ffff::"))))
    verdict = LocalDestinations(own).decide(f"u@{literal}").verdict
    try:
        theirs = "local" if its_own.is_ours(literal) else "remote"
    except ValueError:
        theirs = "malformed"
    # To smtpd a domain is another's, ours knows no domains.
    assert verdict == theirs or (theirs == "remote" and "[" not in unquoted_domain(literal))


@pytest.fixture(scope="module")
def its_own() -> Iterator[Smtpd]:
    """A host with three addresses, of which Postfix uses two; and one of a proxy."""
    need(why_no_smtpd())
    parameters = {"inet_interfaces": "192.0.2.7, 2001:db8::7", "proxy_interfaces": "203.0.113.9"}
    with Namespace() as namespace:
        namespace.build(
            [
                "link set lo up",
                "address add 192.0.2.7/24 dev lo",
                "address add 192.0.2.8/24 dev lo",
                "address add 2001:db8::7/64 dev lo",
            ]
        )
        with Smtpd([], parameters=parameters, namespace=namespace) as it:
            yield it


def test_a_postfix_that_does_not_start_says_why() -> None:
    """What is fatal to master, before it has read where to log, is the instance's refusal."""
    with Smtpd(["0.0.0.0/0"], parameters={"inet_interfaces": "nosuch.example"}) as it:
        assert it.refusal == "fatal: config variable inet_interfaces: host not found: nosuch.example"
        assert it.verdict(0, CLIENT) == REFUSED
        with pytest.raises(ValueError, match="host not found"):
            it.is_ours("[127.0.0.1]")


def test_a_line_of_main_cf_can_be_taken_away() -> None:
    """Where the fault is that a line is missing, the harness's own line for it must go."""
    with Smtpd([], parameters={"inet_interfaces": "$myhostname", "myhostname": None}) as it:
        assert it.refusal is not None
        assert it.refusal.startswith("fatal: config variable inet_interfaces: host not found: ")
        assert "mail.example.com" not in it.refusal


HELD = """
import signal, time
from support.postfix.live_smtpd import Smtpd
signal.signal(signal.SIGINT, signal.default_int_handler)  # a run in the background has been told to ignore it
with Smtpd(["10.99.0.0/24"]) as it:
    assert it.verdict(0, "10.99.0.254") == "trusted"
    print(it.namespace.name, it.folder, flush=True)
    time.sleep(600)
"""


def _processes() -> dict[int, tuple[str, int]]:
    """Name and parent of every process that has not ended."""
    found = {}
    for status in pathlib.Path("/proc").glob("[0-9]*/status"):
        with contextlib.suppress(OSError):  # it has ended just now
            fields = dict(line.split(":\t", 1) for line in status.read_text().splitlines() if ":\t" in line)
            if not fields["State"].startswith("Z"):
                found[int(status.parent.name)] = (fields["Name"], int(fields["PPid"]))
    return found


def _descendants(of: int) -> dict[int, str]:
    """The names of all processes that one has started, by number."""
    processes = _processes()
    found: dict[int, str] = {}
    parents = {of}
    while parents:
        parents = {pid for pid, (_, parent) in processes.items() if parent in parents}
        found.update((pid, processes[pid][0]) for pid in parents)
    return found


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT], ids=lambda how: how.name)
def test_no_postfix_outlives_the_test_run(how: signal.Signals) -> None:
    """Killed or interrupted, a run takes its Postfix with it; interrupted, its files and namespace too."""
    need(why_no_smtpd())
    env = environment(PYTHONPATH=str(ROOT / "tests"))
    run = subprocess.Popen(
        [sys.executable, "-c", HELD], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=env
    )
    assert run.stdout is not None
    name, folder = run.stdout.readline().split()
    try:
        started = _descendants(run.pid)
        assert {"master", "smtpd", "trivial-rewrite"} <= set(started.values())
        run.send_signal(how)
        run.wait(60)
        deadline = time.monotonic() + 30
        while left := {pid: what for pid, what in started.items() if _processes().get(pid, ("",))[0] == what}:
            assert time.monotonic() < deadline, left
        if how == signal.SIGINT:
            assert not pathlib.Path(folder).exists()
            assert not pathlib.Path("/etc/netns", name).exists()
    finally:
        run.kill()
        run.communicate()
        subprocess.run(["ip", "netns", "del", name], stderr=subprocess.DEVNULL, check=False)
        for left_over in (folder, f"/etc/netns/{name}"):
            shutil.rmtree(left_over, ignore_errors=True)
