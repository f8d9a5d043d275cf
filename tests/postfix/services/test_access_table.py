"""Access tables are opened and read as smtpd does, access(5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ifdiscover._postfix.lists.lookup_table import TableError
from ifdiscover._postfix.services.access_table import DISCARD, action_of, open_access
from ifdiscover._postfix.services.restriction_words import DEFER, ERROR, NEXT, PERMIT, REJECT
from ifdiscover._postfix.syntax.machine import Machine

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("result", "action"),
    [
        ("OK", PERMIT),
        ("ok because", PERMIT),
        ("Relay", PERMIT),
        ("1234", PERMIT),
        ("550", PERMIT),  # a number alone is OK, whichever it is
        ("550 no", REJECT),
        ("450\tlater", REJECT),
        ("421 later", REJECT),
        ("550 \xe9", REJECT),
        ("55 no", ""),
        ("5500 no", ""),
        ("255 no", ""),
        ("4\u0665\u0660 no", ""),  # digits of another script
        ("REJECT", REJECT),
        ("defer", REJECT),
        ("DEFER_IF_PERMIT later", DEFER),
        ("DEFER_IF_REJECT later", NEXT),
        ("DUNNO", NEXT),
        ("FILTER smtp:[192.0.2.1]", NEXT),
        ("PREPEND X-Client: known", NEXT),
        ("DISCARD", DISCARD),
        ("static:OK", ERROR),
        ("check_client_access hash:/etc/postfix/access", ERROR),
        ("permit_mynetworks, reject", ""),
        ("reject, permit", ""),
        ("600 no", ""),
        ("550no", ""),
        ("anything", ""),
    ],
)
def test_a_result_is_an_action_or_a_list(result: str, action: str) -> None:
    """An empty text stands for a list of restrictions."""
    assert action_of(result) == action


@pytest.mark.parametrize(
    ("address", "keys"),
    [
        ("192.168.1.5", ["192.168.1.5", "192.168.1", "192.168", "192"]),
        ("2001:db8::1", ["2001:db8::1", "2001:db8:", "2001:db8", "2001"]),
        ("::1", ["::1", ":"]),
    ],
)
def test_an_address_is_looked_up_part_by_part(address: str, keys: list[str]) -> None:
    """The longest key decides, and no other text of the address is a key."""
    for number, key in enumerate(keys):
        entries = ", ".join(f"{{ {one} = {one}! }}" for one in (*keys[number:], f"{key}.", "[", "0"))
        table = open_access(f"inline:{{ {entries} }}", Machine())
        assert table.for_client(address, "unknown", []) == [f"{key}!"]


def test_a_name_comes_before_the_address() -> None:
    """First the name, then the domains above it."""
    table = open_access("inline:{192.0.2.1=a, mail.example.com=b, example.com=c}", Machine())
    assert table.for_client("192.0.2.1", "MAIL.example.com", ["example.com"]) == ["b"]
    assert table.for_client("192.0.2.1", "www.example.com", ["example.com"]) == ["c"]
    assert table.for_client("192.0.2.1", "example.net", ["net"]) == ["a"]


def test_of_a_name_that_is_not_known_every_key_may_be_it() -> None:
    """Addresses and mail addresses are none."""
    table = open_access("inline:{192.0.2.1=a, mail.example.com=b, 10=c, x@example.com=d, unknown=e}", Machine())
    assert table.for_client("192.0.2.1", None, []) == ["a", "b", "e"]


def test_keys_are_folded_and_the_last_of_two_counts() -> None:
    """In a list in braces; the same key twice in a file is an error."""
    table = open_access("inline:{Mail.Example.com=a, mail.example.COM=b}", Machine())
    assert table.for_client("192.0.2.1", "mail.example.com", []) == ["b"]


def test_two_keys_that_fold_to_one_spoil_a_file(tmp_path: Path) -> None:
    """Postfix does not open it."""
    path = tmp_path / "access"
    path.write_text("Mail.example.com OK\nmail.example.com REJECT\n")
    with pytest.raises(TableError, match=f'{path}, line 2: duplicate entry: "mail.example.com"'):
        open_access(f"texthash:{path}", Machine())


@pytest.mark.parametrize(
    "word", ["unix:passwd.byname", "unix:/nonexistent", "pcre:/etc/postfix/access", "socketmap:inet:127.0.0.1:1:x"]
)
def test_a_table_of_a_type_that_only_postfix_reads_is_left_to_it(word: str) -> None:
    """It is not read as another type."""
    with pytest.raises(TableError) as caught:
        open_access(word, Machine())
    assert caught.value.needs_postfix


def test_a_table_of_networks_is_asked_for_the_address() -> None:
    """Its first rule that holds answers; a message is none of its keys."""
    table = open_access("cidr:{ {192.0.2.0/24 REJECT}, {0.0.0.0/0 OK} }", Machine())
    assert table.for_client("192.0.2.1", "mail.example.com", ["example.com"]) == ["REJECT"]
    assert table.for_client("198.51.100.1", None, []) == ["OK"]
    assert table.for_client("2001:db8::1", None, []) == [None]
    assert table.for_message() == [None]


def test_a_result_that_is_no_text_is_a_fault_of_the_table() -> None:
    """Such an answer is a 451."""
    table = open_access("cidr:{ {192.0.2.0/24 \udcff} }", Machine())
    with pytest.raises(TableError, match="non-UTF-8 value"):
        table.for_client("192.0.2.1", None, [])


def test_a_static_table_has_everything() -> None:
    """Every client and every message."""
    table = open_access("static:{ permit_mynetworks, reject }", Machine())
    assert table.for_client("192.0.2.1", None, []) == ["permit_mynetworks, reject"]
    assert table.for_message() == ["permit_mynetworks, reject"]
