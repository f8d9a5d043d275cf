"""Networks that mynetworks trusts, and whose clients cannot connect."""

from __future__ import annotations

from errno import EACCES
from typing import TYPE_CHECKING

import pytest
from support.namespaces import Namespace
from support.postfix.checks import found_in
from support.postfix.list_hosts import TWO_INTERFACES as HOST
from support.postfix.live_smtpd import Smtpd

from ifdiscover._postfix.check.parameters import check
from ifdiscover._postfix.syntax.machine import Machine
from ifdiscover.errors import ConfigFileError
from ifdiscover.model import Recorded

if TYPE_CHECKING:
    from pathlib import Path

    from ifdiscover.model import Host

START = "compatibility_level = 3.6\nmyhostname = mail.example.com\n"
STOCK = "127.0.0.0/8 [::1]/128"

TRUSTED = {
    "network of the host": (f"{STOCK} 192.0.2.0/24", "inet_interfaces = 127.0.0.1, ::1, 192.0.2.25"),
    "network of IPv6": (f"{STOCK} [2001:db8::]/64", "inet_interfaces = 127.0.0.1, ::1, 2001:db8::25"),
    "another network": (f"{STOCK} 10.0.0.0/8", "take these networks out of mynetworks"),
    "one client in brackets": (f"{STOCK} [198.51.100.7]", "take these networks out of mynetworks"),
    "one client": ("127.0.0.0/8 198.51.100.7", "take these networks out of mynetworks"),
    "through a name": ("$nets", "inet_interfaces = 127.0.0.1, ::1, 192.0.2.25"),
}


@pytest.mark.parametrize(("networks", "suggestion"), TRUSTED.values(), ids=TRUSTED)
@pytest.mark.parametrize("interfaces", ["loopback-only", "127.0.0.1, ::1", "127.0.0.1 [::1]"])
def test_networks_that_cannot_connect_are_told(interfaces: str, networks: str, suggestion: str) -> None:
    """With the value that lets them connect, if the host has an address in them; that value is never all."""
    nets = "nets = 192.0.2.0/24\n" if "$" in networks else ""
    text = f"{START}{nets}inet_interfaces = {interfaces}\nmynetworks = {networks}\n"
    (found,) = [fault for fault in found_in(text, HOST) if fault.severity != "info"]
    assert (found.kind, found.severity, found.parameter) == ("loopback-only", "medium", "inet_interfaces")
    assert found.suggestion == suggestion
    if "=" in suggestion:
        mended = text.replace(f"inet_interfaces = {interfaces}", suggestion)
        assert [fault for fault in found_in(mended, HOST) if fault.severity != "info"] == []


@pytest.mark.parametrize(
    ("count", "shown"),
    [
        (4, "10.1.0.0/16, 10.2.0.0/16, 10.3.0.0/16, 10.4.0.0/16"),
        (9, "10.1.0.0/16, 10.2.0.0/16, 10.3.0.0/16, 10.4.0.0/16 and 5 more"),
    ],
)
def test_of_many_networks_the_first_are_named(count: int, shown: str) -> None:
    """And the others counted."""
    networks = " ".join(f"10.{number}.0.0/16" for number in range(1, count + 1))
    (found,) = found_in(f"{START}inet_interfaces = loopback-only\nmynetworks = {networks}\n", HOST)
    assert found.remark == f"mynetworks trusts {shown}"


@pytest.mark.parametrize(
    ("made", "value", "kind"),
    [
        (HOST, "203.0.113.9", "interface-not-local"),
        (HOST._replace(recorded=Recorded()), "mail.example.com", "not-on-this-machine"),
        (HOST._replace(blind_to=("ipv4 addresses",)), "loopback-only", "unseen-addresses"),
    ],
)
def test_own_addresses_that_are_not_known_are_told_alone(made: Host, value: str, kind: str) -> None:
    """Perhaps Postfix listens on others than loopback."""
    found = found_in(f"{START}inet_interfaces = {value}\nmynetworks = 10.0.0.0/8\n", made)
    assert [fault.kind for fault in found] == [kind]


def test_without_a_main_cf_there_is_no_service_with_an_address_of_its_own() -> None:
    """The values may come from options alone."""
    overrides = {"inet_interfaces": "loopback-only", "mynetworks": "10.0.0.0/8", "myhostname": "mail.example.com"}
    found = [(fault.kind, fault.severity) for fault in check(HOST, overrides=overrides)]
    assert found == [("loopback-only", "medium")]


def test_the_master_cf_of_a_recorded_host_is_not_known() -> None:
    """Unless it was copied: perhaps nobody is shut out."""
    text = f"{START}inet_interfaces = loopback-only\nmynetworks = 10.0.0.0/8\n"
    found = found_in(text, HOST._replace(recorded=Recorded()))
    assert [fault.severity for fault in found if fault.kind == "loopback-only"] == ["info"]


def test_the_mapped_network_of_a_stock_list_shuts_nobody_out() -> None:
    """Debian's list has it; it is told as what it is, and as harmless."""
    text = f"{START}inet_interfaces = loopback-only\nmynetworks = {STOCK} [::ffff:127.0.0.0]/104\n"
    assert [(found.kind, found.severity) for found in found_in(text, HOST)] == [("mapped-network", "info")]


def test_networks_in_a_file_count(tmp_path: Path) -> None:
    """They are elements as others are."""
    (tmp_path / "nets").write_text("127.0.0.0/8\n10.0.0.0/8\n")
    text = f"{START}inet_interfaces = loopback-only\nmynetworks = {tmp_path}/nets\n"
    (found,) = found_in(text, HOST)
    assert (found.kind, found.remark) == ("loopback-only", "mynetworks trusts 10.0.0.0/8")


QUIET = {
    "stock": f"inet_interfaces = loopback-only\nmynetworks = {STOCK}\n",
    "computed": "inet_interfaces = loopback-only\nmynetworks_style = subnet\n",
    "the host itself": f"inet_interfaces = loopback-only\nmynetworks = {STOCK} 192.0.2.25 [2001:db8::25]\n",
    "excluded": f"inet_interfaces = loopback-only\nmynetworks = !10.0.0.0/8 {STOCK}\n",
    "names": f"inet_interfaces = loopback-only\nmynetworks = {STOCK} localhost\n",
    "one more address": f"inet_interfaces = 127.0.0.1 192.0.2.25\nmynetworks = {STOCK} 10.0.0.0/8\n",
    "all": f"mynetworks = {STOCK} 10.0.0.0/8\n",
    "a proxy": "inet_interfaces = 127.0.0.1\nmynetworks = 10.0.0.0/8\nsmtpd_upstream_proxy_protocol = haproxy\n",
    "XCLIENT": "inet_interfaces = 127.0.0.1\nmynetworks = 10.0.0.0/8\nsmtpd_authorized_xclient_hosts = 127.0.0.1\n",
}


@pytest.mark.parametrize("text", QUIET.values(), ids=QUIET)
def test_nothing_is_said_where_nobody_is_shut_out(text: str) -> None:
    """Or where a proxy tells Postfix of the clients."""
    assert found_in(START + text, HOST) == []


@pytest.mark.parametrize(
    ("services", "severities"),
    [
        (None, ["medium"]),
        ("smtp inet n - y - - smtpd\n", ["medium"]),
        ("127.0.0.1:smtp inet n - y - - smtpd\n[::1]:10025 inet n - y - - smtpd\n", ["medium"]),
        ("10.0.0.1:smtp unix n - y - - smtpd\n# 192.0.2.25:smtp inet n - y - - smtpd\n", ["medium"]),
        ("192.0.2.25:smtp fifo n - y - - smtpd\n", ["medium"]),
        ("smtp inet n - y - - smtpd\n192.0.2.25:smtp inet n - y - - smtpd\n", []),
        ("[2001:db8::25]:submission inet n - y - - smtpd\n  -o biff=no\n", []),
        ("mail.example.com:smtp inet n - y - - smtpd\n", []),
        ("10026 inet n - y - - smtpd\n  -o { smtpd_upstream_proxy_protocol = haproxy }\n", []),
        ("10026 inet n - y - - smtpd -o smtpd_authorized_xclient_hosts=127.0.0.1\n", []),
        ("smtp inet n - y - 1 postscreen\n  -o postscreen_upstream_proxy_protocol=haproxy\n", []),
        ("10026 inet n - y - - smtpd -o smtpd_authorized_xforward_hosts=127.0.0.1\n", ["medium"]),
    ],
)
def test_a_service_with_its_own_address_or_a_proxy_can_be_reached(
    tmp_path: Path, services: str | None, severities: list[str]
) -> None:
    """In the master.cf beside main.cf; whether it serves these clients is not known, and nothing is said."""
    (tmp_path / "main.cf").write_text(f"{START}inet_interfaces = loopback-only\nmynetworks = {STOCK} 10.0.0.0/8\n")
    if services is not None:
        (tmp_path / "master.cf").write_text(services)
    assert [fault.severity for fault in check(HOST, config_directory=str(tmp_path))] == severities


@pytest.mark.parametrize(("line", "kinds"), [("smtp", {"loopback-only"}), ("192.0.2.25:smtp inet", set())])
def test_a_line_of_master_cf_that_ends_too_early_counts_by_its_first_words(
    tmp_path: Path, line: str, kinds: set[str]
) -> None:
    """What is missing is another finding."""
    (tmp_path / "main.cf").write_text(f"{START}inet_interfaces = loopback-only\nmynetworks = {STOCK} 10.0.0.0/8\n")
    (tmp_path / "master.cf").write_text(f"{line}\n")
    assert {fault.kind for fault in check(HOST, config_directory=str(tmp_path))} == kinds | {"master-cf-line"}


def test_a_master_cf_that_cannot_be_read_leaves_it_open(tmp_path: Path) -> None:
    """Perhaps nobody is shut out: info."""
    (tmp_path / "main.cf").write_text(f"{START}inet_interfaces = loopback-only\nmynetworks = {STOCK} 10.0.0.0/8\n")
    (tmp_path / "master.cf").symlink_to("/dev/null")
    found = [(fault.kind, fault.severity) for fault in check(HOST, config_directory=str(tmp_path))]
    assert found == [("loopback-only", "info"), ("needs-postfix", "info")]


def test_a_master_cf_that_only_root_may_read_leaves_it_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is there, and may have any service."""

    def refuse(_machine: Machine, path: str) -> str:
        raise ConfigFileError("open", path, "Permission denied", EACCES)

    (tmp_path / "main.cf").write_text(f"{START}inet_interfaces = loopback-only\nmynetworks = {STOCK} 10.0.0.0/8\n")
    (tmp_path / "master.cf").touch()
    monkeypatch.setattr(Machine, "read_once", refuse)
    found = [(fault.kind, fault.severity) for fault in check(HOST, config_directory=str(tmp_path))]
    assert found == [("loopback-only", "info"), ("needs-postfix", "info")]


@pytest.mark.netns
def test_a_real_postfix_refuses_the_connection() -> None:
    """On the address of the network, and not on loopback."""
    program = (
        "import socket, sys\n"
        "try: print(socket.create_connection((sys.argv[1], 2525), 10).recv(3))\n"
        "except OSError as error: print(error.strerror)\n"
    )
    service = "2525 inet n - n - 1 smtpd\n"
    said = {}
    for interfaces in ("loopback-only", "127.0.0.1, 192.0.2.25"):
        with Namespace() as namespace:
            for command in ("link set lo up", "addr add 192.0.2.25/24 dev lo"):
                namespace.run(["ip", *command.split()])
            parameters: dict[str, str | None] = {"inet_interfaces": interfaces, "mynetworks": "192.0.2.0/24"}
            with _Listening([], parameters=parameters, namespace=namespace, service=service):
                for host_address in ("127.0.0.1", "192.0.2.25"):
                    argv = ["python3", "-c", program, host_address]
                    said[interfaces, host_address] = namespace.run(argv).stdout.strip()
    assert said == {
        ("loopback-only", "127.0.0.1"): "b'220'",
        ("loopback-only", "192.0.2.25"): "Connection refused",
        ("127.0.0.1, 192.0.2.25", "127.0.0.1"): "b'220'",
        ("127.0.0.1, 192.0.2.25", "192.0.2.25"): "b'220'",
    }


class _Listening(Smtpd):
    """An smtpd with one more service."""

    def __init__(self, *arguments: object, service: str, **more: object) -> None:
        super().__init__(*arguments, **more)  # type: ignore[arg-type]
        self._service = service

    def _configure(self) -> None:
        super()._configure()
        with (self.folder / "etc" / "master.cf").open("a") as file:
            file.write(self._service)
