"""By which list clients are trusted: given, set, or computed; and that no more is read than it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

import pytest
from support.made import address, host

from ifdiscover import discovery
from ifdiscover._postfix.parameters.configuration import Configuration
from ifdiscover._postfix.parameters.main_cf import parse
from ifdiscover._postfix.trusted import COMPUTED, CONFIGURED, GIVEN, list_in_force
from ifdiscover.errors import MatchListError, StyleError, UnknownDefaultError, UsageError
from ifdiscover.model import Recorded

if TYPE_CHECKING:
    from ifdiscover.model import Host

HERE = host(address("192.0.2.10", "255.255.255.0"), address("2001:db8::1", "ffff:ffff:ffff:ffff::"))


def of(text: str | None, **overrides: str) -> Configuration:
    """A configuration of a main.cf's text, and of overrides."""
    return Configuration(None if text is None else parse(text), overrides, "relay")


def never() -> NoReturn:
    """A host that is not to be read."""
    raise AssertionError("the host was read")


@pytest.mark.parametrize("configuration", [None, of("mynetworks = 203.0.113.0/24\n"), of(None, x="10.0.0.0/8")])
def test_a_given_list_comes_before_all(configuration: Configuration | None) -> None:
    """And needs no host."""
    found = list_in_force(configuration, mynetworks="10.0.0.0/8", read_host=never)
    assert (found.which, found.style, found.host) == (GIVEN, None, None)
    assert found.match_list.decide("10.1.1.1").verdict == "trusted"
    assert found.match_list.decide("203.0.113.7").verdict == "not trusted"


def test_a_given_list_is_expanded() -> None:
    """With what is set for this run."""
    found = list_in_force(of(None, x="10.0.0.0/8"), mynetworks="$x", read_host=never)
    assert found.match_list.decide("10.1.1.1").verdict == "trusted"


def test_the_list_that_is_set_comes_next() -> None:
    """By main.cf or for this run; each element has its place."""
    for configuration in (of("mynetworks = 10.0.0.0/8\n"), of("", mynetworks="10.0.0.0/8")):
        found = list_in_force(configuration, read_host=never)
        assert (found.which, found.host) == (CONFIGURED, None)
        assert found.match_list.decide("10.1.1.1").verdict == "trusted"
    decision = list_in_force(of("x = 1\nmynetworks = 10.0.0.0/8\n")).match_list.decide("10.1.1.1")
    assert decision.element is not None
    assert str(decision.element.place).startswith("main.cf, line 2")


def test_a_style_asks_for_the_computed_list_whatever_is_set() -> None:
    """Otherwise a list is computed only where none is set."""
    configuration = of("mynetworks = 10.0.0.0/8\n")
    found = list_in_force(configuration, HERE, style="subnet")
    assert (found.which, found.style, found.host) == (COMPUTED, "subnet", HERE)
    assert found.match_list.decide("192.0.2.99").verdict == "trusted"
    assert found.match_list.decide("10.1.1.1").verdict == "not trusted"


@pytest.mark.parametrize(
    ("configuration", "style"),
    [
        (None, "host"),
        (of(""), "subnet"),
        (of("compatibility_level = 2\n"), "host"),
        (of("mynetworks_style=class"), "class"),
    ],
    ids=["no main.cf", "level 0", "level 2", "set"],
)
def test_a_list_is_computed_with_the_parameters_in_force(configuration: Configuration | None, style: str) -> None:
    """The style, and the families and addresses in use."""
    found = list_in_force(configuration, HERE, inet_protocols="ipv4", inet_interfaces="192.0.2.10")
    assert (found.which, found.style) == (COMPUTED, style)
    assert found.match_list.decide("192.0.2.10").verdict == "trusted"
    assert found.match_list.decide("192.0.2.99").verdict == ("not trusted" if style == "host" else "trusted")
    assert found.match_list.decide("2001:db8::1").verdict == "not trusted"


def test_a_host_is_read_once_and_only_for_a_list_that_is_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the caller reads it, or else discovered."""
    read: list[str] = []

    def reading(how: str) -> Host:
        read.append(how)
        return HERE

    assert list_in_force(read_host=lambda: reading("by the caller")).host is HERE
    monkeypatch.setattr(discovery, "discover", lambda: reading("discovered"))
    assert list_in_force().host is HERE
    assert read == ["by the caller", "discovered"]


@pytest.mark.parametrize(("interfaces", "protocols"), [("all", None), (None, "all")])
def test_what_a_list_is_not_made_of_is_refused(interfaces: str | None, protocols: str | None) -> None:
    """Nothing that was asked for is passed over in silence."""
    for configuration, given in ((None, "10.0.0.0/8"), (of("mynetworks = 10.0.0.0/8\n"), None)):
        with pytest.raises(UsageError, match="mynetworks is set"):
            list_in_force(
                configuration,
                mynetworks=given,
                inet_interfaces=interfaces,
                inet_protocols=protocols,
                read_host=never,
            )


def test_whether_a_domain_matches_the_names_below_it_is_main_cfs_to_say() -> None:
    """By default it does."""
    for configuration, verdict in ((None, "trusted"), (of("parent_domain_matches_subdomains =\n"), "not trusted")):
        found = list_in_force(configuration, mynetworks="example.com")
        assert found.match_list.decide("192.0.2.7", name="mail.example.com").verdict == verdict


@pytest.mark.parametrize(("value", "error"), [("!", MatchListError), ("pcre:/nosuch", UnknownDefaultError)])
def test_no_list_is_made_where_smtpd_does_not_start_or_nobody_can_tell(value: str, error: type[Exception]) -> None:
    """Neither is the host read for it."""
    with pytest.raises(error):
        list_in_force(of(f"parent_domain_matches_subdomains = {value}\n"), read_host=never)


def test_a_style_that_is_none_is_postfixs_error() -> None:
    """In its words."""
    with pytest.raises(StyleError, match="unknown mynetworks mask style"):
        list_in_force(None, HERE, style="wide")


def test_warnings_are_those_of_the_way_to_the_list() -> None:
    """Of parameters first, then of the host; of a host that is not read none."""
    warned = host(address("192.0.2.10", "255.255.255.0"), warnings=("of the host",), recorded=Recorded())
    odd = {"misspelt": "1"}
    assert list_in_force(of("", **odd), warned).warnings == ("-o: unused parameter: misspelt=1", "of the host")
    assert list_in_force(of("", mynetworks="1.2.3.4", **odd), warned).warnings == ("-o: unused parameter: misspelt=1",)
    assert list_in_force(of("", **odd), warned, mynetworks="$x").warnings == (
        "-o: unused parameter: misspelt=1",
        "undefined parameter: x: Postfix takes it for empty",
    )
