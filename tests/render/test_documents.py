"""JSON documents: each is what its schema says, ASCII, and readable by other programs."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from support.made import address, host, hosts
from support.namespaces import CLI, ROOT
from support.need import need
from support.program import in_process
from support.schemas import SCHEMAS, validated

from ifdiscover import snapshot
from ifdiscover._kernel import record
from ifdiscover.model import Host

if TYPE_CHECKING:
    from support.namespaces import Namespace


HEAD = ["schema", "version", "backend", "warnings"]
ADDRESS = [
    *(
        "interface",
        "index",
        "family",
        "address",
        "prefixlen",
        "netmask",
        "netmask_origin",
        "network",
        "scope",
        "scope_id",
    ),
    *("broadcast", "peer", "label", "is_up", "flags", "preferred_lifetime", "valid_lifetime"),
]
ANSWERS = {
    "addresses": ["addresses"],
    "interfaces": ["interfaces"],
    "mynetworks": ["style", "value", "networks", "totals"],
    "merge": ["style", "value", "host_count", "skipped_count", "networks", "shared", "skipped"],
    "own": ["addresses"],
    "local": ["answers"],
    "match": ["answers"],
    "check": ["findings", "more", "commands"],
    "backends": ["backends"],
    "diff": ["before", "after", "not_compared", "differences", "needs", "not_told"],
    "facts": [
        *("errors", "versions", "interfaces", "addresses", "routes", "sources", "stable_addresses", "mynetworks"),
        *("postfix", "findings", "more"),
    ],
}
BESIDES = ["left_out", "comparison"]  # of mynetworks, after its answers
EXPLAINED = ["rule", "remarks", "count", "strangers", "own", "decided", "excluded", "excluded_by"]
COMMANDS = [
    ["addresses"],
    ["addresses", "--all"],
    ["interfaces"],
    ["mynetworks"],
    ["mynetworks", "--style", "class"],
    ["mynetworks", "--style", "all"],
    ["merge", "fixtures/hosts/mail-relay/snapshot.json"],
    ["own"],
    ["local", "192.0.2.1"],
    ["match", "192.0.2.1"],
    ["match", "--mynetworks", "example.com", "192.0.2.1=www.example.com"],
    ["check", "--mynetworks", "192.0.2.0/24"],
    ["backends"],
    ["facts"],
    ["diff", "fixtures/hosts/mail-relay/snapshot.json", "fixtures/hosts/mail-relay/snapshot.json"],
]


@pytest.mark.parametrize("name", SCHEMAS)
def test_schemas_are_schemas(name: str) -> None:
    """Each is valid itself, and says which document it is for."""
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[name])
    assert (
        SCHEMAS[name]["properties"]["schema"]["const"] == f"ifdiscover.{name.replace('-', '/').removesuffix('.json')}"
    )


def test_the_page_has_the_newest_schema_of_each_command() -> None:
    """In docs/json.md, a row a command."""
    rows = re.findall(r"(?m)^\| `(\w+)` \| `ifdiscover\.(\w+/\d+)`", ROOT.joinpath("docs/json.md").read_text())
    newest = {name.partition("-")[0]: name.replace("-", "/").removesuffix(".json") for name in sorted(SCHEMAS)}
    assert dict(rows) == newest


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_documents_have_just_their_fields(command: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The head that all share, then the answer's, in this order."""
    made = host(address("192.0.2.1", "255.255.255.0"), address("2001:db8::1", "ffff:ffff::"))
    monkeypatch.setattr("ifdiscover._cli.host.discover", lambda _, **_wanted: made)
    status, out, _ = in_process(*command, "--json")
    assert status == 0
    document = validated(out)
    if command[-1:] == ["all"]:
        assert list(document) == [*HEAD, "styles", *BESIDES]
        assert [list(style) for style in document["styles"]] == [ANSWERS["mynetworks"]] * 3
        return
    assert list(document) == [*HEAD, *ANSWERS[command[0]], *(BESIDES if command[0] == "mynetworks" else [])]
    if command[0] == "addresses":
        assert [list(item) for item in document["addresses"]] == [ADDRESS] * 2
    if command[0] == "match":
        fields = ["client", "name", "verdict", "element", "number", "place", "reason", "postfix_says"]
        fields += ["service", "in_mynetworks", "may_relay", "relay", "services"]
        assert [list(item) for item in document["answers"]] == [fields]
    if command[0] == "mynetworks":
        assert [list(item) for item in document["networks"]] == [["network", "pattern", "sources", *EXPLAINED]] * 2
        mask = {"netmask": "ffff:ffff::", "netmask_origin": "kernel"}
        assert document["networks"][1]["sources"] == [{"interface": "eth0", "address": "2001:db8::1", **mask}]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made=hosts())
def test_any_host_makes_valid_documents(made: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever its names and values are; a failure prints nothing on stdout."""
    monkeypatch.setattr("ifdiscover._cli.host.discover", lambda _, **_wanted: made)
    validated(snapshot(made))
    for command in (
        ["addresses", "--all"],
        ["interfaces"],
        ["source"],
        ["own"],
        ["mynetworks", "--style", "all"],
        ["facts"],
    ):
        status, out, err = in_process(*command, "--json")
        assert all(line.startswith("ifdiscover: ") and line.isprintable() for line in err.split("\n")[:-1])
        if status == 0:
            validated(out)
        else:
            assert out == ""


@given(st.text(max_size=60), st.text(max_size=30))
def test_any_list_makes_valid_documents(text: str, client: str) -> None:
    """Whatever a list and a client are; files apart, which begin with a slash."""
    text = text.replace("/", "0/").replace("$", "")
    status, out, _err = in_process("check", "--json", f"--mynetworks={text}")
    assert status in (0, 1, 65)
    validated(out)
    status, out, err = in_process("match", "--json", f"--mynetworks={text}", "--", client)
    assert all(line.startswith("ifdiscover: ") and line.isprintable() for line in err.split("\n")[:-1])
    if status == 78:
        assert out == ""
    else:
        assert status in (0, 1, 65)
        validated(out)


def test_names_that_are_not_printable_come_with_their_bytes() -> None:
    """Escaped as on a terminal, and as hexadecimal; a name that is gets no bytes beside it."""
    odd = address("192.0.2.1", "255.255.255.0", label="a\udcff:1")
    odd = odd._replace(interface=odd.interface._replace(name="a\udcff"))
    document = validated(snapshot(record(host(odd, address("192.0.2.2", "255.255.255.0")))))
    first, second = document["interfaces"]
    assert (first["name"], first["name_hex"]) == ("a\\xff", "61ff")
    assert (first["addresses"][0]["interface_hex"], first["addresses"][0]["label_hex"]) == ("61ff", "61ff3a31")
    assert (second["name"], "name_hex" in second) == ("eth0", False)


HOSTILE = [
    b"a\x1b[31m",
    b"b\x07",
    b"c\xff\xfe",
    b"d\xe2\x80\xaex",
    b"e\"f'",
    b"$(id)",
    b"{{7*7}}",
    b"-rf",
    b"fifteen-bytes-x",
    b"local",
    b"back\\slash",
    b"`id`",
    b"\x7f\x01",
]


@pytest.fixture
def hostile(namespace: Namespace) -> Namespace:
    """A namespace in which every interface has a name that somebody chose."""
    namespace.build(["link set lo up"])
    for number, raw in enumerate(HOSTILE, 1):
        name = raw.decode("utf-8", "surrogateescape")
        namespace.run(["ip", "link", "add", "name", name, "type", "ifb"])
        namespace.run(["ip", "link", "set", "dev", name, "up"])
        namespace.run(["ip", "addr", "add", f"192.0.2.{number}/28", "dev", name])
    return namespace


@pytest.mark.netns
@pytest.mark.parametrize("backend", ["rtnetlink", "getifaddrs", "ip"])
def test_hostile_names_pass_through_every_command(backend: str, hostile: Namespace, tmp_path_factory: Any) -> None:
    """Nothing raw reaches a stream, JSON parses, and the names are the kernel's, by every backend."""
    source = ["--backend", backend]
    if backend == "ip":
        recording = tmp_path_factory.mktemp("ip") / "ip.json"
        recording.write_bytes(hostile.run(["ip", "-j", "addr"]).stdout.encode("utf-8", "surrogateescape"))
        source = ["--from", str(recording)]
    for command in (
        ["addresses", "-v"],
        ["addresses", "--format=table"],
        ["addresses", "--json"],
        ["mynetworks", "--style", "all", "-v"],
        ["mynetworks", "--style", "subnet", "--json"],
        ["mynetworks", "--style", "subnet", "--format", "explain"],
        ["own", "--json"],
        ["snapshot"],
    ):
        done = hostile.run([*CLI, *command, *source])
        for line in (done.stdout + done.stderr).splitlines():
            assert line.isprintable(), (command, line)
        if done.stdout.startswith("{"):
            validated(done.stdout)
    document = validated(hostile.run([*CLI, "snapshot", *source]).stdout)
    found = [bytes.fromhex(i["name_hex"]) if "name_hex" in i else i["name"].encode() for i in document["interfaces"]]
    assert found == [b"lo", *HOSTILE]
    for number, raw in enumerate(HOSTILE, 1):
        name = raw.decode("utf-8", "surrogateescape")
        done = hostile.run([*CLI, "addresses", "--format=cidr", f"--interface={name}", *source])
        assert done.stdout == f"192.0.2.{number}/28\n"


@pytest.mark.netns
@pytest.mark.parametrize(
    "parser",
    [["jq", "-c", "[.addresses[].interface]"], ["perl", "-MJSON::PP", "-e", "local $/; decode_json(<STDIN>)"]],
    ids=["jq", "JSON::PP"],
)
def test_other_programs_read_the_documents(parser: list[str], hostile: Namespace) -> None:
    """Jq and Perl, which refuse what is no JSON."""
    if shutil.which(parser[0]) is None:
        need(f"no {parser[0]}")
    text = hostile.ifdiscover("addresses", "--json").stdout
    done = subprocess.run(parser, input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    if parser[0] == "jq":
        assert (
            json.loads(done.stdout)[-len(HOSTILE) - 1] == json.loads(text)["addresses"][-len(HOSTILE) - 1]["interface"]
        )
