"""The command line as a user meets it: what is printed where, and the exit status."""

from __future__ import annotations

import ctypes
import os
import subprocess
import time
from socket import inet_aton
from typing import TYPE_CHECKING, Any

import pytest
from support.made import ETH0, FakeLibc, address, fake_libc, host
from support.memory.arena import Arena
from support.namespaces import CLI, ROOT, environment
from support.postfix.parity import cases_for, disagreements
from support.program import besides_main_cf, in_process, run
from support.shapes import SHAPES

from ifdiscover import __version__, discovery, snapshot
from ifdiscover._backends.libc import getifaddrs
from ifdiscover._backends.libc.layouts import LINUX_64
from ifdiscover._cli import COMMANDS, main
from ifdiscover.errors import NoBackendError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from support.namespaces import Namespace

    from ifdiscover.model import Address

    Give = Callable[..., None]


@pytest.fixture
def give(monkeypatch: pytest.MonkeyPatch) -> Give:
    """A function that makes every command see a host of these addresses."""

    def set_host(*addresses: Address, **more: Any) -> None:
        made = host(*addresses, **more)
        monkeypatch.setattr("ifdiscover._cli.host.discover", lambda _backend, **_wanted: made)

    return set_host


DOWN = ETH0._replace(name="eth1", flags=0)


def test_bare_is_addresses() -> None:
    """Without arguments, and with nothing but options, the command is addresses."""
    assert in_process() == in_process("addresses")
    assert in_process("--format", "cidr") == in_process("addresses", "--format", "cidr")


def test_all_shows_what_postfix_leaves_out(give: Give) -> None:
    """Interfaces that are down, null netmasks, wildcards; a null netmask stands without a slash."""
    up = address("192.0.2.1", "255.255.255.0")
    give(up, up._replace(interface=DOWN), address("192.0.2.9"), address("::", "::"))
    status, out, err = in_process("addresses")
    assert (status, out) == (0, "192.0.2.1/255.255.255.0\n")
    assert "ignoring interface with null netmask" in err
    status, out, _ = in_process("addresses", "--all")
    assert (status, out) == (0, "192.0.2.1/255.255.255.0\n192.0.2.1/255.255.255.0\n192.0.2.9\n::/::\n")


def test_cidr_keeps_a_mask_that_has_no_length(give: Give) -> None:
    """Lengths for masks, where there is one."""
    give(address("192.0.2.1", "255.255.255.0"), address("10.0.0.1", "255.0.255.0"))
    assert in_process("addresses", "--format", "cidr")[1] == "192.0.2.1/24\n10.0.0.1/255.0.255.0\n"


def test_interface_selects_and_must_exist(give: Give) -> None:
    """66 names what is there; an interface that is down has nothing that Postfix sees."""
    up = address("192.0.2.1", "255.255.255.0")
    give(up, up._replace(interface=DOWN))
    assert in_process("addresses", "-i", "eth0")[:2] == (0, "192.0.2.1/255.255.255.0\n")
    assert in_process("addresses", "-i", "eth1")[:2] == (0, "")
    assert in_process("addresses", "-i", "eth1", "--all")[:2] == (0, "192.0.2.1/255.255.255.0\n")
    status, out, err = in_process("addresses", "-i", "eth0", "-i", "eth9")
    assert (status, out) == (66, "")
    assert 'no interface is called "eth9"; this host has eth0, eth1' in err


def test_with_nothing_up_addresses_fails_as_postfix_does(give: Give) -> None:
    """69 and nothing on stdout; --all answers 0."""
    give(address("192.0.2.1", "255.255.255.0")._replace(interface=DOWN))
    status, out, err = in_process("addresses")
    assert (status, out) == (69, "")
    assert "cannot find any active network interfaces" in err
    assert in_process("addresses", "--all")[0] == 0


def test_verbose_has_postfixs_counts_and_the_backend(give: Give) -> None:
    """On stderr; stdout stays the answer."""
    give(address("192.0.2.1", "255.255.255.0"), refusals=("backend x is not available: gone",), blind_to=("mtu",))
    status, out, err = in_process("addresses", "-v")
    assert (status, out) == (0, "192.0.2.1/255.255.255.0\n")
    for line in (
        "inet_addr_local: configured 1 IPv4 addresses",
        "inet_addr_local: configured 0 IPv6 addresses",
        "warning: found only one active network interface",
        "skipped: backend x is not available: gone",
        "backend test: 1 interfaces, 1 addresses",
        "backend test is blind to: mtu",
    ):
        assert f"ifdiscover: {line}\n" in err


def test_style_all_has_three_lines_each_postconfs(give: Give) -> None:
    """The style's name, blanks, then the line; no style is left out where one fails."""
    give(address("10.1.2.3", "255.255.255.0"))
    assert in_process("mynetworks", "--style", "all")[:2] == (
        0,
        "class   mynetworks = 10.0.0.0/8\nsubnet  mynetworks = 10.1.2.0/24\nhost    mynetworks = 10.1.2.3/32\n",
    )
    assert in_process("mynetworks", "--style", "subnet", "--format", "value")[1] == "10.1.2.0/24\n"
    give(address("240.1.2.3", "255.255.255.0"))
    assert in_process("mynetworks", "--style", "all")[:2] == (78, "")


def test_an_empty_answer_is_postconfs_line_without_blank(give: Give) -> None:
    """`mynetworks =`, and an empty line as value."""
    give(address("192.0.2.1", "255.255.255.0"))
    assert in_process("mynetworks", "--inet-protocols", "")[:2] == (0, "mynetworks =\n")
    assert in_process("mynetworks", "--inet-interfaces", "loopback-only", "--format=value")[:2] == (0, "\n")


def test_the_default_style_is_said_where_it_helps(give: Give, monkeypatch: pytest.MonkeyPatch) -> None:
    """Under -v and on a terminal, not in a script."""
    give(address("192.0.2.1", "255.255.255.0"))
    said = "ifdiscover: style host: Postfix's default since 3.0"
    assert said not in in_process("mynetworks")[2]
    assert said in in_process("mynetworks", "-v")[2]
    assert said not in in_process("mynetworks", "-v", "--style", "host")[2]
    monkeypatch.setattr("ifdiscover._cli.output.on_terminal", lambda: True)
    assert said in in_process("mynetworks")[2]


def test_family_flags_are_no_output_filter(give: Give) -> None:
    """-4 and -6 set inet_protocols: a family without addresses fails as in Postfix."""
    give(address("192.0.2.1", "255.255.255.0"))
    assert in_process("own", "-4")[:2] == (0, "192.0.2.1\n")
    assert in_process("own", "-6")[:2] == (69, "")
    assert in_process("own", "-4", "-6")[0] == 64


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["nonsense"], 64),
        (["addresses", "--nonsense"], 64),
        (["addresses", "extra"], 64),
        (["mynetworks", "--style"], 64),
        (["--backend", "nonsense"], 64),
        (["mynetworks", "--style", "nonsense"], 78),
        (["mynetworks", "--style=host", "--inet-interfaces", "ipv4:all"], 78),
        (["own", "--inet-protocols", "ipv5"], 78),
        (["--help"], 0),
        (["--version"], 0),
        *(([command, "--help"], 0) for command in COMMANDS),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else str(value),
)
def test_statuses(arguments: list[str], status: int) -> None:
    """sysexits.h, never argparse's 2; an error says something on stderr and nothing on stdout."""
    done = run(*arguments)
    assert done.returncode == status
    assert bool(done.stdout) == (status == 0)
    assert bool(done.stderr) == (status != 0)
    assert "Traceback" not in done.stderr


def test_version_is_the_packages() -> None:
    """One number."""
    assert in_process("--version") == (0, f"ifdiscover {__version__}\n", "")


def test_backends_are_listed_in_order_with_what_they_miss(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line each: available or why not, blind to what."""
    monkeypatch.setattr(getifaddrs, "unavailable", lambda: "gone\x1b[2J")
    status, out, _ = in_process("backends")
    assert status == 0
    assert [line.split()[0] for line in out.splitlines() if line[0] != " "] == list(discovery.BUILT_IN)
    assert "getifaddrs  not available: gone\\x1b[2J\n" in out
    assert all(len(line) <= 80 for line in out.splitlines() if "not available" not in line)


@pytest.mark.parametrize(
    ("shell", "status", "said"),
    [
        ('"$@" >/dev/full', 74, "cannot write to standard output: No space left on device"),
        ('"$@" >&-', 74, "cannot write to standard output: Bad file descriptor"),
        ('PYTHONUNBUFFERED=1 "$@" >/dev/full', 74, "cannot write to standard output: No space left on device"),
        ('"$@" 2>&-', 0, ""),
        ('"$@" <&- 2>&- >&-', 74, ""),
        ('exec 3>&1; { "$@"; echo $? >&3; } | true', 0, ""),
    ],
    ids=["full", "closed stdout", "full, unbuffered", "closed stderr", "all closed", "closed pipe"],
)
def test_output_is_whole_or_an_error(shell: str, status: int, said: str) -> None:
    """A reader that has gone is no error to speak of, but never a success; a full disk is an error."""
    done = run(shell=shell)
    assert done.returncode == status
    assert said in done.stderr
    assert done.stderr.count("\n") == (1 if said else 0)
    if "true" in shell:
        assert done.stdout in ("141\n", "0\n")  # 0 if the answer was written before the reader had gone


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_short_write_is_no_success(unbuffered: str, give: Give, tmp_path: Path) -> None:
    """Where a file takes a part only, the rest is tried, and its failure is the answer."""
    del give
    limit = 'ulimit -f 1; trap "" XFSZ; "$@" >' + str(tmp_path / "out")
    file = tmp_path / "host.json"
    many = [address(f"10.0.{n // 256}.{n % 256}", "255.255.255.0") for n in range(3000)]
    file.write_text(snapshot(host(*many)))
    done = run("own", "--from", str(file), shell=limit, PYTHONUNBUFFERED=unbuffered, PYTHONDONTWRITEBYTECODE="1")
    assert done.returncode == 74
    assert "File too large" in done.stderr


def test_a_pipe_that_does_not_block_gets_all(tmp_path: Path) -> None:
    """A reader slower than the writer loses nothing."""
    file = tmp_path / "host.json"
    many = [address(f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}", "255.255.255.0") for n in range(20_000)]
    file.write_text(snapshot(host(*many)))
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    with subprocess.Popen([*CLI, "own", "--from", str(file)], stdout=writer, env=environment(), cwd=ROOT) as process:
        os.close(writer)
        time.sleep(0.5)
        with os.fdopen(reader) as stream:
            lines = stream.read().splitlines()
    assert process.returncode == 0
    assert lines == list(map(str, many))


def test_a_broken_pipe_is_quiet_and_no_success(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a program that dies of SIGPIPE: 141 in a shell."""
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as stream:
        monkeypatch.setattr("sys.stdout", stream)
        assert main([]) == 141
        monkeypatch.undo()


def test_no_message_can_forge_another(give: Give) -> None:
    """Whatever an argument or a name holds, it stays on the line of its message."""
    give(address("192.0.2.1", "255.255.255.0"))
    for arguments in (
        ["addresses", "-i", "x\nifdiscover: warning: forged"],
        ["mynetworks", "--style", "x\nifdiscover: warning: forged"],
        ["x\nifdiscover: warning: forged"],
    ):
        status, out, err = in_process(*arguments)
        assert (status != 0, out, besides_main_cf(err).count("\n")) == (True, "", 1)
        assert "x\\x0aifdiscover: warning: forged" in err


def test_if_no_backend_answers_each_reason_has_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Status 69; what stands in a reason stays in its line."""
    monkeypatch.setattr(
        "ifdiscover._cli.host.discover", lambda _, **_wanted: (_ for _ in ()).throw(NoBackendError(["a\nb", "c"]))
    )
    assert in_process() == (
        69,
        "",
        "ifdiscover: error: no backend can read this host:\nifdiscover:   a\\x0ab\nifdiscover:   c\n",
    )


def test_warnings_are_said_once(give: Give) -> None:
    """The host's, the kernel's and Postfix's, in that order, each once."""
    nothing = address("192.0.2.1")
    give(address("192.0.2.2", "255.255.255.0"), nothing, nothing, warnings=("first", "first"))
    for command in (["addresses"], ["own"], ["mynetworks", "--style", "all"], ["addresses", "--json"]):
        status, _, err = in_process(*command)
        assert status == 0
        assert besides_main_cf(err) == (
            "ifdiscover: warning: first\n"
            "ifdiscover: warning: ignoring interface with null netmask, address family 2: eth0, 192.0.2.1\n"
        )


def test_the_environment_names_a_backend(monkeypatch: pytest.MonkeyPatch) -> None:
    """As --backend does, which wins; a recorded host needs none."""
    monkeypatch.setenv("IFDISCOVER_BACKEND", "nonsense")
    status, _, err = in_process()
    assert status == 64
    assert 'error: IFDISCOVER_BACKEND: no backend is called "nonsense"' in err
    assert "IFDISCOVER_BACKEND" not in in_process("--backend", "other")[2]
    assert in_process("--backend", "getifaddrs")[0] == 0
    monkeypatch.setenv("IFDISCOVER_BACKEND", "")
    assert in_process()[0] == 0


def test_all_is_advised_only_where_it_helps(give: Give) -> None:
    """It shows what is down, of the families in use."""
    give(address("192.0.2.1", "255.255.255.0")._replace(interface=DOWN))
    assert "--all shows 1 more" in in_process("addresses")[2]
    assert "has no address of a protocol" in in_process("addresses", "-6")[2]
    assert "leaves no protocol" in in_process("addresses", "--inet-protocols", "")[2]


def test_an_interrupt_ends_quietly(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a shell shows SIGINT."""
    monkeypatch.setattr("ifdiscover._cli.host.discover", lambda _, **_wanted: (_ for _ in ()).throw(KeyboardInterrupt))
    assert in_process() == (130, "", "")


def test_options_are_not_abbreviated() -> None:
    """What works today by half a name breaks when another option begins like it."""
    assert in_process("addresses", "--form=json")[0] == 64


@pytest.mark.parametrize("locale", ["C", "C.UTF-8", "POSIX", ""])
def test_hostile_names_never_reach_the_terminal_raw(locale: str, namespace: Namespace) -> None:
    """Whatever the locale, a name in a message is escaped, and a name given is the kernel's bytes."""
    namespace.build(SHAPES["lo alone"].steps)
    namespace.run(["sh", "-c", "ip link add \"$(printf 'a\\033[31m\\377')\" type ifb"])
    name = "a\x1b[31m\udcff"
    # Without these, Python makes UTF-8 of the C locale.
    plain = {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    env = environment(**plain, **{"LC_ALL": locale} if locale else {})
    missing = namespace.run([*CLI, "addresses", "-i", "nonsense"], check=False, env=env)
    assert missing.returncode == 66
    assert "this host has lo, a\\x1b[31m\\xff" in missing.stderr
    assert namespace.run([*CLI, "addresses", "-i", name], env=env).stdout == ""


def test_null_netmasks_through_the_whole_program(monkeypatch: pytest.MonkeyPatch) -> None:
    """An entry without netmask, in real memory, is left out of mynetworks with Postfix's warning."""
    arena = Arena(LINUX_64)
    arena.add(b"eth0", 3, arena.link(2, bytes(6)))
    arena.add(b"eth0", 3, arena.ipv4(inet_aton("192.0.2.1")), arena.ipv4(inet_aton("255.255.255.0")))
    arena.add(b"eth0", 3, arena.ipv4(inet_aton("198.51.100.1")))
    # The arena's bytes, moved to where this process can read them: every pointer in it moves along.
    size = arena.end
    block = ctypes.create_string_buffer(size)
    base = ctypes.addressof(block)
    for start, data in arena.segments.items():
        ctypes.memmove(base + start, data, len(data))
    for start in arena.entries:
        for field in ("ifa_next", "ifa_name", "ifa_addr", "ifa_netmask", "ifa_dstaddr"):
            place = ctypes.c_uint64.from_address(base + start + arena.layout.ifaddrs[field][0])
            place.value += base if place.value else 0
    fake_libc(monkeypatch, FakeLibc(head=base + arena.head))
    status, out, err = in_process("mynetworks", "--style", "subnet", "--backend", "getifaddrs")
    assert (status, out) == (0, "mynetworks = 192.0.2.0/24\n")
    assert "warning: ignoring interface with null netmask, address family 2: eth0, 198.51.100.1" in err


@pytest.mark.usefixtures("postconf")
@pytest.mark.parametrize("refused", ["NOSOCKET_IPV6=97", "NOSOCKET_IPV6=93", "NOSOCKET_IPV4=97", "NOSOCKET_IPV6=24"])
def test_kernels_without_a_family_are_as_to_postconf(refused: str, nosocket: Path, namespace: Namespace) -> None:
    """socket() refused: the same lines, the same failures."""
    namespace.build(SHAPES["one address of each family"].steps)
    name, _, number = refused.partition("=")
    env = environment(LD_PRELOAD=str(nosocket), **{name: number})
    assert disagreements(namespace, cases_for(["192.0.2.10", "2001:db8::10"]), env=env) == []


def test_a_number_with_a_sign_is_an_option_that_is_not_there() -> None:
    """Not a file or a parameter of that name: -4 is an option of other commands."""
    for command in ("check", "postconf"):
        status, out, err = in_process(command, "-4")
        assert (status, out) == (64, "")
        assert "unrecognized arguments: -4" in err


def test_what_a_given_list_does_not_need_is_refused() -> None:
    """Nothing that was asked for is passed over in silence."""
    status, out, err = in_process("match", "--mynetworks", "10.0.0.0/8", "--inet-protocols", "bogus", "10.0.0.1")
    assert (status, out) == (64, "")
    assert "mynetworks is set" in err


@pytest.mark.parametrize(
    ("value", "status"),
    [("/nosuch", 78), ("!", 78), ("hash:/nosuch", 78), ("pcre:/nosuch", 65), ("10.0.0.1/8 mynetworks", 0)],
)
def test_match_answers_by_no_parent_domains_with_which_smtpd_does_not_start(value: str, status: int) -> None:
    """Neither does it guess what is in a table that only Postfix can ask."""
    override = f"parent_domain_matches_subdomains={value}"
    asked = ["match", "--mynetworks", "example.com", "-o", override, "192.0.2.7=mail.example.com"]
    found, out, err = in_process(*asked)
    assert (found, bool(out), bool(besides_main_cf(err))) == (status, not status, bool(status))


@pytest.mark.parametrize(
    "asked",
    [
        ["mynetworks"],
        ["local", "192.0.2.1"],
        ["match", "192.0.2.1"],
        ["match", "-o", "mynetworks=192.0.2.0/24", "192.0.2.1"],
        ["match", "--mynetworks", "$x", "192.0.2.1"],
        ["postconf", "-c", "fixtures/main_cf/relay", "inet_interfaces"],
    ],
    ids=" ".join,
)
def test_a_misspelt_name_of_an_override_is_told(asked: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing else would: what it was to change stays as it is."""
    monkeypatch.chdir(ROOT)
    used = ["-o", "x=192.0.2.0/24"] if "$x" in asked else []
    relay = "fixtures/hosts/mail-relay/snapshot.json"
    _status, _out, err = in_process(*asked, "-o", "inet_interface=all", *used, "--from", relay)
    told = "warning: -o: unused parameter: inet_interface=all; did you mean inet_interfaces?\n"
    assert err.count(told) == err.count("unused parameter") == 1


@pytest.mark.parametrize("command", ["addresses", "mynetworks", "own", "check"])
def test_bytes_are_compared_with_bytes_only(command: str) -> None:
    """A program that runs under python -bb, which makes the rest errors, can use ifdiscover."""
    argv = [CLI[0], "-bb", *CLI[1:], command]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, env=environment(), cwd=ROOT)
    assert "BytesWarning" not in done.stderr
    assert done.stdout == run(command).stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_no_colours_whatever_the_python(command: str) -> None:
    """As of 3.14, argparse has some of its own."""
    helped = run(command, "--help", FORCE_COLOR="1")
    assert (helped.returncode, "\033" in helped.stdout) == (0, False)
