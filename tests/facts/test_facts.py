"""The facts of a host: one document whatever the host is, in which each part fails by itself."""

from __future__ import annotations

import json
from threading import Event
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from support.made import address, host, hosts
from support.namespaces import CLI, ROOT
from support.program import in_process, run
from support.schemas import validated

import ifdiscover
from ifdiscover import facts
from ifdiscover._facts import parts
from ifdiscover.errors import DiscoveryError, NoBackendError

if TYPE_CHECKING:
    from pathlib import Path

    from support.namespaces import Namespace

    from ifdiscover.model import Host

MADE = host(
    address("192.0.2.1", "255.255.255.0"),
    address("2001:db8::1", "ffff:ffff:ffff:ffff::", flags=0x80),
    routes=(),
    packed_sources=(bytes([192, 0, 2, 1]),),
)
NONE_IS_AN_ANSWER = {"sources.ipv4", "sources.ipv6", "versions.kernel", "versions.postfix", "postfix", "findings"}


def nulls(document: dict[str, Any]) -> set[str]:
    """The parts of a document that are null."""
    found = set()
    for part, value in document.items():
        if isinstance(value, dict):
            found |= {f"{part}.{name}" for name, item in value.items() if item is None}
        elif value is None and part != "backend":
            found.add(part)
    return found


def lost(document: dict[str, Any]) -> dict[str, str]:
    """The sentence of each error, by its part; each null has one, and nothing else."""
    errors = {error["part"]: error["message"] for error in document["errors"]}
    assert len(errors) == len(document["errors"])
    assert set(errors) - NONE_IS_AN_ANSWER == nulls(document) - NONE_IS_AN_ANSWER
    assert set(errors) <= nulls(document)
    assert all(errors.values())
    return errors


def told(namespace: Namespace, *arguments: str, **env: str) -> dict[str, Any]:
    """The facts of a namespace, as Ansible runs a fact: in no locale, and with nothing but the document to hear."""
    settings = [f"{name}={value}" for name, value in {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", **env}.items()]
    done = namespace.run(["env", *settings, *CLI, "facts", *arguments])
    assert done.stderr == ""
    return validated(done.stdout)


def keys(value: object) -> set[str]:
    """Every key in a document."""
    if isinstance(value, dict):
        return set(value).union(*map(keys, value.values()))
    return set().union(*map(keys, value)) if isinstance(value, list) else set()


def test_nothing_is_lost_of_a_host_that_tells_all(tmp_path: Path) -> None:
    """And with a main.cf it tells what Postfix makes of it."""
    (tmp_path / "main.cf").write_text("inet_interfaces = 192.0.2.1\nmynetworks_style = subnet\ninet_protocols = ipv4\n")
    document = validated(json.dumps(facts(MADE, config_directory=str(tmp_path))))
    assert lost(document) == {}
    assert document["mynetworks"]["subnet"] == {
        "value": "192.0.2.0/24 [2001:db8::]/64",
        "networks": ["192.0.2.0/24", "2001:db8::/64"],
    }
    assert document["sources"] == {"ipv4": {"address": "192.0.2.1", "interface": "eth0", "flags": None}, "ipv6": None}
    postfix = document["postfix"]
    assert (postfix["mynetworks"], postfix["mynetworks_is_set"]) == ("192.0.2.0/24", False)
    assert (postfix["own_addresses"], postfix["inet_interfaces"]) == (["192.0.2.1"], "192.0.2.1")


def test_no_main_cf_is_no_error() -> None:
    """There is then nothing to tell of Postfix."""
    document = facts(MADE)
    assert lost(document) == {}
    assert (document["postfix"], document["findings"]) == (None, None)


@given(made=hosts())
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_any_host_has_facts(made: Host) -> None:
    """Whatever its names and values are; what cannot be had is null, and named."""
    document = validated(json.dumps(facts(made)))
    lost(document)
    assert len(document["addresses"]) == len(made.addresses)


def test_each_part_fails_by_itself(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """With whatever exception: a fault of ours is told as well."""

    def fail(*_arguments: object, **_more: object) -> None:
        raise RecursionError("too deep")

    (tmp_path / "main.cf").touch()
    whole = facts(MADE, config_directory=str(tmp_path))
    for function, part in {
        "facts.facts.interface_fields": "interfaces",
        "facts.facts.address_fields": "addresses",
        "facts.facts.versions": "versions",
        "facts.facts._stable": "stable_addresses.ipv4",
        "facts.postfix.configuration_of": "postfix",
        "facts.postfix.select": "postfix.own_addresses",
        "facts.postfix.findings": "findings",
    }.items():
        with monkeypatch.context() as patch:
            patch.setattr(f"ifdiscover._{function}", fail)
            document = facts(MADE, config_directory=str(tmp_path))
        assert lost(document)[part] == "RecursionError: too deep"
        kept = [name for name in whole if name not in ("errors", part.partition(".")[0])]
        assert {name: document[name] for name in kept} == {name: whole[name] for name in kept}


def test_a_name_server_that_does_not_answer_is_not_waited_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What needs no name is told all the same."""
    answer = Event()

    def wait(*_arguments: object) -> list[object]:
        assert answer.wait(60)
        return []

    monkeypatch.setattr("ifdiscover._postfix.syntax.resolver.getaddrinfo", wait)
    monkeypatch.setattr(parts, "PATIENCE", 0.01)
    (tmp_path / "main.cf").write_text("inet_interfaces = mail.example.com\nmynetworks = 192.0.2.0/24\n")
    try:
        document = facts(MADE, config_directory=str(tmp_path))
    finally:
        answer.set()
    sentence = "no answer for 0.01 seconds: perhaps it needs a name server that does not answer"
    assert lost(document) == dict.fromkeys(("postfix.own_addresses", "findings"), sentence)
    assert document["postfix"]["mynetworks"] == "192.0.2.0/24"


def test_a_host_that_cannot_be_read_leaves_the_versions(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Every other part is null, with the reason beside the first."""

    def refuse(*_arguments: object, **_wanted: object) -> None:
        raise NoBackendError(["rtnetlink: no", "getifaddrs: no"])

    monkeypatch.setattr("ifdiscover._cli.host.discover", refuse)
    status, out, err = in_process("facts", "-c", str(tmp_path))
    assert (status, err) == (0, "")
    document = validated(out)
    errors = lost(document)
    assert errors["interfaces"] == "no backend can read this host:; rtnetlink: no; getifaddrs: no"
    assert document["versions"]["ifdiscover"] == ifdiscover.__version__
    assert {part for part, value in document.items() if value is None} == {*errors, "backend"}


@pytest.mark.netns
def test_an_interface_called_local_and_one_that_is_not_utf8(namespace: Namespace) -> None:
    """A name is a value, and no key: Ansible's own fact of an interface called local replaces ansible_local."""
    namespace.build(
        ["link set lo up", "link add local type ifb", "link set local up", "addr add 192.0.2.7/24 dev local"]
    )
    namespace.run([*CLI[:1], "-c", _RENAME, "local2"])
    document = told(namespace)
    assert {"local", "lo", "a\\xff"} == {interface["name"] for interface in document["interfaces"]}
    (odd,) = [interface for interface in document["interfaces"] if "name_hex" in interface]
    assert (odd["name"], odd["name_hex"]) == ("a\\xff", "61ff")
    assert "local" not in keys(document)
    assert "192.0.2.0/24" in document["mynetworks"]["subnet"]["networks"]


_RENAME = """
import os, subprocess
subprocess.run(["ip", "link", "add", b"a\\xff", "type", "ifb"], check=True)
"""


@pytest.mark.netns
def test_a_host_without_ipv6(namespace: Namespace) -> None:
    """Nothing is lost: it has no IPv6 source, and why there is no stable address is told."""
    namespace.build(
        ["sysctl ipv6/conf/all/disable_ipv6=1", "link set lo up", "link add eth0 type ifb", "link set eth0 up"]
    )
    namespace.build(["addr add 192.0.2.7/24 dev eth0", "route add default via 192.0.2.1"])
    document = told(namespace)
    assert lost(document) == {}
    assert document["sources"]["ipv6"] is None
    assert document["sources"]["ipv4"]["address"] == document["stable_addresses"]["ipv4"]["address"] == "192.0.2.7"
    assert document["stable_addresses"]["ipv6"]["reason"] == "this host has no way to everywhere else by IPv6"
    assert {found["family"] for found in document["addresses"]} == {"ipv4"}


@pytest.mark.netns
def test_a_host_with_nothing_up(namespace: Namespace, tmp_path: Path) -> None:
    """What Postfix would say is an error of the part, and not the fact itself."""
    namespace.build(["link add eth0 type ifb", "addr add 192.0.2.7/24 dev eth0"])
    (tmp_path / "main.cf").touch()
    document = told(namespace, "-c", str(tmp_path))
    errors = lost(document)
    assert set(errors) == {
        *(f"mynetworks.{style}" for style in ("class", "subnet", "host")),
        *("postfix.own_addresses", "postfix.mynetworks"),
    }
    assert errors["mynetworks.host"].startswith("could not find any active network interfaces; ")
    assert [(found["address"], found["is_up"]) for found in document["addresses"]] == [("192.0.2.7", False)]


@pytest.mark.netns
@pytest.mark.parametrize(
    ("text", "missing", "kinds"),
    [
        (b"no parameter\n", {"postfix"}, {"main-cf-line"}),
        (
            b"inet_interfaces = $(\nmynetworks = 10.1.2.3/8\n",
            {"postfix.inet_interfaces", "postfix.own_addresses"},
            {"macro", "host-bits"},
        ),
        (b"inet_interfaces = 203.0.113.99\n", {"postfix.own_addresses", "postfix.mynetworks"}, {"interface-not-local"}),
        (b"mynetworks = \xff\x00 \x1b[31m/8\n", set(), {"nul", "matches-nothing"}),
    ],
    ids=["a line that sets nothing", "a macro without an end", "an address that is gone", "bytes"],
)
def test_a_host_with_a_broken_main_cf(
    namespace: Namespace, tmp_path: Path, text: bytes, missing: set[str], kinds: set[str]
) -> None:
    """What is wrong stands in the findings; what is right is told."""
    namespace.build(["link set lo up"])
    (tmp_path / "main.cf").write_bytes(text)
    document = told(namespace, "-c", str(tmp_path))
    assert set(lost(document)) == missing
    assert {finding["kind"] for finding in document["findings"]} >= kinds
    assert document["mynetworks"]["host"]["value"] == "127.0.0.1/32 [::1]/128"


@pytest.mark.netns
def test_a_host_that_refuses_netlink(namespace: Namespace, nosocket: Path) -> None:
    """Another backend reads it; only its routes are lost."""
    namespace.build(["link set lo up", "link add eth0 type ifb", "link set eth0 up", "addr add 192.0.2.7/24 dev eth0"])
    document = told(namespace, LD_PRELOAD=str(nosocket), NOSOCKET_NETLINK="1")
    assert document["backend"] == "getifaddrs"
    assert set(lost(document)) == {"routes"}
    assert "192.0.2.7/32" in document["mynetworks"]["host"]["networks"]


def test_the_status_is_0_but_for_usage_and_output(tmp_path: Path) -> None:
    """A recording that is not there is an error in the document."""
    status, out, err = in_process("facts", "--from", str(tmp_path / "none.json"))
    assert (status, err) == (0, "")
    assert "No such file" in lost(validated(out))["interfaces"]
    for wrong in (["--nothing"], ["--backend", "nothing"], ["--from", "x", "--backend", "rtnetlink"]):
        assert in_process("facts", *wrong)[:2] == (64, "")
    assert run("facts", shell='"$@" > /dev/full').returncode == 74
    assert run("facts", MAIL_CONFIG=str(tmp_path)).returncode == 0


@pytest.mark.parametrize(("name", "key"), [("ifdiscover.fact", "schema"), ("ifdiscover.facter", "ifdiscover")])
def test_the_name_of_the_program_says_for_whom(tmp_path: Path, name: str, key: str) -> None:
    """A link under it is enough; and it takes the options of the command."""
    program = tmp_path / "ifdiscover"
    program.write_text(f"#!{CLI[0]}\nimport sys\nfrom ifdiscover._cli import main\nsys.exit(main())\n")
    program.chmod(0o755)
    (tmp_path / name).symlink_to(program)
    recorded = ["--from", str(ROOT / "fixtures/hosts/mail-relay/snapshot.json")]
    asked = [str(tmp_path / name), *recorded]
    assert next(iter(json.loads(run(shell=" ".join(asked)).stdout))) == key
    assert run(shell=f"{program} own {' '.join(recorded)}").stdout.startswith("127.0.0.1\n")


def test_the_document_for_facter_is_yaml_too() -> None:
    """Facter's parser refuses a character that JSON writes as two surrogates, and would lose the fact."""
    made = host(address("192.0.2.1", "255.255.255.0", label="a\U0001f600"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ifdiscover._cli.host.discover", lambda _, **_wanted: made)
        _, plain, _ = in_process("facts")
        _, out, _ = in_process("facts", "--format", "facter")
    assert json.loads(plain)["addresses"][0]["label"] == "a\U0001f600"
    assert json.loads(out)["ifdiscover"]["addresses"][0]["label"] == "a\\U0001f600"
    assert "\\ud83d" in plain
    assert "\\ud83d" not in out


def test_a_kernel_that_refuses_gives_its_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the library too, where nothing is raised."""

    def refuse(**_wanted: object) -> None:
        raise DiscoveryError("rtnetlink: no buffer\x1b")

    monkeypatch.setattr("ifdiscover._facts.facts.discover", refuse)
    assert lost(facts())["interfaces"] == "rtnetlink: no buffer\\x1b"
    with pytest.raises(TypeError):
        facts("eth0")  # type: ignore[arg-type]  # what it refuses
