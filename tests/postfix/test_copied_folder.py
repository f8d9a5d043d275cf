"""The folder of main.cf may be a copy of the one that the host's Postfix has, and is read in its place."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

import pytest
from support.made import host
from support.postfix.elsewhere import GONE, HEAD, HOST, checked, folder_of, kinds, recording_in
from support.program import in_process

from ifdiscover import check, trusted_clients

if TYPE_CHECKING:
    from pathlib import Path

OWN = "config_directory = /etc/postfix\n"


@pytest.fixture
def recording(tmp_path: Path) -> str:
    """The host's snapshot, in another folder than any main.cf."""
    return recording_in(tmp_path)


@pytest.mark.parametrize("on", ["recorded", "here"])
@pytest.mark.parametrize("word", ["/etc/postfix/networks", "/etc/postfix//./networks", "$config_directory/networks"])
def test_a_copy_of_postfixs_folder_is_read_in_its_place(word: str, on: str, tmp_path: Path) -> None:
    """If main.cf says which folder it is for. Messages keep the path that Postfix would say."""
    path = word.replace("$config_directory", "/etc/postfix")
    folder = folder_of(tmp_path, f"{OWN}mynetworks = {word}\n", {"networks": "10.0.0.0/8\n192.0.2.1/24\n"})
    this = HOST if on == "recorded" else host(*HOST.addresses)
    (found,) = [found for found in check(this, config_directory=folder) if found.severity == "high"]
    assert found.kind == "host-bits"
    assert str(found.place) == f"{path}, line 2, column 1"
    match_list = trusted_clients(this, config_directory=folder).match_list
    assert match_list.decide("10.1.2.3").trusted
    assert str(match_list.decide("10.1.2.3").element.place) == f"{path}, line 1, column 1"  # type: ignore[union-attr]  # there is one


def test_tables_and_files_of_files_are_read_from_the_copy(tmp_path: Path, recording: str) -> None:
    """As everything that the host's Postfix would find in its folder."""
    files = {
        "networks": "cidr:/etc/postfix/nets texthash:/etc/postfix/more hash:/etc/postfix/made\n",
        "nets": "10.0.0.0/8 OK\n172.16.0.1/12 OK\n",
        "more": "192.0.2.99 OK\n",
        "made.db": "x",
    }
    folder = folder_of(tmp_path, f"{OWN}mynetworks = /etc/postfix/networks\n", files)
    status, found = checked("-c", folder, "--from", recording)
    assert (status, kinds(found)) == (1, ["table-rule-ignored", "table-for-postfix"])
    assert "cidr map /etc/postfix/nets, line 2: non-null host address bits" in found[0]["postfix_says"]
    for client, status in (("10.1.2.3", 0), ("192.0.2.99", 0), ("203.0.113.7", 65)):
        assert in_process("match", "-q", "-c", folder, "--from", recording, client)[0] == status


def test_an_override_tells_which_folder_it_is_a_copy_of(tmp_path: Path, recording: str) -> None:
    """As the remark of the finding advises."""
    folder = folder_of(tmp_path, "mynetworks = /srv/mail/networks\n", {"networks": "10.0.0.0/8\n"})
    asked = ["-c", folder, "--from", recording]
    status, (finding,) = checked(*asked)
    assert (status, finding["kind"]) == (65, "not-on-this-machine")
    assert finding["remark"].endswith("give -c DIR -o config_directory=/srv/mail")
    assert checked(*asked, "-o", "config_directory=/srv/mail") == (0, [])
    assert in_process("match", "-q", *asked, "-o", "config_directory=/srv/mail", "10.1.2.3")[0] == 0


def test_what_the_copy_lacks_is_only_on_the_host(tmp_path: Path, recording: str) -> None:
    """A copy need not be complete. What the host's Postfix reads from the copy's own path must be there."""
    folder = folder_of(tmp_path, f"{OWN}mynetworks = /etc/postfix/networks\n")
    status, found = checked("-c", folder, "--from", recording)
    assert (status, kinds(found)) == (65, ["not-on-this-machine"])
    folder = folder_of(tmp_path, "mynetworks = $config_directory/networks\n")
    assert kinds(checked("-c", folder, "--from", recording)[1]) == ["list-file-missing"]


def test_a_folder_whose_name_only_begins_alike_is_another(tmp_path: Path, recording: str) -> None:
    """And so is the folder above."""
    for path in ("/etc/postfix-old/networks", "/etc/networks", "/etc/postfix/../networks"):
        folder = folder_of(tmp_path, f"{OWN}mynetworks = {path}\n", {"networks": "10.0.0.0/8\n"})
        assert "not-on-this-machine" in kinds(checked("-c", folder, "--from", recording)[1])
    beside = tmp_path / "copy-of-another"
    beside.write_text("10.0.0.0/8\n")
    folder = folder_of(tmp_path, f"mynetworks = {beside}\n")
    assert kinds(checked("-c", folder, "--from", recording)[1]) == ["not-on-this-machine"]


def test_a_link_that_leaves_the_copy_is_not_followed(tmp_path: Path, recording: str) -> None:
    """On the host it leads to a file of the host. One that stays in the copy is followed."""
    folder = folder_of(tmp_path, "mynetworks = $config_directory/linked\n", {"networks": "10.0.0.0/8\n"})
    linked = tmp_path / "copy" / "linked"
    linked.symlink_to("/etc/passwd")
    assert kinds(checked("-c", folder, "--from", recording)[1]) == ["not-on-this-machine"]
    linked.unlink()
    linked.symlink_to("networks")
    assert checked("-c", folder, "--from", recording) == (0, [])


def test_a_main_cf_that_is_a_file_has_its_folder(
    tmp_path: Path, recording: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also under a relative name; a list that is a file has none, nor has standard input."""
    folder = folder_of(tmp_path, f"{OWN}mynetworks = /etc/postfix/networks\n", {"networks": "10.0.0.0/8\n"})
    monkeypatch.chdir(folder)
    for name in (f"{folder}/main.cf", "main.cf", "./main.cf"):
        assert kinds(checked(name, "--from", recording)[1]) == []
    (tmp_path / "copy" / "list").write_text(f"{GONE}\n")
    assert kinds(checked("list", "--from", recording)[1]) == ["not-on-this-machine"]
    text = f"{HEAD}mynetworks = /etc/postfix/networks {folder}/networks\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert kinds(checked("-", "--from", recording)[1]) == ["not-on-this-machine"] * 2


def test_postfixs_own_folder_is_no_copy_of_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without -c, this machine's Postfix reads what its config_directory names."""
    folder = folder_of(
        tmp_path, "config_directory = /nosuch\nmynetworks = /nosuch/networks\n", {"networks": "10.0.0.0/8"}
    )
    for module in ("in_force", "parameters.configuration"):
        monkeypatch.setattr(f"ifdiscover._postfix.{module}.DIRECTORY", folder)
    monkeypatch.setattr("ifdiscover._cli.host.DIRECTORY", folder)
    monkeypatch.delenv("MAIL_CONFIG", raising=False)
    assert "list-file-missing" in kinds(checked()[1])
    assert in_process("match", "-q", "10.1.2.3")[0] == 65
    assert in_process("match", "-q", "-c", folder, "10.1.2.3")[0] == 0


def test_a_copy_is_no_fault(tmp_path: Path, recording: str) -> None:
    """A Postfix that is given the copy says that main.cf names another folder; the recorded host's has no cause to."""
    folder = folder_of(tmp_path, f"{OWN}mynetworks = /etc/postfix/networks\n", {"networks": "10.0.0.0/8\n"})
    for what in (["-c", folder], [f"{folder}/main.cf"]):
        assert checked(*what, "--from", recording) == (0, [])
        of_folder = [found for found in checked(*what)[1] if found["kind"] == "setting-overridden"]
        assert [(found["severity"], found["element"]) for found in of_folder] == [("info", "config_directory")]
        assert "overriding earlier entry: config_directory=" in of_folder[0]["postfix_says"]
    assert in_process("match", "-q", "-c", folder, "--from", recording, "10.1.2.3")[2] == ""
    twice = folder_of(tmp_path, f"{OWN}config_directory = /etc/other\n")
    assert [found["severity"] for found in checked("-c", twice, "--from", recording)[1]] == ["medium"]
