"""What differs between two answers."""

from __future__ import annotations

from hypothesis import given, strategies as st

from ifdiscover._postfix.changes.answer import Answer
from ifdiscover._postfix.changes.difference import COMPARED, Change, differences

TEXTS = st.lists(st.sampled_from(["192.0.2.10", "192.0.2.20", "2001:db8::10"]), unique=True).map(tuple)
ELEMENTS = st.lists(st.sampled_from(["192.0.2.0/24", "!192.0.2.7", "[2001:db8::]/64"]), unique=True).map(tuple)
ANSWERS = st.builds(
    Answer, TEXTS, TEXTS, ELEMENTS, TEXTS, listens_on=TEXTS, error=st.sampled_from(["", "bad mynetworks_style value"])
)


def values(answer: Answer, field: str) -> set[str]:
    """The texts in a field."""
    value = getattr(answer, field)
    return set(value if isinstance(value, tuple) else (value,)) - {""}


@given(ANSWERS, ANSWERS)
def test_what_came_and_went_makes_one_of_the_other(before: Answer, after: Answer) -> None:
    """In each field; and nothing is told only if all fields are equal, whatever their order."""
    changes = {change.field: change for change in differences(before, after)}
    for field in COMPARED:
        old, new = values(before, field), values(after, field)
        change = changes.get(field, Change(field, (), ()))
        assert (old - set(change.gone)) | set(change.come) == new
        assert (field in changes) >= (old != new)


@given(ANSWERS)
def test_an_answer_does_not_differ_from_itself(answer: Answer) -> None:
    """Nor from one with other sockets: what Postfix needs tells that."""
    assert differences(answer, answer._replace(listens_on=())) == ()


def test_the_order_of_a_list_with_an_exclusion_counts() -> None:
    """The first element that matches a client decides."""
    plain, excluding = ("192.0.2.0/24", "198.51.100.0/24"), ("!192.0.2.7", "192.0.2.0/24")
    assert differences(Answer(mynetworks=plain), Answer(mynetworks=plain[::-1])) == ()
    assert differences(Answer(mynetworks=excluding), Answer(mynetworks=excluding[::-1])) == (
        Change("mynetworks", excluding, excluding[::-1]),
    )
