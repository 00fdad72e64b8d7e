"""Why an item is not on the list, on tiny_world: what keeps it off, the gap, and changes that were tried."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kgrec.audit.case import Case
from kgrec.audit.proposals import raises, rounded_beyond
from kgrec.audit.trace import Effect, Trace, trace
from kgrec.audit.trace_text import trace_lines
from kgrec.audit.whatif import DropWish, ForgetFact, ForgetItem, Like, Raise, Reweigh, SwitchOff, Withdraw, changed
from kgrec.audit.whynot import WhyNot, why_not
from kgrec.audit.whynot_text import Teller
from kgrec.domain import Belief, Constraint, Ontology, Opinion, OpinionKind, Origin, OriginKind, Preference
from kgrec.errors import UnknownEntityError
from kgrec.graph import KnowledgeGraph
from kgrec.histories import past_of
from kgrec.recommender import Recommender
from kgrec.rulebook import RuleBook

NO_CRIME = Constraint("not (genre has Crime)", origin=Origin(OriginKind.REQUEST, "no crime"))
SHORT = Constraint("runtime < 120", origin=Origin(OriginKind.REQUEST, "under two hours"))

Make = Callable[..., Case]


@pytest.fixture
def case(tiny_world: KnowledgeGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Return a function: what is believed, and the text of a rule file, to a case."""
    monkeypatch.chdir(tmp_path)
    recommender = Recommender(texts=False).fit(tiny_world)

    def make(rules: str = "", **belief: object) -> Case:
        book = RuleBook.empty(tiny_world)
        if rules:
            Path("tiny.yaml").write_text(f"rules:\n{rules}", encoding="utf-8")
            book = RuleBook.load("tiny.yaml", tiny_world)
        return Case(recommender, Belief(**belief), book)  # type: ignore[arg-type]

    return make


def changes(answer: WhyNot) -> list[set[object]]:
    return [set(way.changes) for way in answer.ways]


def told(case: Case, answer: WhyNot) -> str:
    return "\n".join(Teller(case.recommender.graph_).tell(answer).lines)


# --- what keeps it off ------------------------------------------------------------------------------------------------


def test_what_the_data_have_as_a_rating_was_rated_and_not_said(case: Make, tiny_world: KnowledgeGraph):
    def reason(*opinions: Opinion) -> str:
        asked = case(opinions=opinions)
        return Teller(tiny_world).tell(why_not(asked, "thief")).reasons[0]

    known = ", and a film that you know is not listed."
    assert reason(*past_of("ann", tiny_world)) == f"You rated it 4.5{known}"
    assert reason(Opinion("thief", 1.0)) == f"You said that you like it{known}"
    chosen = Opinion("thief", 0.77, origin=Origin(OriginKind.HISTORY, "your history"))
    assert reason(chosen) == f"You chose it before{known}"


def test_an_item_on_the_list_is_said_to_be_there(case: Make):
    answer = why_not(case(), "heat", 3)
    assert answer.place == 1
    assert answer.ways == ()
    assert told(case(), answer) == "Heat (1995) is on the list: number 1."


def test_an_unknown_item_is_an_error(case: Make):
    with pytest.raises(UnknownEntityError):
        why_not(case(), "nothing")


def test_a_wish_of_ones_own_is_taken_back(case: Make):
    now = case(wishes=(NO_CRIME,))
    answer = why_not(now, "heat")
    assert answer.against == (NO_CRIME,)
    assert changes(answer) == [{DropWish(NO_CRIME)}]
    assert answer.ways[0].place == 1
    assert "You asked for “no crime”, and that does not hold for it." in told(now, answer)


def test_a_wish_said_twice_is_taken_back_once(case: Make):
    again = Constraint(NO_CRIME.expression, origin=Origin(OriginKind.REQUEST, "really no crime"))
    (way,) = why_not(case(wishes=(NO_CRIME, again)), "heat").ways
    assert len(way.changes) == 1


def test_all_wishes_that_rule_it_out_are_taken_back_together_and_no_other(case: Make):
    unrelated = Constraint("year > 1950")
    answer = why_not(case(wishes=(NO_CRIME, unrelated, SHORT)), "heat")
    assert answer.against == (NO_CRIME, SHORT)
    assert changes(answer) == [{DropWish(NO_CRIME), DropWish(SHORT)}]


def test_what_is_known_already_is_forgotten(case: Make):
    assert changes(why_not(case(seen=frozenset({"heat"})), "heat")) == [{ForgetItem("heat")}]
    rated = why_not(case(opinions=(Opinion("heat", -1.0),)), "heat")
    assert rated.opinion == -1.0
    assert changes(rated) == [{ForgetItem("heat")}]


CHILDREN = """\
  - name: audience
    ask: user.audience
    question: Who is watching?
    options: [just me, children]
  - name: for children
    when: user.audience == children
    require: certificate in [G, PG]
    strength: 3
    because: children are watching
"""


def test_a_rule_is_named_with_its_place_and_switched_off_or_its_answer_taken_back(case: Make):
    now = case(CHILDREN, facts=(("audience", "children"),))
    answer = why_not(now, "heat")
    rule = now.rules.rules[1]
    assert changes(answer) == [{ForgetFact("audience", "children")}, {SwitchOff(rule)}]  # the weaker one first
    text = told(now, answer)
    assert "The rule “for children” rules it out, because children are watching (tiny.yaml:6:5)." in text
    assert "take back the answer “children” (audience): it would be number 1" in text
    assert "switch off the rule “for children” (tiny.yaml:6:5): it would be number 1" in text


def test_a_limit_gives_its_place_to_a_better_one_which_is_named(case: Make):
    now = case("  - name: one each\n    limit: 1 per director\n")
    answer = why_not(now, "thief", 3)
    (limit,) = answer.limits
    assert limit.better == ("heat",)
    assert {Raise(now.rules.rules[0], 2)} in changes(answer)
    assert "The rule “one each” (1 per director) gives its place to Heat (1995) (tiny.yaml:2:5)." in told(now, answer)


def test_a_limit_is_no_reason_where_the_score_would_not_do(case: Make):
    now = case("  - name: one each\n    limit: 1 per director\n")
    assert why_not(now, "thief", 1).limits == ()


# --- the gap ----------------------------------------------------------------------------------------------------------


def test_the_gap_is_taken_apart_by_scorer_and_rule(case: Make):
    now = case("  - name: horror\n    prefer: genre has Horror\n    weight: 0.5\n    because: it is Halloween\n")
    answer = why_not(now, "clue", 2)
    assert answer.losses is not None
    scores = now.ranking.scores
    number = now.recommender.graph_.index
    assert answer.losses.gap == pytest.approx(scores[number(answer.rival)] - scores[number("clue")], abs=1e-5)
    assert sum(row.gap for row in answer.losses.rows) == pytest.approx(answer.losses.gap, abs=1e-9)
    assert {row.source for row in answer.losses.rows} <= {"popularity", "rules"}


# --- weights ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("weight", "move", "expected"),
    [(0.5, 0.4137, 0.92), (0.5, -0.62, -0.13), (1.0, 0.0, 1.01), (0.0, 12.3, 13.0), (0.3, -0.3, -0.01)],
)
def test_a_weight_is_rounded_beyond_what_is_needed(weight: float, move: float, expected: float):
    rounded = rounded_beyond(weight, move)
    assert rounded == pytest.approx(expected)
    assert (rounded - weight) * (move or 1.0) > move * (move or 1.0)


@pytest.mark.parametrize(
    ("expression", "weight", "item", "way"),
    [("genre has Comedy", 0.1, "clue", 1), ("genre has Crime", -0.1, "scream", -1)],
)
def test_the_weight_of_a_rule_is_moved_just_far_enough(case: Make, expression: str, weight: float, item: str, way: int):
    now = case(f"  - name: kind\n    prefer: {expression}\n    weight: {weight}\n")
    found = [change for way in why_not(now, item, 2).ways for change in way.changes if isinstance(change, Reweigh)]
    (change,) = found
    assert np.sign(change.weight - weight) == way
    number = now.recommender.graph_.index(item)
    assert changed(now, [change]).place(number, 2)
    less = Reweigh(change.rule, weight + 0.8 * (change.weight - weight))
    assert not changed(now, [less]).place(number, 2)


@pytest.mark.parametrize(("expression", "weight"), [("genre has Comedy", -0.5), ("genre has Crime", 0.1)])
def test_no_rule_is_to_be_turned_round_so_that_what_is_missing_is_listed(case: Make, expression: str, weight: float):
    now = case(f"  - name: kind\n    prefer: {expression}\n    weight: {weight}\n")
    answer = why_not(now, "clue", 2)
    assert not [change for way in answer.ways for change in way.changes if isinstance(change, Reweigh | SwitchOff)]


def test_a_rule_that_alone_keeps_something_off_may_be_switched_off(case: Make):
    assert why_not(case(), "babe", 2).place
    now = case("  - name: no pigs\n    prefer: year == 1995\n    weight: -100\n")
    answer = why_not(now, "babe", 2)
    assert not answer.place
    assert {SwitchOff(now.rules.rules[0])} in changes(answer)
    assert "switch off the rule “no pigs” (tiny.yaml:2:5)" in told(now, answer)


# --- what is said -----------------------------------------------------------------------------------------------------


def test_liking_what_it_has_or_what_is_like_it_is_proposed(case: Make):
    answer = why_not(case(), "clue", 2)
    liked = {change.entity for way in answer.ways for change in way.changes if isinstance(change, Like)}
    assert liked
    assert liked <= {"genre/comedy", "director/jonathan-lynn", "babe"}


def test_an_opinion_that_speaks_for_others_is_taken_back(case: Make):
    opinion = Opinion("genre/comedy", -1.0)
    assert {Withdraw(opinion)} in changes(why_not(case(opinions=(opinion,)), "babe", 2))


def test_a_soft_wish_that_speaks_for_others_is_taken_back(case: Make):
    wish = Preference("genre has Crime", 5.0)
    assert {DropWish(wish)} in changes(why_not(case(wishes=(wish,)), "babe", 2))


def test_it_is_said_if_nothing_that_was_tried_suffices(case: Make):
    known = tuple(Opinion(entity, 1.0) for entity in ("genre/comedy", "director/jonathan-lynn", "babe", "heat"))
    now = case("  - name: crime\n    tune: {scorer: walk, weight: 0}\n", wishes=(Preference("genre has Crime", 50.0),))
    hopeless = why_not(case(opinions=known, wishes=(Constraint("genre has Crime"),)), "thief")
    assert hopeless.place == 1
    text = told(now, WhyNot("heat", 10, 0, 3, 5))
    assert text.endswith("No change that I tried, nor two or three of them together, would list this film.")


# --- the trace --------------------------------------------------------------------------------------------------------

ALL_KINDS = """\
  - name: audience
    ask: user.audience
    question: Who is watching?
    options: [just me, children]
  - name: for children
    when: user.audience == children
    require: certificate in [G, PG]
  - name: no horror
    forbid: genre has Horror
  - name: crime pays
    prefer: genre has Crime
    weight: 0.3
  - name: long
    derive: length = long
    when: runtime > 150
  - name: one each
    limit: 1 per director
  - name: no walks
    tune: {scorer: walk, weight: 0}
  - name: related
    shelf: Because you liked {item}
    of: related(user.last_liked)
"""


def effects(traced: Trace) -> dict[str, Effect]:
    return {entry.name: entry.effect for entry in traced.entries}


def test_the_trace_holds_every_rule_with_what_it_does(case: Make):
    now = case(ALL_KINDS)
    found = trace(now, "heat", 3)
    assert effects(found) == {
        "audience": Effect.ASKS,
        "for children": Effect.NOTHING,
        "no horror": Effect.ADMITS,
        "crime pays": Effect.POINTS,
        "long": Effect.DERIVES,
        "one each": Effect.TAKES_PLACE,
        "no walks": Effect.TUNES,
        "related": Effect.NOTHING,
    }
    by_name = {entry.name: entry for entry in found.entries}
    assert by_name["for children"].why == "user.audience is unknown"
    assert not by_name["for children"].is_in_force
    assert by_name["crime pays"].points == 0.3
    assert by_name["no walks"].why == "weight of walk set to 0"
    assert str(by_name["crime pays"].place) == "tiny.yaml:11:5"


def test_the_trace_of_what_is_excluded_or_gives_way(case: Make):
    now = case(ALL_KINDS, facts=(("audience", "children"),))
    assert effects(trace(now, "alien"))["for children"] is Effect.EXCLUDES
    assert effects(trace(now, "alien"))["no horror"] is Effect.EXCLUDES
    assert effects(trace(now, "babe"))["for children"] is Effect.ADMITS
    assert effects(trace(now, "alien"))["long"] is Effect.NOTHING
    (limit,) = [entry for entry in trace(case(ALL_KINDS), "thief", 3).entries if entry.name == "one each"]
    assert limit.effect is Effect.GIVES_WAY
    assert limit.why == "1 per director, taken by Heat (1995)"


def test_a_constraint_that_was_let_go_is_traced_as_such(case: Make):
    now = case(ALL_KINDS, dropped=frozenset({"not (genre has Horror)"}))
    assert effects(trace(now, "alien"))["no horror"] is Effect.GIVEN_UP


def test_the_trace_in_words_has_those_with_an_effect_first(case: Make):
    now = case(CHILDREN)
    lines = trace_lines(trace(now, "heat"), now.recommender.graph_)
    assert lines == [
        "What the rules do to Heat (1995):",
        "  ask  audience: asks “Who is watching?” (tiny.yaml:2:5)",
        "Without effect on it:",
        "  require  for children: not in force: user.audience is unknown (tiny.yaml:6:5)",
    ]
    assert trace_lines(trace(case(), "heat"), now.recommender.graph_) == [
        "There are no rules, so none says anything of Heat (1995)."
    ]


# --- several values, several limits -----------------------------------------------------------------------------------


@pytest.fixture
def shop(tiny_ontology: Ontology, tmp_path: Path) -> Make:
    """Return a function: rules to a case over four films, the best known first."""
    rows = [("a", "Crime", "X", 5), ("b", "Comedy", "Y", 4), ("c", "Crime|Comedy", "Y", 3), ("d", "War", "Z", 2)]
    films = pd.DataFrame(rows, columns=["item", "genre", "director", "renown"]).assign(label=list("ABCD"), year=2000)
    graph = KnowledgeGraph.from_frames(films, ontology=tiny_ontology)
    recommender = Recommender(texts=False).fit(graph)

    def make(rules: str) -> Case:
        (tmp_path / "shop.yaml").write_text(f"rules: [{rules}]", encoding="utf-8")
        return Case(recommender, Belief(), RuleBook.load(tmp_path / "shop.yaml", graph))

    return make


def test_a_limit_counts_each_value_by_itself(shop: Make):
    now = shop("{name: two, limit: 2 per genre}")
    (entry,) = trace(now, "c", 2).entries  # one of crime and one of comedy are listed: neither is full
    assert (entry.effect, entry.why) == (Effect.NOTHING, "2 per genre, but it is not on the list")
    (entry,) = trace(shop("{name: one, limit: 1 per genre}"), "c", 2).entries
    assert (entry.effect, entry.why) == (Effect.GIVES_WAY, "1 per genre, taken by A (2000), B (2000)")


def test_two_limits_that_only_together_let_an_item_through_are_both_named(shop: Make):
    now = shop("{name: genres, limit: 1 per genre}, {name: directors, limit: 1 per director}")
    answer = why_not(now, "c", 3)
    assert [limit.rule.name for limit in answer.limits] == ["genres", "directors"]
    assert [limit.better for limit in answer.limits] == [("a", "b"), ("b",)]
    raised = tuple(raises(now, now.recommender.graph_.index("c"), 3))
    assert {(change.rule.name, change.most) for change in raised if isinstance(change, Raise)} == {
        ("genres", 2),
        ("directors", 2),
    }
    assert changed(now, raised).place(now.recommender.graph_.index("c"), 3) == 3
    assert not changed(now, raised[:1]).place(now.recommender.graph_.index("c"), 3)


def test_where_the_score_alone_would_put_it_is_no_reason_against_it(tiny_world):
    answer = WhyNot("heat", 10, 0, 1, 5, is_seen=True)
    found = Teller(tiny_world).tell(answer)
    assert found.standing == "By its score alone it would be number 1 beside the 5 films left."
    assert found.reasons == ("You said that you know it, and a film that you know is not listed.",)
    assert found.standing in found.lines


@pytest.mark.parametrize(("value", "verb"), [(1.0, "love"), (0.5, "like")])
def test_why_not_calls_an_opinion_as_reasons_do(tiny_world, value, verb):
    answer = WhyNot("heat", 10, 0, 1, 5, opinion=value, kind=OpinionKind.RATED)
    assert Teller(tiny_world).tell(answer).reasons[0].startswith(f"You said that you {verb} it")


def test_a_known_item_is_ranked_without_what_was_said_of_it_where_more_is_needed_than_to_forget_it(case):
    now = case(opinions=(Opinion("heat", 1.0, OpinionKind.RATED), Opinion("clue", 1.0, OpinionKind.RATED)))
    for n in (1, 2, 3):
        answer = why_not(now, "heat", n)
        forgotten = changed(now, {ForgetItem("heat")})
        place = forgotten.place(forgotten.recommender.graph_.item("heat"), n)
        assert (answer.opened is None) == bool(place)
        if answer.opened is not None:
            assert answer.opened[0] > n
            assert (
                "Without what rules it out it would be number" in Teller(now.recommender.graph_).tell(answer).standing
            )
