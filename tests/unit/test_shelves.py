"""Pages of titled rows: what rows there are, why, in which order, and what stands on them."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from communities import community
from library import ONTOLOGY, library

from kgrec.blend import match
from kgrec.dialogue import Session, wording
from kgrec.dialogue.companions import Companion
from kgrec.domain import Belief, Constraint, Dials, Opinion, OpinionKind
from kgrec.graph import KnowledgeGraph
from kgrec.recommender import Recommender
from kgrec.rulebook import RuleBook
from kgrec.shelves import APPEAL, FEWEST, Draft, Shelf, ShelfKind, Stock


@pytest.fixture(scope="module")
def reader() -> Recommender:
    return Recommender(texts=False).fit(library())


def page(recommender: Recommender, belief: Belief, rules: RuleBook | None = None, **extent: int) -> tuple[Shelf, ...]:
    return recommender.shelves(recommender.rank(belief, rules), rules, **{"n": 5, **extent})


def drafts(recommender: Recommender, belief: Belief) -> list[Draft]:
    ranking = recommender.rank(belief)
    return list(Stock(recommender.graph_, ranking, recommender.scorers_, recommender.vectors_).drafts())


def liking(*names: str) -> Belief:
    return Belief(tuple(Opinion(name, 1.0, OpinionKind.RATED) for name in names))


def called(shelves: Sequence[Shelf], kind: ShelfKind) -> list[str]:
    return [shelf.title for shelf in shelves if shelf.kind is kind]


def ids(shelf: Shelf) -> list[str]:
    return [entry.item for entry in shelf.items]


@pytest.fixture
def book(reader: Recommender, tmp_path: Path) -> Callable[[str], RuleBook]:
    def load(text: str) -> RuleBook:
        path = tmp_path / "rules.yaml"
        path.write_text(f"rules:\n{text}", encoding="utf-8")
        return RuleBook.load(path, reader.graph_)

    return load


def test_the_first_row_is_the_list(reader: Recommender) -> None:
    ranking = reader.rank(liking("b00"))
    first, *others = reader.shelves(ranking, n=5)
    assert (first.title, first.kind) == ("For you now", ShelfKind.NOW)
    assert first.items == reader.slate(ranking, 5).items
    assert others
    assert first.because == "what fits best with all you said"


def test_a_newcomer_is_told_that_nothing_is_known(reader: Recommender) -> None:
    shelves = page(reader, Belief())
    assert shelves[0].because == "nothing is known of you yet: what is widely known"
    assert called(shelves[1:], ShelfKind.LIKED) == called(shelves[1:], ShelfKind.VALUE) == []
    assert called(shelves, ShelfKind.GEMS) == ["Hidden gems"]


def test_where_nothing_tells_what_is_widely_known_none_is_claimed_to_be() -> None:
    items = pd.DataFrame({"item": list("abcd"), "label": list("ABCD"), "kind": ["x", "x", "y", "y"]})
    (now, *_) = page(Recommender(texts=False).fit(KnowledgeGraph.from_frames(items)), Belief())
    assert now.because == "nothing is known of you yet: in no order, till you have said something"


def test_rows_about_what_is_liked_are_worded_by_the_ontology(reader: Recommender) -> None:
    shelves = {shelf.title: shelf for shelf in page(reader, liking("b00", "b06"), n=2, rows=9)}
    assert shelves["By A0"].because == "you like Book 06 and Book 00"
    assert shelves["About stars"].because == "you like Book 06 and Book 00"
    assert all(int(item[1:]) % 6 == 0 for item in ids(shelves["By A0"]))
    assert "Because you liked Book 06" in shelves
    assert not any("corner" in title for title in shelves)  # the shop tells nothing


def test_what_was_liked_last_comes_first_and_three_are_enough(reader: Recommender) -> None:
    found = [draft.title for draft in drafts(reader, liking("b00", "b06", "b01", "b02"))]
    assert [title for title in found if title.startswith("Because")] == [
        f"Because you liked Book {number}" for number in ("02", "01", "06")
    ]


@pytest.mark.parametrize(
    ("kind", "why"), [(OpinionKind.LIKED, "you like A3"), (OpinionKind.CHOSEN, "you asked for A3")]
)
def test_a_value_that_was_named_is_why_there_is_a_row_of_it(reader: Recommender, kind: OpinionKind, why: str) -> None:
    shelves = page(reader, Belief((Opinion("author/a3", 1.0, kind),)), n=3)
    assert [(shelf.title, shelf.because) for shelf in shelves if shelf.kind is ShelfKind.VALUE] == [("By A3", why)]


def test_what_is_disliked_has_no_row(reader: Recommender) -> None:
    belief = Belief((Opinion("b00", -1.0), Opinion("author/a3", -1.0)))
    assert {shelf.kind for shelf in page(reader, belief)}.isdisjoint({ShelfKind.LIKED, ShelfKind.VALUE})


def test_a_date_says_what_is_new_and_a_year_where_there_is_none(reader: Recommender) -> None:
    def newest(recommender: Recommender) -> Shelf:
        return next(shelf for shelf in page(recommender, liking("b00")) if shelf.kind is ShelfKind.NEW)

    assert newest(reader).title == "Newest by published"
    assert min(ids(newest(reader))) >= "b33"  # a fifth of 39 books
    undated = replace(ONTOLOGY, facets=tuple(one for one in ONTOLOGY.facets if one.name != "published"))
    assert newest(Recommender(texts=False).fit(library(undated))).title == "Newest by edition"
    ageless = replace(ONTOLOGY, facets=ONTOLOGY.facets[:4])
    shelves = page(Recommender(texts=False).fit(library(ageless)), liking("b00"))
    assert not called(shelves, ShelfKind.NEW)


def test_gems_are_known_to_few(reader: Recommender) -> None:
    gems = next(shelf for shelf in page(reader, liking("b00")) if shelf.kind is ShelfKind.GEMS)
    assert min(ids(gems)) >= "b20"


def test_rows_of_fewer_than_three_are_left_out_but_for_the_list(reader: Recommender) -> None:
    few = Belief(wishes=(Constraint("renown > 38"),))
    (only,) = page(reader, few)
    assert len(only.items) == FEWEST - 1
    for shelf in page(reader, replace(few, wishes=(Constraint("renown > 30"),)), n=4)[1:]:
        assert len(shelf.items) >= FEWEST


def test_there_is_no_page_where_nothing_is_left(reader: Recommender) -> None:
    assert page(reader, Belief(wishes=(Constraint("renown > 99"),))) == ()


def test_a_shelf_of_a_rule_comes_with_its_title_reason_and_place(reader, book: Callable[[str], RuleBook]) -> None:
    rules = book('- {shelf: "On deck", of: "subject has seas", because: "it is summer"}\n')
    (shelf,) = [shelf for shelf in page(reader, liking("b00"), rules, rows=2) if shelf.kind is ShelfKind.RULE]
    assert (shelf.title, shelf.because, str(shelf.place).endswith("rules.yaml:2:3")) == (
        "On deck",
        "it is summer",
        True,
    )
    assert all(int(item[1:]) % 2 for item in ids(shelf))


def test_a_rule_takes_the_place_of_a_row_of_the_same_title(
    reader: Recommender, book: Callable[[str], RuleBook]
) -> None:
    rules = book('- {shelf: "Because you liked {item}", of: related(user.last_liked), because: ours}\n')
    found = [shelf for shelf in page(reader, liking("b00"), rules) if shelf.title == "Because you liked Book 00"]
    assert [(shelf.kind, shelf.because) for shelf in found] == [(ShelfKind.RULE, "ours")]


def test_limits_hold_on_rows_but_for_those_about_the_row_itself(reader, book: Callable[[str], RuleBook]) -> None:
    shelves = page(reader, liking("b00", "b06"), book("- limit: 1 per author\n"))
    for shelf in shelves:
        authors = [int(item[1:]) % 6 for item in ids(shelf)]
        assert len(set(authors)) == (1 if shelf.title == "By A0" else len(authors))
    assert "By A0" in called(shelves, ShelfKind.VALUE)


def test_dials_say_on_rows_as_on_lists_why_something_moved_up(reader: Recommender) -> None:
    varied = replace(liking("b00"), dials=Dials(diversity=1.0))
    told = [reason.text for shelf in page(reader, varied) for entry in shelf.items for reason in entry.reasons]
    assert any(text.endswith("moved up for the variety you asked for") for text in told)


def test_rows_are_ordered_by_what_fits_and_appeals_and_kinds_take_turns(reader: Recommender) -> None:
    ranking = reader.rank(liking("b00", "b06", "b01"))
    appeals = {draft.title: draft.appeal for draft in drafts(reader, ranking.belief)}
    matches = match((ranking.scores - ranking.scores.mean()) / ranking.scores.std())
    discounts = 1 / np.log2(np.arange(2, 7))
    shown: list[ShelfKind] = []
    worths = []
    for shelf in page(reader, liking("b00", "b06", "b01"))[1:]:
        own = matches[reader.graph_.indices(ids(shelf))]
        fitting = own @ discounts[: len(own)] / discounts.sum()
        appeal = 1 + APPEAL * appeals[shelf.title]
        worths.append(fitting * appeal * 0.9 ** shown.count(shelf.kind))
        shown.append(shelf.kind)
    assert len(worths) >= 4
    assert worths == sorted(worths, reverse=True)


# --- people -----------------------------------------------------------------------------------------------------------


def test_people_with_the_same_taste_have_a_row_where_enough_people_rated() -> None:
    recommender = Recommender(texts=False).fit(community(n_items=240))
    belief = liking("i0", "i3", "i6")
    shelves = {shelf.kind: shelf for shelf in page(recommender, belief)}
    assert shelves[ShelfKind.PEOPLE].title == "From people with your taste"
    same = [int(item[1:]) % 3 == 0 for item in ids(shelves[ShelfKind.PEOPLE])]
    assert sum(same) >= 3
    assert shelves[ShelfKind.LIKED].because == "chosen by the same people"
    assert ShelfKind.PEOPLE not in {shelf.kind for shelf in page(recommender, liking("i0", "i3"))}


def test_the_history_of_a_user_begins_with_what_they_did_last() -> None:
    recommender = Recommender(texts=False).fit(community())
    belief = recommender.believe(user="u0")
    log = recommender.graph_.interactions
    ages = log.ages_days("u0")
    last = min((item for item, value in log.history("u0").items() if value > 0), key=ages.__getitem__)
    found = next(draft for draft in drafts(recommender, belief) if draft.kind is ShelfKind.LIKED)
    assert found.title == f"Because you liked i{last}"


def test_what_nobody_rated_yet_has_a_row_where_most_is_rated() -> None:
    ratings = pd.DataFrame(
        [(f"u{n}", f"b{i:02}", 5.0) for i in range(36) for n in range(i // 4 + 1)], columns=["user", "item", "rating"]
    )
    items = pd.DataFrame({"item": [f"b{n:02}" for n in range(40)], "kind": ["a", "b"] * 20})
    recommender = Recommender(texts=False).fit(KnowledgeGraph.from_frames(items, interactions=ratings))
    new = next(shelf for shelf in page(recommender, Belief()) if shelf.kind is ShelfKind.NEW)
    assert sorted(ids(new)) == ["b36", "b37", "b38", "b39"]


def test_a_page_for_several_holds_what_suits_all_about_what_the_one_who_talks_likes(reader: Recommender) -> None:
    ben = Belief((Opinion("b12", -1.0),), seen=frozenset({"b18"}))
    session = Session.start(reader, companions=[Companion("ben", ben)])
    session.rate("b00", 1.0)
    shelves = session.shelves(n=4)
    assert shelves[0].items == session.slate(4).items
    assert "Because you liked Book 00" in called(shelves, ShelfKind.LIKED)
    listed = [item for shelf in shelves for item in ids(shelf)]
    assert not {"b00", "b12", "b18"} & set(listed)
    assert all(dict(entry.matches).keys() == {"you", "ben"} for shelf in shelves for entry in shelf.items)


def test_a_session_shows_other_rows_after_a_turn_and_the_same_after_undo(reader: Recommender) -> None:
    session = Session.start(reader)
    before = session.shelves(4)
    session.rate("b00", 1.0)
    assert "Because you liked Book 00" in called(session.shelves(4), ShelfKind.LIKED)
    session.undo()
    assert session.shelves(4) == before


def test_a_rule_without_a_reason_is_named_as_the_reason(reader: Recommender, book: Callable[[str], RuleBook]) -> None:
    rules = book("  - {name: old ones, shelf: From before, of: edition < 9}")
    (shelf,) = [shelf for shelf in page(reader, Belief(), rules) if shelf.kind is ShelfKind.RULE]
    assert shelf.because == "the rule “old ones” asks for them"


@pytest.mark.parametrize("title", ["Because you liked {item}", "Near to {item}"])
@pytest.mark.parametrize("item", ["user.last_liked", "'Book 01'"])
def test_what_stands_on_a_shelf_about_something_liked_says_what_it_has_to_do_with_that(
    reader: Recommender, book: Callable[[str], RuleBook], title: str, item: str
) -> None:
    rules = book(f'  - {{name: near, shelf: "{title}", of: "related({item})"}}')
    shelves = [shelf for shelf in page(reader, liking("b00", "b01"), rules) if shelf.about in ("b00", "b01")]
    assert title.format(item="Book 01") in [shelf.title for shelf in shelves]
    assert {shelf.about for shelf in shelves} == {"b00", "b01"}
    for shelf in shelves:
        label = reader.graph_.label(shelf.about)
        lines = [wording.shelf_reason(entry, shelf, reader.graph_) for entry in shelf.items]
        assert all(line.partition(";")[0].startswith((f"you love {label}", f"close to {label}")) for line in lines)


def test_what_stands_on_a_shelf_of_a_value_says_that_it_has_it_first(reader: Recommender) -> None:
    shelf = next(shelf for shelf in page(reader, liking("b00", "b01")) if shelf.kind is ShelfKind.VALUE)
    assert shelf.about == "subject/seas"
    told = [entry for entry in shelf.items if any("subject/seas" in reason.path for reason in entry.reasons)]
    assert told
    for entry in told:
        assert wording.shelf_reason(entry, shelf, reader.graph_).startswith("you love Book 01: about seas")
