"""Each smtpd of master.cf has a verdict of its own: is the client in mynetworks, and may it relay?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.made import address, host
from support.program import in_process
from support.schemas import validated

from ifdiscover import service_verdicts, snapshot
from ifdiscover._postfix.parameters.configuration import Configuration
from ifdiscover._postfix.parameters.main_cf import read
from ifdiscover._postfix.services.relay import verdicts_of
from ifdiscover._postfix.syntax.findings import Place
from ifdiscover.errors import MasterCfError

if TYPE_CHECKING:
    from pathlib import Path

START = "compatibility_level = 3.6\nmyhostname = mail.example.com\n"
LAN = f"{START}mynetworks = 127.0.0.0/8 192.168.1.0/24\n"
NARROW = "smtp inet n - y - - smtpd\n  -o mynetworks=127.0.0.0/8\n"
SUBMISSION = (
    "submission inet n - y - - smtpd\n"
    "  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject\n"
    "127.0.0.1:10025 inet n - n - - smtpd\n"
    "  -o smtpd_recipient_restrictions=permit_mynetworks,reject -o mynetworks=127.0.0.0/8\n"
    "smtp inet n - y - - smtpd\n"
)


def written(folder: Path, main_cf: str, master_cf: str | None = None) -> str:
    """A folder with these files."""
    (folder / "main.cf").write_text(main_cf)
    if master_cf is not None:
        (folder / "master.cf").write_text(master_cf)
    return str(folder)


def verdicts(folder: str, client: str) -> list[tuple[str | None, bool, str]]:
    """Of each service: its name, whether the client is in mynetworks, and whether it may relay."""
    found = service_verdicts(client, config_directory=folder)
    return [(verdict.service, verdict.trusted, verdict.may_relay) for verdict in found]


def test_a_service_that_narrows_mynetworks_trusts_nobody_else(tmp_path: Path) -> None:
    """master.cf decides for port 25, whatever main.cf trusts; the answer says where."""
    folder = written(tmp_path, LAN, NARROW)
    assert verdicts(folder, "192.168.1.5") == [("smtp", False, "no")]
    assert verdicts(folder, "127.0.0.1") == [("smtp", True, "yes")]
    status, out, _err = in_process("match", "-q", "-c", folder, "192.168.1.5")
    assert status == 1
    assert out == (
        "192.168.1.5: not trusted: no element of the list matches it; smtp has a list of its own "
        f"({folder}/master.cf, line 2, column 17)\n"
    )


RESTRICTIONS = "smtpd_relay_restrictions = permit_mynetworks, reject\n"
AT_HOME = f"{LAN}inet_interfaces = loopback-only\n"
BEHIND_PROXY = "smtp inet n - y - - smtpd\n127.0.0.1:10026 inet n - y - - smtpd\n  -o "


@pytest.mark.parametrize(
    ("main_cf", "master_cf", "client", "warned"),
    [
        (AT_HOME, None, "192.168.1.5", True),
        (AT_HOME, "smtp inet n - y - - smtpd\n127.0.0.1:10025 inet n - n - - smtpd\n", "192.168.1.5", True),
        (AT_HOME, None, "127.0.0.1", False),  # it can connect
        (AT_HOME, None, "192.0.2.1", False),  # nobody trusts it
        (LAN, None, "192.168.1.5", False),
        (f"{AT_HOME}smtpd_upstream_proxy_protocol = haproxy\n", None, "192.168.1.5", False),
        (AT_HOME, "192.168.1.1:smtp inet n - y - - smtpd\n", "192.168.1.5", False),
        (f"{LAN}inet_interfaces = $(x\n", None, "192.168.1.5", False),  # it does not start
        (f"{LAN}inet_interfaces = $smtpd_banner\n", None, "192.168.1.5", False),
        (AT_HOME, f"{BEHIND_PROXY}smtpd_upstream_proxy_protocol=haproxy\n", "192.168.1.5", False),
        (AT_HOME, f"{BEHIND_PROXY}smtpd_authorized_xforward_hosts=127.0.0.1\n", "192.168.1.5", True),
    ],
)
def test_a_trusted_client_that_cannot_connect_is_told(
    tmp_path: Path, main_cf: str, master_cf: str | None, client: str, warned: bool
) -> None:
    """With loopback-only Postfix hears of no other host, unless a service or a proxy says otherwise."""
    _status, out, err = in_process("match", "-q", "-c", written(tmp_path, main_cf, master_cf), client)
    assert out.startswith(f"{client}: ")
    assert ("inet_interfaces = loopback-only: a client elsewhere cannot connect to this Postfix" in err) == warned


def test_what_postfix_warns_of_is_told_once(tmp_path: Path) -> None:
    """Of master.cf, of the list, and of nothing else."""
    twice = "smtp inet n - y - - smtpd\nsmtp inet n - y - - smtpd\n"
    (tmp_path / "nets").write_text("10.0.0.1/8 x\n172.16.0.0/12 x\n")
    folder = written(tmp_path, f"{LAN} cidr:{tmp_path}/nets 192.168.1.5\n", twice)
    _status, out, err = in_process("match", "-q", "-c", folder, "192.0.2.1")
    assert out == "192.0.2.1: not trusted: no element of the list matches it\n"
    duplicate, network = err.splitlines()
    assert duplicate.endswith('duplicate master.cf entry for service "smtp" -- using the last entry')
    assert f"{tmp_path}/nets, line 1, column 1: cidr map {tmp_path}/nets, line 1: non-null host address bits" in network


def test_a_given_value_is_for_lists_that_are_computed(tmp_path: Path) -> None:
    """Also for that of a service with a style of its own; one that sets its list needs none."""
    master_cf = (
        "smtp inet n - y - - smtpd\n587 inet n - y - - smtpd -o mynetworks_style=subnet\n"
        "588 inet n - y - - smtpd -o mynetworks=192.168.1.0/24\n"
    )
    folder = written(tmp_path, START, master_cf)
    here = host(address("127.0.0.1", "255.0.0.0"), address("192.168.1.1", "255.255.255.0"))
    configuration = Configuration(read(folder), None, "mail", folder)
    for given, trusted in ((None, [False, True, True]), ("127.0.0.1", [False, False, True])):
        (row,) = verdicts_of(configuration, here, [("192.168.1.5", None)], inet_interfaces=given).of_clients
        assert [verdict.trusted for verdict in row] == trusted


def test_a_list_that_no_restriction_asks_lets_nobody_relay(tmp_path: Path) -> None:
    """The client is in mynetworks, and is refused all the same: status 1."""
    restrictions = "smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination\n"
    folder = written(tmp_path, f"{LAN}{restrictions}")
    assert verdicts(folder, "192.168.1.5") == [(None, True, "no")]
    status, out, _err = in_process("match", "-q", "-c", folder, "192.168.1.5")
    assert status == 1
    assert out == (
        "192.168.1.5: may not relay: in mynetworks, but nothing permits it before reject_unauth_destination "
        f"(smtpd_relay_restrictions, {folder}/main.cf, line 4, column 55); the list has it by 192.168.1.0/24 "
        f"(element 2, {folder}/main.cf, line 3, column 26): its address is in this network\n"
    )


def test_who_is_in_no_list_may_relay_if_restrictions_say_so(tmp_path: Path) -> None:
    """Also a client that mynetworks has not: status 0, and the answer says by what."""
    access = "smtpd_relay_restrictions = check_client_access inline:{203.0.113.9=OK}, reject_unauth_destination\n"
    folder = written(tmp_path, f"{LAN}{access}")
    status, out, _err = in_process("match", "-q", "-c", folder, "203.0.113.9")
    assert (status, out.startswith("203.0.113.9: may relay: not in mynetworks, but ")) == (0, True)
    assert verdicts(folder, "203.0.113.8") == [(None, False, "no")]


def test_what_only_others_know_cannot_be_told(tmp_path: Path) -> None:
    """A policy service decides: status 65."""
    policy = "check_policy_service unix:private/policy"
    folder = written(tmp_path, f"{LAN}smtpd_relay_restrictions = {policy}, reject_unauth_destination\n")
    assert verdicts(folder, "192.168.1.5") == [(None, True, "cannot tell")]
    assert in_process("match", "-q", "-c", folder, "192.168.1.5")[0] == 65


def test_the_service_on_port_25_decides_and_the_others_are_further_lines(tmp_path: Path) -> None:
    """Wherever it stands in master.cf; the others follow in its order."""
    folder = written(tmp_path, LAN, SUBMISSION)
    assert verdicts(folder, "192.168.1.5") == [
        ("smtp", True, "yes"),
        ("submission", True, "no"),
        ("127.0.0.1:10025", False, "no"),
    ]
    status, out, _err = in_process("match", "-q", "-c", folder, "192.168.1.5")
    first, second, third = out.splitlines()
    assert status == 0
    assert first.startswith("192.168.1.5: trusted by 192.168.1.0/24 (element 2, ")
    assert second.startswith("192.168.1.5 at submission: may not relay: ")
    assert third.startswith("192.168.1.5 at 127.0.0.1:10025: not trusted: ")


@pytest.mark.parametrize(
    ("master_cf", "client", "first"),
    [
        ("587 inet n - n - - smtpd\n10025 inet n - n - - smtpd\n", "192.168.1.5", "587"),
        ("587 inet n - n - - smtpd\n192.0.2.1:25 inet n - n - - smtpd\n", "192.168.1.5", "192.0.2.1:25"),
        ("127.0.0.1:25 inet n - n - - smtpd\n192.0.2.1:25 inet n - n - - smtpd\n", "192.168.1.5", "192.0.2.1:25"),
        ("127.0.0.1:25 inet n - n - - smtpd\n192.0.2.1:25 inet n - n - - smtpd\n", "127.0.0.1", "127.0.0.1:25"),
        ("127.0.0.1:25 inet n - n - - smtpd\n587 inet n - n - - smtpd\n", "192.168.1.5", "127.0.0.1:25"),
    ],
)
def test_without_a_service_on_port_25_the_first_decides(
    master_cf: str, client: str, first: str, tmp_path: Path
) -> None:
    """Of two on port 25, the one that the client can reach."""
    assert verdicts(written(tmp_path, LAN, master_cf), client)[0][0] == first


def test_behind_postscreen_smtpd_decides(tmp_path: Path) -> None:
    """What postscreen itself sets for mynetworks, and what main.cf has, are nothing to smtpd."""
    master_cf = (
        "smtp inet n - y - 1 postscreen -o mynetworks=0.0.0.0/0\nsmtpd pass - - y - - smtpd -o mynetworks=[::1]\n"
    )
    assert verdicts(written(tmp_path, LAN, master_cf), "192.168.1.5") == [("smtp", False, "no")]


def test_without_an_smtpd_in_the_network_main_cf_is_judged(tmp_path: Path) -> None:
    """And a warning says so."""
    folder = written(tmp_path, LAN, "smtp unix - - n - - smtp\n")
    assert verdicts(folder, "192.168.1.5") == [(None, True, "yes")]
    assert "has no smtpd of type inet" in in_process("match", "-q", "-c", folder, "192.168.1.5")[2]


@pytest.mark.parametrize(
    "broken",
    [
        "-o mynetworks",
        "-o mynetworks=$(x",
        "-o smtpd_relay_restrictions=permit_mynetworks",
        "-o mynetworks=$mynetworks",
        "-o mynetworks=!",
    ],
)
def test_an_smtpd_that_does_not_start_relays_for_nobody(broken: str, tmp_path: Path) -> None:
    """The reason is told, and the other services answer."""
    folder = written(tmp_path, LAN, f"smtp inet n - n - - smtpd {broken}\n587 inet n - n - - smtpd\n")
    first, second = service_verdicts("127.0.0.1", config_directory=folder)
    assert (first.may_relay, second.may_relay) == ("no", "yes")
    assert first.reason.startswith("smtpd does not start: ")
    assert in_process("match", "-q", "-c", folder, "127.0.0.1")[0] == 1


def test_a_master_cf_that_postfix_refuses_is_an_error(tmp_path: Path) -> None:
    """In master's words, with the line, and what to write."""
    folder = written(tmp_path, LAN, "smtp inet n - n - smtpd\n")
    with pytest.raises(MasterCfError, match=r"master\.cf: line 1: "):
        service_verdicts("127.0.0.1", config_directory=folder)
    status, out, err = in_process("match", "-q", "-c", folder, "127.0.0.1")
    assert (status, out) == (78, "")
    assert "write" in err


def test_a_given_list_is_asked_by_itself(tmp_path: Path) -> None:
    """--mynetworks and --style ask about a list, not about a service."""
    folder = written(tmp_path, LAN, NARROW)
    status, out, _err = in_process("match", "-q", "-c", folder, "--mynetworks", "192.168.1.0/24", "192.168.1.5")
    assert (status, out.split(":")[1]) == (0, " trusted by 192.168.1.0/24 (element 1, column 1)")


def test_an_override_stands_for_a_line_of_main_cf(tmp_path: Path) -> None:
    """What a service sets is before it; restrictions too can be asked about."""
    folder = written(tmp_path, LAN, NARROW)
    assert in_process("match", "-q", "-c", folder, "-o", "mynetworks=192.168.1.5", "192.168.1.5")[0] == 1
    override = "smtpd_relay_restrictions=reject_unauth_destination"
    assert in_process("match", "-q", "-c", folder, "-o", override, "127.0.0.1")[0] == 1


def test_json_has_each_service(tmp_path: Path) -> None:
    """With the restriction that decides, and its place."""
    folder = written(tmp_path, LAN, SUBMISSION)
    status, out, _err = in_process("match", "-q", "--json", "-c", folder, "192.168.1.5")
    (answer,) = validated(out)["answers"]
    assert (status, answer["service"], answer["in_mynetworks"], answer["may_relay"]) == (0, "smtp", True, "yes")
    submission, _amavis = answer["services"]
    assert (submission["service"], submission["may_relay"]) == ("submission", "no")
    assert submission["relay"]["restriction"] == "reject"
    assert submission["relay"]["parameter"] == "smtpd_relay_restrictions"
    assert (submission["relay"]["place"]["file"], submission["relay"]["place"]["line"]) == (f"{folder}/master.cf", 2)


def test_a_text_that_is_no_address_is_asked_of_the_list_alone(tmp_path: Path) -> None:
    """Status 65, as without a main.cf."""
    folder = written(tmp_path, LAN, NARROW)
    (verdict,) = service_verdicts("mail.example.com", config_directory=folder)
    assert (verdict.relay, verdict.may_relay, verdict.place) == (None, "cannot tell", Place())
    (verdict,) = service_verdicts("192.0.2.1", config_directory=written(tmp_path, LAN + RESTRICTIONS))
    assert (verdict.may_relay, str(verdict.place)) == ("no", f"{folder}/main.cf, line 4, column 47")
    assert in_process("match", "-q", "-c", folder, "mail.example.com")[0] == 65


def test_a_verdict_is_neither_true_nor_false(tmp_path: Path) -> None:
    """It would be true of every client."""
    (verdict,) = service_verdicts("127.0.0.1", config_directory=written(tmp_path, LAN))
    with pytest.raises(TypeError, match="may_relay"):
        bool(verdict)


def test_what_else_follows_mynetworks_is_named(tmp_path: Path) -> None:
    """Once, with --verbose; not what main.cf sets otherwise."""
    folder = written(tmp_path, f"{LAN}postscreen_access_list = static:x\n")
    err = in_process("match", "-v", "-c", folder, "127.0.0.1", "127.0.0.2")[2]
    assert "smtpd_client_event_limit_exceptions" in err
    assert "postscreen_access_list" not in err


def test_a_main_cf_that_is_a_part_is_asked_for_its_list(tmp_path: Path) -> None:
    """If it sets neither the level nor restrictions, smtpd starts with no part of it."""
    folder = written(tmp_path, "mynetworks = 192.168.1.0/24\n")
    (verdict,) = service_verdicts("192.168.1.5", config_directory=folder)
    assert (verdict.trusted, verdict.relay) == (True, None)
    assert "only mynetworks is asked" in in_process("match", "-v", "-c", folder, "192.168.1.5")[2]


def test_a_recorded_hosts_master_cf_is_read_beside_its_main_cf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also if the folder is named from the current one; a link that leaves the folder is not followed."""
    folder = tmp_path / "copy"
    folder.mkdir()
    written(folder, LAN, NARROW)
    recording = tmp_path / "host.json"
    recording.write_text(snapshot(host(address("192.0.2.1", "255.255.255.0"))))
    monkeypatch.chdir(tmp_path)
    asked = ["match", "-q", "--from", str(recording), "192.168.1.5", "-c"]
    for name in ("copy", "./copy", str(folder)):
        assert in_process(*asked, name)[:2] == (
            1,
            (
                "192.168.1.5: not trusted: no element of the list matches it; smtp has a list of its own "
                f"({name}/master.cf, line 2, column 17)\n"
            ),
        )
    (folder / "master.cf").rename(tmp_path / "elsewhere")
    (folder / "master.cf").symlink_to("../elsewhere")
    assert in_process(*asked, "copy")[0] == 65
