"""Tables that postmap makes: whether Postfix can open them is seen without Postfix, as a real smtpd shows."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from support.postfix.live_smtpd import CANNOT_TELL, NOT_TRUSTED, TRUSTED, Smtpd
from support.postfix.postmap import need_postmap

from ifdiscover._postfix.check.elements.match_list import check_list
from ifdiscover._postfix.lists.indexed import SUFFIXES, source_findings
from ifdiscover._postfix.lists.lookup_table import TableError
from ifdiscover._postfix.lists.match_list import CANNOT_TELL as UNKNOWN, MatchList
from ifdiscover._postfix.lists.tables import open_table
from ifdiscover._postfix.syntax.findings import HIGH, INFO, MEDIUM
from ifdiscover._postfix.syntax.machine import Machine

CLIENT = "10.1.2.3"
TYPES = list(SUFFIXES.items())


def refusal(word: str) -> TableError:
    """Why a table is not asked."""
    with pytest.raises(TableError) as caught:
        open_table(word)
    return caught.value


def set_age(path: Path, seconds: float) -> None:
    """Let a file look as if it was written so long ago."""
    then = time.time() - seconds
    os.utime(path, (then, then))


def made(source: Path, suffix: str = ".db", *, age: float = 3600, source_age: float = 7200) -> Path:
    """A source and beside it a file that could be the table's."""
    source.write_text(f"{CLIENT} OK\n")
    table = source.with_name(source.name + suffix)
    table.write_bytes(b"x")
    set_age(source, source_age)
    set_age(table, age)
    return table


def kinds(text: str) -> list[str]:
    """The names of what is found in a list."""
    return [found.kind for found in check_list(MatchList(text))]


@pytest.mark.parametrize(("kind", "suffix"), TYPES)
def test_a_table_that_is_there_is_left_to_postfix(kind: str, suffix: str, tmp_path: Path) -> None:
    """That is info, with the command that asks it; the source need not be there."""
    source = tmp_path / "networks"
    made(source, suffix)
    word = f"{kind}:{source}"
    error = refusal(word)
    assert (error.needs_postfix, error.is_there, error.findings) == (True, True, ())
    (found,) = check_list(MatchList(f"127.0.0.1 !{word}"))
    assert (found.kind, found.severity, found.cannot_tell) == ("table-for-postfix", INFO, False)
    assert found.remark == f"only Postfix itself can ask this table: postmap -q ADDRESS {word}"
    source.unlink()
    assert kinds(word) == ["table-for-postfix"]


@pytest.mark.parametrize(("kind", "suffix"), TYPES)
def test_a_table_that_is_not_there_is_unusable(kind: str, suffix: str, tmp_path: Path) -> None:
    """In Postfix's words, with the command that makes it, which takes no "!" before it."""
    source = tmp_path / "networks"
    source.write_text(f"{CLIENT} OK\n")
    (found,) = check_list(MatchList(f"127.0.0.1 !{kind}:{source}"))
    assert (found.kind, found.severity, found.place.column) == ("table-unusable", HIGH, 11)
    assert found.postfix_says == f"open database {source}{suffix}: No such file or directory"
    assert found.suggestion == f"postmap {kind}:{source}"
    source.unlink()
    (found,) = check_list(MatchList(f"{kind}:{source}"))
    assert found.suggestion == f"postmap {kind}:{source}, when {source} is there"


def test_match_says_what_postfix_makes_of_it(tmp_path: Path) -> None:
    """451 to each client that comes as far as to a table without a file; of a good one ifdiscover cannot tell."""
    source = tmp_path / "networks"
    source.write_text(f"{CLIENT} OK\n")
    word = f"hash:{source}"
    decision = MatchList(f"127.0.0.1 !{word}").decide(CLIENT)
    missing = f"open database {source}.db: No such file or directory"
    assert (decision.verdict, decision.reason) == (UNKNOWN, f"{missing}; run postmap {word}")
    said = (f"{word} is unavailable. {missing}", f"mynetworks: {word}: table lookup problem")
    assert decision.postfix_says == said
    assert MatchList(f"127.0.0.1 {word}").decide("127.0.0.1").trusted
    made(source)
    decision = MatchList(word).decide(CLIENT)
    assert (decision.verdict, decision.postfix_says) == (UNKNOWN, ())
    assert decision.reason == f"only Postfix itself can ask this table: postmap -q ADDRESS {word}"


def test_the_suffix_is_not_written(tmp_path: Path) -> None:
    """Postfix adds it to a name that has it."""
    source = tmp_path / "networks"
    made(source)
    (found,) = check_list(MatchList(f"!hash:{source}.db"))
    assert found.postfix_says == f"open database {source}.db.db: No such file or directory"
    assert found.suggestion == f"!hash:{source}"
    assert MatchList(f"hash:{source}.db").decide(CLIENT).reason.endswith(f"; write hash:{source}")


def test_a_damaged_table_is_unusable(tmp_path: Path) -> None:
    """An empty one, a folder, a link to nowhere; of the other types only their libraries can tell."""
    source = tmp_path / "networks"
    table = made(source)
    table.write_bytes(b"")
    (found,) = check_list(MatchList(f"btree:{source}"))
    assert (found.postfix_says, found.suggestion) == (
        f"open database {source}.db: Invalid argument",
        f"postmap btree:{source}",
    )
    table.unlink()
    table.mkdir()
    (found,) = check_list(MatchList(f"hash:{source}"))
    assert (found.postfix_says, found.suggestion) == (f"open database {source}.db: Is a directory", "")
    made(source, ".cdb").write_bytes(b"")
    made(source, ".lmdb").write_bytes(b"")
    assert kinds(f"cdb:{source}") == kinds(f"lmdb:{source}") == ["needs-postfix"]


def test_a_table_without_berkeley_db_is_not_called_missing(tmp_path: Path) -> None:
    """Newer Postfixes can be told to read cdb or lmdb where main.cf says hash."""
    source = tmp_path / "networks"
    made(source, ".lmdb")
    (found,) = check_list(MatchList(f"hash:{source}"))
    assert found.kind == "needs-postfix"
    assert f"{source}.lmdb is" in found.remark
    Path(f"{source}.db").touch()
    (found,) = check_list(MatchList(f"hash:{source}"))  # it has one of Berkeley DB
    assert found.postfix_says == f"open database {source}.db: Invalid argument"
    (found,) = check_list(MatchList(f"cdb:{source}"))
    assert found.postfix_says == f"open database {source}.cdb: No such file or directory"


def test_what_ifdiscover_may_not_see_is_no_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Postfix opens it as root; the mode of the table does not matter to either."""
    made(tmp_path / "networks").chmod(0)
    assert kinds(f"hash:{tmp_path}/networks") == ["table-for-postfix"]
    fifo = tmp_path / "fifo.db"
    os.mkfifo(fifo)
    assert kinds(f"hash:{tmp_path}/fifo") == ["needs-postfix"]
    error = refusal(f"hash:{tmp_path}/networks\0")
    assert (error.needs_postfix, error.is_there) == (True, False)

    def forbidden(path: bytes) -> None:
        raise PermissionError(13, os.strerror(13), path)

    monkeypatch.setattr(os, "stat", forbidden)  # root may search every folder
    error = refusal("hash:/secret/networks")
    assert (error.needs_postfix, error.is_there) == (True, False)


def test_a_table_that_is_older_than_its_source_is_stale(tmp_path: Path) -> None:
    """Postfix compares whole seconds, and is silent about the changes of the last 100."""
    source = tmp_path / "networks"
    word = f"hash:{source}"
    table = made(source, age=7200, source_age=3600)
    stale, there = check_list(MatchList(word))
    assert (stale.kind, stale.severity, stale.element, there.kind) == ("table-stale", MEDIUM, word, "table-for-postfix")
    assert stale.postfix_says == f"database {source}.db is older than source file {source}"
    assert stale.suggestion == f"postmap {word}"
    set_age(source, 10)
    (stale, _there) = check_list(MatchList(word))
    assert (stale.kind, stale.postfix_says) == ("table-stale", "")
    os.utime(table, ns=(5 * 10**9, 5 * 10**9))
    os.utime(source, ns=(5 * 10**9 + 10**8, 5 * 10**9 + 10**8))
    assert kinds(word) == ["table-for-postfix"]


@pytest.mark.parametrize(("changed", "warned"), [(9_899, True), (9_900, False), (9_999, False)])
def test_of_the_changes_of_the_last_100_seconds_postfix_is_silent(
    changed: int, *, warned: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In whole seconds, these too; a change is told all the same."""
    source = tmp_path / "networks"
    table = made(source)
    for path, then in ((table, 5), (source, changed)):
        os.utime(path, (then, then))
    monkeypatch.setattr(time, "time", lambda: 10_000.7)
    (stale,) = refusal(f"hash:{source}").findings
    assert (stale.kind, stale.level, bool(stale.postfix_says)) == (
        "table-stale",
        "warning" if warned else "silent",
        warned,
    )


def test_the_source_has_the_faults_that_the_table_will_have(tmp_path: Path) -> None:
    """Networks as keys and refusals, at their lines, once, whether postmap was run or not."""
    source = tmp_path / "networks"
    made(source).unlink()
    source.write_text("10.0.0.0/8 OK\n10.1.2.3 REJECT\n2001:DB8::1 OK\nexample.com permit\n")
    word = f"hash:{source}"
    lines = [("table-key-network", 1), ("table-result-ignored", 2)]
    found = check_list(MatchList(f"{word} {word}"))
    assert [(one.kind, one.place.line) for one in found[2:]] == lines
    made(tmp_path / "other").rename(f"{source}.db")
    set_age(source, 7200)
    found = check_list(MatchList(word))
    assert [(one.kind, one.place.line) for one in found[1:]] == lines
    assert kinds(f"!{word}") == ["table-for-postfix", "table-key-network"]
    assert kinds(f"!10.0.0.0/8 {word}") == ["table-for-postfix"]


@pytest.mark.parametrize("word", ["hash:networks", "texthash:{}/networks", "cidr:{}/networks"])
def test_no_text_is_read_as_a_source_that_is_none(word: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Postfix takes no name from where it was started, and reads other types itself."""
    Path(tmp_path, "networks").write_text("10.0.0.0/8 OK\n")
    monkeypatch.chdir(tmp_path)
    assert source_findings(word.format(tmp_path), Machine()) == []
    assert source_findings(f"hash:{tmp_path}/networks", Machine()) != []


def test_a_name_cannot_become_another_command() -> None:
    """A suggestion is to be pasted into a shell, and main.cf may be a stranger's."""
    (found,) = check_list(MatchList("hash:/nonexistent/a;reboot"))
    assert found.suggestion.startswith("postmap 'hash:/nonexistent/a;reboot'")
    (found,) = check_list(MatchList("hash:/nonexistent/réseaux"))
    assert found.suggestion.startswith("postmap hash:/nonexistent/réseaux,")


@pytest.mark.netns
def test_smtpd_says_and_does_the_same(tmp_path: Path) -> None:
    """Of tables in every state: its sentence is ours; an unusable one answers 451, a stale one is asked."""
    need_postmap()
    tmp_path.chmod(0o755)

    def postmapped(name: str, *, kind: str = "hash", age: float = 3600, source_age: float = 7200) -> Path:
        source = tmp_path / name
        source.write_text(f"{CLIENT} OK\n192.168.1 OK\n")
        subprocess.run(["postmap", f"{kind}:{source}"], check=True)
        set_age(source, source_age)
        set_age(Path(f"{source}.db"), age)
        return source

    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    Path(f"{postmapped('secret')}.db").chmod(0)
    shutil.copy(f"{postmapped('alone')}.db", tmp_path / "lone.db")
    Path(tmp_path, "empty.db").touch()
    Path(tmp_path, "folder.db").mkdir()
    Path(tmp_path, "dangling.db").symlink_to("nowhere")
    Path(tmp_path, "loop.db").symlink_to("loop.db")
    names = {
        f"hash:{postmapped('good')}": TRUSTED,
        f"btree:{postmapped('tree', kind='btree')}": TRUSTED,
        f"hash:{postmapped('stale', age=7200, source_age=3600)}": TRUSTED,
        f"hash:{postmapped('young', age=7200, source_age=20)}": TRUSTED,
        f"hash:{tmp_path}/lone": TRUSTED,
        f"hash:{tmp_path}/secret": TRUSTED,
        f"hash:{postmapped('private/networks')}": TRUSTED,
        **dict.fromkeys(
            [
                *(f"hash:{tmp_path}/{name}" for name in ("absent", "good.db", "good/x", "empty", "folder", "loop")),
                *(f"btree:{tmp_path}/{name}" for name in ("absent", "empty", "dangling")),
            ],
            CANNOT_TELL,
        ),
    }
    with Smtpd(list(names)) as smtpd:
        for number, (word, verdict) in enumerate(names.items()):
            assert smtpd.verdict(number, CLIENT) == verdict
            match_list = MatchList(word)
            unusable = [found for found in match_list.findings if found.level == "error"]
            assert bool(unusable) == (verdict == CANNOT_TELL)
            said = [f"{found.level}: {found.postfix_says}" for found in match_list.findings if found.postfix_says]
            said += [f"warning: {sentence}" for sentence in match_list.decide(CLIENT).postfix_says]
            assert smtpd.said(number) == said
            if verdict == TRUSTED:
                assert smtpd.verdict(number, "192.168.1.5") == NOT_TRUSTED
                assert "table-for-postfix" in kinds(word)
    healthy = check_list(MatchList(f"hash:{tmp_path}/lone"))
    assert [found.severity for found in healthy] == [INFO]
