"""The one line of reasons beside an item: what is largest, what a rule has against it, and how much is left unnamed."""

import pytest

from kgrec.dialogue.wording import named_match, reason_line
from kgrec.domain import Place, Reason, Recommendation

RULE = Place("evening.yaml", 3, 1)


def told(*reasons: Reason) -> str:
    return reason_line(Recommendation("a", "Axe", sum(reason.share for reason in reasons), 0.8, reasons))


def liked(share: float, name: str) -> Reason:
    return Reason("linear", share, f"you like {name}", (name, "a"))


def rest(share: float) -> Reason:
    return Reason("linear", share, "and 226 more of your opinions", is_rest=True)


def rule(share: float) -> Reason:
    return Reason("rules", share, "it is too late", (), RULE)


@pytest.mark.parametrize(
    ("reasons", "line"),
    [
        ((liked(0.6, "b"), liked(0.3, "c"), rest(3.6)), "you like b; you like c; and 226 more of your opinions"),
        ((liked(0.6, "b"), liked(0.3, "c"), rest(0.8)), "you like b; you like c"),
        ((liked(0.6, "b"), liked(0.3, "c"), rest(-2.0)), "you like b; you like c"),
        ((liked(0.6, "b"), rule(-0.5), liked(0.3, "c")), "you like b; you like c; − it is too late"),
        ((liked(0.6, "b"), liked(0.5, "c"), rule(-0.3)), "you like b; you like c"),
        ((liked(0.6, "b"), liked(-0.5, "c"), liked(0.3, "d")), "you like b; you like d"),
        ((rule(-0.5), liked(-0.3, "b"), liked(-0.2, "c")), "− it is too late; − you like b"),
        ((rest(1.0),), "and 226 more of your opinions"),
    ],
)
def test_the_line_hides_neither_a_larger_rest_nor_a_rule_against_it(reasons: tuple[Reason, ...], line: str) -> None:
    assert told(*reasons) == line


def test_a_match_is_called_so_and_those_of_several_people_by_their_names() -> None:
    assert named_match(Recommendation("a", "Axe", 1.0, 0.8)) == "match 80%"
    assert named_match(Recommendation("a", "Axe", 1.0, 0.8, matches=(("ann", 0.9), ("bob", 0.7)))) == "ann 90%, bob 70%"
