"""What the modules and filters of the collection answer, under the newest Ansible and Debian's."""

from __future__ import annotations

import ipaddress
import json
import os
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings, strategies
from support.ansible import ansible
from support.collection import NEWEST, VERSIONS, run_ansible
from support.examples import examples
from support.need import need

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.namespaces import Namespace

STEPS = [
    "link set lo up",
    "link add eth0 type ifb",
    "link set eth0 up",
    "addr add 192.0.2.17/28 dev eth0",
    "addr add 2001:db8::17/64 dev eth0",
    "link add local type ifb",
    "link set local up",
    "addr add 10.1.2.3/24 dev local",
]
MAIN_CF = "compatibility_level = 3.6\nmyhostname = mail.example.com\nmynetworks = 127.0.0.0/8, 10.1.2.0/24\n"

# Runs in Ansible's Python: one line of JSON in, one out; a refusal is its sentence in an object.
FILTERS = """
import importlib, json, sys
from ansible.errors import AnsibleFilterError
place = "ansible_collections.ifdiscover.ifdiscover.plugins.filter."
modules = [importlib.import_module(place + name) for name in ("bracket", "mynetworks")]
filters = {name: found for module in modules for name, found in module.FilterModule().filters().items()}
for line in sys.stdin:
    name, arguments = json.loads(line)
    try:
        print(json.dumps(filters[name](*arguments)), flush=True)
    except AnsibleFilterError as error:
        print(json.dumps({"error": str(error)}), flush=True)
"""


def ask(
    which: str, collections: Path, namespace: Namespace, module: str, *more: str, check: bool = True, **arguments: Any
) -> dict[str, Any]:
    """What a module answers that runs in a namespace."""
    need(None if os.geteuid() == 0 else "not root: Ansible enters a namespace by ip netns exec")
    words = ["-i", "host,", "-c", "netns", "-e", f"ansible_netns={namespace.name}", "host"]
    words += ["-e", "ansible_python_interpreter=/usr/bin/python3", "-m", f"ifdiscover.ifdiscover.{module}"]
    done = run_ansible(which, collections, "ansible", *words, "-a", json.dumps(arguments), *more, check=check)
    answer: dict[str, Any] = json.loads(done.stdout.partition("=> ")[2])
    return {"failed": done.returncode != 0, **answer}


@pytest.fixture
def host(namespace: Namespace, tmp_path: Path) -> tuple[Namespace, str]:
    """A namespace with addresses, and the folder of a main.cf."""
    namespace.build(STEPS)
    (tmp_path / "main.cf").write_text(MAIN_CF)
    return namespace, str(tmp_path)


@pytest.mark.parametrize("which", VERSIONS)
def test_host_facts_are_those_of_the_command(which: str, collections: Path, host: tuple[Namespace, str]) -> None:
    """In check mode too; an interface called ``local`` replaces no other fact."""
    namespace, folder = host
    answer = ask(which, collections, namespace, "host_facts", "--check", config_directory=folder)
    facts = answer["ansible_facts"].pop("ifdiscover")
    printed = json.loads(namespace.ifdiscover("facts", "-c", folder).stdout)
    del facts["versions"], printed["versions"]  # another Python runs the command
    assert facts == printed
    assert [interface["name"] for interface in facts["interfaces"]] == ["lo", "eth0", "local"]
    assert (answer["changed"], set(answer["ansible_facts"]) - {"discovered_interpreter_python"}) == (False, set())


@pytest.mark.parametrize("which", VERSIONS)
def test_mynetworks_info_tells_whom_postfix_trusts(which: str, collections: Path, host: tuple[Namespace, str]) -> None:
    """What main.cf sets, or what is computed in a style, as the command does; and the same in check mode."""
    namespace, folder = host
    answer = ask(which, collections, namespace, "mynetworks_info", "--check", config_directory=folder)
    assert (answer["changed"], answer["mynetworks"], answer["style"]) == (False, ["127.0.0.0/8", "10.1.2.0/24"], None)
    assert answer["findings"] == json.loads(namespace.ifdiscover("check", "--json", "-c", folder).stdout)["findings"]
    answer = ask(which, collections, namespace, "mynetworks_info", config_directory=folder, style="subnet")
    line = namespace.ifdiscover("mynetworks", "--style", "subnet", "-c", folder).stdout
    assert (f"mynetworks = {' '.join(answer['mynetworks'])}\n", answer["style"]) == (line, "subnet")


@pytest.mark.parametrize("which", VERSIONS)
def test_mynetworks_info_fails_at_a_severity(which: str, collections: Path, host: tuple[Namespace, str]) -> None:
    """Or a higher one, and says why; values that are not yet written are judged as those of main.cf."""
    namespace, folder = host
    wanted: dict[str, Any] = {"config_directory": folder, "parameters": {"mynetworks": "0.0.0.0/0"}}
    answer = ask(which, collections, namespace, "mynetworks_info", check=False, fail_on="medium", **wanted)
    says = "mynetworks: 0.0.0.0/0 [everyone]: every client of this address family is trusted"
    assert (answer["failed"], answer["msg"], answer["mynetworks"]) == (True, says, ["0.0.0.0/0"])
    assert ask(which, collections, namespace, "mynetworks_info", **wanted)["findings"] == answer["findings"]


def test_mynetworks_info_tells_what_is_unwritten_and_needed(collections: Path, host: tuple[Namespace, str]) -> None:
    """What stands in main.cf in other words of the same is written; order does not count to a Postfix that runs."""
    namespace, folder = host

    def told(**parameters: str) -> tuple[list[str], str]:
        answer = ask(NEWEST, collections, namespace, "mynetworks_info", config_directory=folder, parameters=parameters)
        return answer["unwritten"], answer["needs"]["what"]

    assert told(mynetworks="127.0.0.0/8,  10.1.2.0/24") == ([], "nothing")
    assert told(mynetworks="10.1.2.0/24 127.0.0.0/8") == (["mynetworks = 10.1.2.0/24 127.0.0.0/8"], "nothing")
    assert told(mynetworks="127.0.0.0/8") == (["mynetworks = 127.0.0.0/8"], "reload")
    assert told(inet_interfaces="192.0.2.17") == (["inet_interfaces = 192.0.2.17"], "restart")


def test_a_value_is_what_main_cf_would_have(collections: Path, host: tuple[Namespace, str]) -> None:
    """YAML makes booleans of yes and no, which Postfix alone knows; a list is refused before it is taken for a text."""
    namespace, folder = host
    given_values = {"disable_vrfy_command": True, "smtp_tls_wrappermode": False, "relayhost": None, "maximal_hop": 7}
    wanted: dict[str, Any] = {"config_directory": folder, "parameters": given_values}
    assert ask(NEWEST, collections, namespace, "mynetworks_info", **wanted)["unwritten"] == [
        "disable_vrfy_command = yes",
        "maximal_hop = 7",
        "relayhost = ",
        "smtp_tls_wrappermode = no",
    ]
    wanted["parameters"] = {"mynetworks": ["192.0.2.0/24"]}
    answer = ask(NEWEST, collections, namespace, "mynetworks_info", check=False, **wanted)
    says = "parameters: mynetworks is no text, number or boolean; write what stands in main.cf"
    assert (answer["failed"], answer["msg"]) == (True, says)


def test_what_cannot_be_told_is_null_with_a_reason(collections: Path, host: tuple[Namespace, str]) -> None:
    """And is a failure only if there is a severity at which to fail."""
    namespace, folder = host
    answer = ask(NEWEST, collections, namespace, "mynetworks_info", config_directory=f"{folder}/none")
    assert (answer["mynetworks"], answer["findings"], answer["needs"]) == (None, None, None)
    (error,) = answer["errors"]
    assert "No such file or directory" in error
    wanted: dict[str, Any] = {"config_directory": f"{folder}/none", "fail_on": "high"}
    answer = ask(NEWEST, collections, namespace, "mynetworks_info", check=False, **wanted)
    assert (answer["failed"], answer["msg"]) == (True, error)


class Filters:
    """The filters, in Ansible's own Python."""

    def __init__(self, collections: Path) -> None:
        argv = [str(ansible().parent / "python"), "-c", FILTERS]
        env = {"PYTHONPATH": str(collections), "PATH": os.environ["PATH"], "HOME": str(collections)}
        self.process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env)

    def __call__(self, name: str, *arguments: Any) -> Any:
        """What a filter gives; a refusal is an object with ``error``."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps([name, arguments]) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


@pytest.fixture(scope="module")
def filters(collections: Path) -> Iterator[Filters]:
    """The filters."""
    made = Filters(collections)
    yield made
    made.process.communicate()


def facts(*networks: str) -> dict[str, Any]:
    """The part of a host's facts that the filter reads."""
    return {"mynetworks": {"host": {"networks": [*networks]}, "subnet": None}, "errors": []}


def test_bracket_puts_ipv6_into_brackets(filters: Filters) -> None:
    """And leaves all else as it is, also if it is done twice."""
    words = ["192.0.2.0/24", "2001:db8::/32", "[::1]/128", "::1", "192.0.2.1"]
    bracketed = ["192.0.2.0/24", "[2001:db8::]/32", "[::1]/128", "[::1]", "192.0.2.1"]
    assert filters("bracket", words) == bracketed
    assert filters("bracket", bracketed) == bracketed
    assert filters("bracket", "2001:db8::/32") == "[2001:db8::]/32"


@pytest.mark.parametrize(
    "word",
    [
        "192.0.2.1/24",
        "2001:db8::1/32",
        "mail.example.com",
        "10.1",
        "fe80::1%eth0",
        "10.0.0.0/255.0.0.0",
        "::1/129",
        "",
        7,
    ],
)
def test_bracket_refuses_what_postfix_does_not_take(word: object, filters: Filters) -> None:
    """As a network, so that no mail is deferred."""
    assert filters("bracket", [word])["error"].startswith("bracket: ")


NETWORK = strategies.builds(
    lambda number, length, bits: ipaddress.ip_network(
        ((number << 120 | number) & ((1 << bits) - 1), min(length, bits)), strict=False
    ),
    strategies.integers(0, 255),
    strategies.integers(20, 128),
    strategies.sampled_from([32, 128]),
)


@settings(max_examples=examples(50))
@given(hosts=strategies.lists(strategies.lists(NETWORK, max_size=4), max_size=4))
def test_mynetworks_collapses_as_the_standard_library(hosts: list[list[Any]], filters: Filters) -> None:
    """The networks of all hosts, in Postfix's form."""
    given_facts = [facts(*map(str, networks)) for networks in hosts]
    every = [network for networks in hosts for network in networks]
    expected = [
        str(network) if version == 4 else f"[{network.network_address}]/{network.prefixlen}"
        for version in (4, 6)
        for network in ipaddress.collapse_addresses([one for one in every if one.version == version])
    ]
    assert filters("mynetworks", given_facts) == expected


def test_a_host_with_nothing_up_adds_nothing(filters: Filters) -> None:
    """But one that could not be read, or was not asked, is an error: its mail would be refused."""
    why = "could not find any active network interfaces; bring one up: ip link set dev eth0 up"
    down = {**facts(), "errors": [{"part": "mynetworks.subnet", "message": why}]}
    assert filters("mynetworks", [down], "subnet") == []
    untold = {**facts(), "errors": [{"part": "mynetworks.subnet", "message": "240.0.0.1: unknown address class"}]}
    says = "mynetworks: a host has no networks in style subnet: 240.0.0.1: unknown address class"
    assert filters("mynetworks", [untold], "subnet")["error"] == says
    unread = {"mynetworks": None, "errors": [{"part": "interfaces", "message": "no backend"}]}
    assert filters("mynetworks", [unread])["error"] == "mynetworks: a host could not be read: no backend"
    stranges: list[Any] = [{}, None, "text"]
    for strange in stranges:
        assert "run ifdiscover.ifdiscover.host_facts there" in filters("mynetworks", [strange])["error"]
    assert filters("mynetworks", facts())["error"] == "mynetworks: this is no list; give the facts of several hosts"
    assert "choose one of class, subnet, host" in filters("mynetworks", [facts()], "net")["error"]
