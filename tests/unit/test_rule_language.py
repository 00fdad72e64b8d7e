"""The whole expression language over the tiny world, derived values, and what rule books make of them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from kgrec.domain import Place, Value
from kgrec.errors import RuleError
from kgrec.graph import KnowledgeGraph
from kgrec.recommender import Recommender
from kgrec.rulebook import RuleBook, Scope, compile_expression
from kgrec.rulebook.derivations import Derivation, derive
from kgrec.rulebook.names import Names
from kgrec.rulebook.source import Source

ALL = {"heat", "thief", "scream", "alien", "babe", "clue"}
NAMES = Names(lists={"cosy_genres": ("Comedy", "Family"), "long_film": ("120",), "old": ("1985",)})


def items(world: KnowledgeGraph, text: str, scope: Scope | None = None, names: Names = NAMES) -> set[str]:
    mask = compile_expression(text, world, names=names).mask(scope or Scope())
    return {item for item, holds in zip(world.item_ids, mask, strict=True) if holds}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("year in [1985, 1995]", {"heat", "babe", "clue"}),
        ("genre has any [Horror, Family]", {"scream", "alien", "babe"}),
        ("genre has all [Comedy, Family]", {"babe"}),
        ("genre has all [Crime]", {"heat", "thief"}),
        ("genre has none [Crime, Comedy]", {"scream", "alien"}),
        ("genre has only [Crime]", {"thief"}),
        ("genre has only [Crime, Drama]", {"heat", "thief"}),
        ("genre has only [Horror]", {"scream"}),
        ("genre has only [Comedy, Family]", {"babe", "clue"}),
        ("genre in cosy_genres", {"babe", "clue"}),
        ("genre has any cosy_genres", {"babe", "clue"}),
        ("genre has all cosy_genres", {"babe"}),
        ("genre has none cosy_genres", {"heat", "thief", "scream", "alien"}),
        ("genre has only cosy_genres", {"babe", "clue"}),
        ("genre not in cosy_genres", {"heat", "thief", "scream", "alien"}),
        ("genre in [Crime, cosy_genres]", {"heat", "thief", "babe", "clue"}),
        ("genre has cosy_genres", {"babe", "clue"}),
        ("runtime > long_film", {"heat", "thief"}),
        ("runtime <= long_film - 5", {"scream", "babe"}),
        ("year in [old, 1979]", {"alien", "clue"}),
        ("runtime / 60 <= 2", {"scream", "alien", "babe"}),
        ("(runtime + 9) / 60 <= 2", {"scream", "babe"}),
        ("runtime + 9 min <= 120 min", {"scream", "babe"}),
        ("runtime * 2 > 240", {"heat", "thief"}),
        ("runtime - 91 == 0", {"babe"}),
        ("120 - runtime >= 0", {"scream", "alien", "babe"}),
        ("1 / (year - 1995) > 0", {"scream"}),
        ("year / 0 > 0", set()),
        ("count(genre) == 2", {"heat", "alien", "babe"}),
        ("count(genre) >= 1", ALL),
        ("count(genre) + count(director) == 3", {"heat", "alien", "babe"}),
        ("year > runtime + 1860", {"scream", "alien", "babe"}),
        ("(runtime + 1) is known", {"heat", "thief", "scream", "alien", "babe"}),
        ("(runtime + 1) is unknown", {"clue"}),
        ('  genre   has\n\t"Comedy"  ', {"babe", "clue"}),
        ("genre has Comedy and not year > 1990 or genre has Drama", {"heat", "clue"}),
        ("not(genre has Comedy)", {"heat", "thief", "scream", "alien"}),
        ("((year == 1995))", {"heat", "babe"}),
        ("related(Heat, 1)", {"thief"}),
        ("named(Heat)", {"heat"}),
        ("not (genre has Crime) or named(Heat)", {"heat", "alien", "scream", "babe", "clue"}),
        ("related(Heat)", {"thief", "scream", "alien"}),
        ("related(Michael Mann)", {"heat", "thief"}),
        ('related("Heat (1995)", 2)', {"thief", "scream"}),
        ("related(genre/horror)", {"scream", "alien"}),
        ("not related(Heat)", {"heat", "babe", "clue"}),
        ("related(Horror, 1)", {"alien"}),
    ],
)
def test_operators_and_functions(tiny_world: KnowledgeGraph, text: str, expected: set[str]) -> None:
    assert items(tiny_world, text) == expected


KNOWN = Scope(
    {
        "genres": ("Comedy", "Horror"),
        "favourite": "Crime",
        "minutes": 120.0,
        "year": "1981",
        "last_liked": "heat",
        "maker": "director/wes-craven",
    },
    {"date": "2005-06-01"},
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("genre in user.genres", {"scream", "alien", "babe", "clue"}),
        ("genre has any user.genres", {"scream", "alien", "babe", "clue"}),
        ("genre has all user.genres", set()),
        ("genre not in user.genres", {"heat", "thief"}),
        ("genre has none user.genres", {"heat", "thief"}),
        ("genre has only user.genres", {"scream", "clue"}),
        ("genre == user.favourite", {"heat", "thief"}),
        ("genre != user.favourite", {"scream", "alien", "babe", "clue"}),
        ("genre has user.nothing", set()),
        ("genre not in user.nothing", set()),
        ("runtime <= user.minutes", {"scream", "alien", "babe"}),
        ("runtime <= user.minutes - 5", {"scream", "babe"}),
        ("runtime < user.nothing", set()),
        ("year > user.year", {"heat", "scream", "babe", "clue"}),
        ("year == user.year", {"thief"}),
        ("year in [user.year, 1979]", {"thief", "alien"}),
        ("year not in [user.year, 1979]", {"heat", "scream", "babe", "clue"}),
        ("year in [user.nothing, 1979]", {"alien"}),
        ("year not in [user.nothing, 1979]", set()),
        ("years_since(year) <= 10", {"heat", "scream", "babe"}),
        ("related(user.last_liked)", {"thief", "scream", "alien"}),
        ("related(user.nothing)", set()),
        ("director == user.maker", {"scream"}),
    ],
)
def test_facts_to_the_right(tiny_world: KnowledgeGraph, text: str, expected: set[str]) -> None:
    assert items(tiny_world, text, KNOWN) == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("user.genres has Comedy", True),
        ("user.genres has all [Comedy, Horror]", True),
        ("user.genres has all [Comedy, War]", False),
        ("user.genres has only [Comedy, Horror, Drama]", True),
        ("user.genres has only cosy_genres", False),
        ("user.genres has none [War]", True),
        ("user.genres in cosy_genres", True),
        ("user.minutes > context.hour", True),
        ("user.minutes / 60 == 2", True),
        ("context.hour + 2 >= 24", True),
        ("user.interactions < 3", False),  # unknown here: a recommender always tells
        ("user.nothing - 1 < 3 or user.nothing - 1 >= 3", False),
    ],
)
def test_facts_by_themselves(tiny_world: KnowledgeGraph, condition: str, *, expected: bool) -> None:
    scope = Scope(KNOWN.user, {"hour": 22.0})
    assert compile_expression(condition, tiny_world, names=NAMES).mask(scope).all() == expected


@pytest.mark.parametrize(
    ("born", "today", "expected"),
    [
        ("1980-06-01", "2005-06-01", True),  # on the very birthday, however many leap years lie between
        ("1980-06-01", "2005-05-31", False),
        ("1980-02-29", "2005-02-28", False),
        ("1980-02-29", "2005-03-01", True),
        ("1980-06-01", None, False),
        ("1980-06-01", 1e300, False),
        (1e300, "2005-06-01", False),
        ("soon", "2005-06-01", False),
    ],
)
def test_years_are_counted_from_birthday_to_birthday(
    tiny_world: KnowledgeGraph, born: Value, today: Value | None, *, expected: bool
) -> None:
    expression = compile_expression("years_since(user.born) >= 25", tiny_world)
    scope = Scope({"born": born}, {} if today is None else {"date": today})
    assert expression.mask(scope).all() == expected


# --- derived values ---------------------------------------------------------------------------------------------------


def derived(world: KnowledgeGraph, *rules: tuple[str, ...]) -> Names:
    """Return names with what some (derive, when, unless) give; raises the first mistake."""
    place = Place("rules.yaml")
    parts = [[Source(text, place) if text else None for text in (*rule, "", "")[:3]] for rule in rules]
    given = [Derivation(f"rule {n}", text, when, unless, place) for n, (text, when, unless) in enumerate(parts) if text]
    errors: list[RuleError] = []
    names, _ = derive(given, world, NAMES, errors)
    if errors:
        raise errors[0]
    return names


def test_a_new_facet_is_a_facet_like_any_other(tiny_world: KnowledgeGraph) -> None:
    names = derived(
        tiny_world,
        ("mood = cosy", "genre in cosy_genres"),
        ("mood = tense", "genre has Crime", "genre has Drama"),
    )
    for text, expected in {
        "mood has cosy": {"babe", "clue"},
        "mood == Tense": {"thief"},
        "mood != cosy": {"thief"},
        "mood is known": {"babe", "clue", "thief"},
        "mood is unknown": {"heat", "scream", "alien"},
        "mood has only [cosy]": {"babe", "clue"},
        "mood has none [tense]": {"babe", "clue"},
        "mood has all [cosy, tense]": set(),
        "mood in [cosy, tense] and year > 1990": {"babe"},
        "mood == user.mood": {"thief"},
    }.items():
        assert items(tiny_world, text, Scope({"mood": "tense"}), names) == expected, text
    with pytest.raises(RuleError, match=r"unknown mood 'tens', did you mean 'tense'\?"):
        items(tiny_world, "mood has tens", names=names)


def test_a_derived_value_stands_in_the_hierarchy(tiny_world: KnowledgeGraph) -> None:
    names = derived(tiny_world, ("genre = Slasher", "genre has Crime and year < 1990"))
    assert items(tiny_world, "genre has Slasher", names=names) == {"scream", "thief"}
    assert items(tiny_world, "genre has Horror", names=names) == {"scream", "alien", "thief"}
    assert items(tiny_world, "genre has only [Crime]", names=names) == set()
    assert items(tiny_world, "genre has only [Crime, Horror]", names=names) == {"thief", "scream"}
    assert items(tiny_world, "genre != Horror", names=names) == {"heat", "babe", "clue"}
    assert items(tiny_world, "genre has Horror") == {"scream", "alien"}  # nothing is changed for anybody else


def test_the_order_of_the_rules_does_not_matter(tiny_world: KnowledgeGraph) -> None:
    rules = [
        ("c = x", "b has y and not a has z"),
        ("b = y", "a has z or genre has Comedy"),
        ("a = z", "genre has Crime"),
        ("b = w", "b has all late"),
        ("b = v", "genre has Drama"),
    ]
    names = derived(tiny_world, *rules[:3])
    assert names.derived.keys() == {"a", "b", "c"}
    assert items(tiny_world, "c has x", names=names) == {"babe", "clue"}
    assert items(tiny_world, "c has x", names=derived(tiny_world, *rules[2::-1])) == {"babe", "clue"}


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ([("a = x", "a has x")], "derivations go in a circle: 'a = x' needs 'a = x', break it"),
        ([("a = x", "b has y"), ("b = y", "year > 1", "a has x")], "'a = x' needs 'b = y' needs 'a = x'"),
        ([("a = x", "a != y"), ("a = y", "year > 1")], "'a = x' needs 'a = x'"),
        ([("a = x", "a is known")], "in a circle"),
        ([("a = x", "a has only [y]"), ("a = y", "year > 1")], "in a circle"),
        ([("a = x", "a == user.y")], "in a circle"),
        ([("genre = Slasher", "genre has Horror")], "'genre = Slasher' needs 'genre = Slasher'"),
        ([("genre = Comedy", "genre has all cosy_genres")], "in a circle"),
        ([("year = 1990", "genre has Comedy")], "'year' is a number, it cannot be derived"),
        ([("cosy", "genre has Comedy")], "this derives nothing, name a facet and a value, as in: derive: mood = cosy"),
        ([("my/mood = cosy", "genre has Comedy")], "cannot be a facet's name"),
    ],
)
def test_wrong_derivations(tiny_world: KnowledgeGraph, rules: list[tuple[str, ...]], message: str) -> None:
    with pytest.raises(RuleError) as caught:
        derived(tiny_world, *rules)
    assert message in str(caught.value)


def test_what_needs_one_value_of_a_facet_may_derive_another(tiny_world: KnowledgeGraph) -> None:
    names = derived(tiny_world, ("a = y", "a has x and year > 1990"), ("a = x", "genre has Crime"))
    assert items(tiny_world, "a has all [x, y]", names=names) == {"heat"}


# --- what rule books make of it ---------------------------------------------------------------------------------------


@pytest.fixture
def book(tiny_world: KnowledgeGraph, tmp_path: Path) -> Callable[[str], RuleBook]:
    """Return a function that loads rules, given as the entries of ``rules:``."""

    def book(rules: str) -> RuleBook:
        path = tmp_path / "rules.yaml"
        path.write_text(f"rules:\n{rules}", encoding="utf-8")
        return RuleBook.load(path, tiny_world)

    return book


@pytest.fixture
def recommender(tiny_world: KnowledgeGraph) -> Recommender:
    return Recommender(rng=0, texts=False).fit(tiny_world)


def listed(recommender: Recommender, rules: RuleBook, n: int = 6, **given: object) -> list[str]:
    belief = recommender.believe(**given)  # type: ignore[arg-type]
    ranking = recommender.rank(belief, rules)
    return [recommender.graph_.item_ids[number] for number in recommender.best(ranking, n)]


def test_a_limit_for_each_value_leaves_the_best_of_each(
    recommender: Recommender, book: Callable[[str], RuleBook]
) -> None:
    free = listed(recommender, RuleBook.empty(recommender.graph_))
    limited = listed(recommender, book("- limit: 1 per director\n"))
    of_mann = [item for item in free if item in ("heat", "thief")]
    assert limited == [item for item in free if item != of_mann[1]]
    # A slasher is stated as such, so it does not count against horror.
    assert set(listed(recommender, book("- limit: 1 per genre\n"))) >= {"scream", "alien"}


def test_a_limit_on_a_condition_counts_what_meets_it(recommender: Recommender, book: Callable[[str], RuleBook]) -> None:
    rules = book("- limit: 2\n  when: certificate == R\n")
    found = listed(recommender, rules)
    assert len(found) == 4
    assert len({"heat", "thief", "scream", "alien"} & set(found)) == 2
    (limit,) = rules.limits(Scope())
    assert (limit.most, limit.facet, int(limit.mask.sum())) == (2, "", 4)


def test_the_last_tuning_in_force_counts(book: Callable[[str], RuleBook]) -> None:
    rules = book(
        "- {name: a, tune: {scorer: walk, weight: 0.5}}\n"
        "- {name: b, tune: {scorer: walk, weight: 0}, when: user.interactions < 3}\n"
        "- {name: c, tune: {scorer: text, weight: 2}, unless: user.interactions > 3}\n"
    )
    assert {name: tune.weight for name, tune in rules.tuning(Scope({"interactions": 1.0})).items()} == {
        "walk": 0.0,
        "text": 2.0,
    }
    assert {name: tune.weight for name, tune in rules.tuning(Scope({"interactions": 9.0})).items()} == {"walk": 0.5}


def test_tuning_changes_the_weights_and_is_told(recommender: Recommender, book: Callable[[str], RuleBook]) -> None:
    rules = book("- {name: only taste, tune: {scorer: popularity, weight: 0}}\n")
    ranking = recommender.rank(recommender.believe(likes=["Clue"]), rules)
    assert ranking.tuning["popularity"].weight == 0.0
    assert ranking.tuning["popularity"].origin.label == "only taste"


def test_a_shelf_is_titled_by_what_it_is_about(recommender: Recommender, book: Callable[[str], RuleBook]) -> None:
    rules = book(
        '- {shelf: "Because you liked {item}", of: "related(user.last_liked)"}\n'
        '- {shelf: "Like {item}, but new", of: "related(Thief) and year > 1990"}\n'
        '- {shelf: "Nothing", of: "year > 2100"}\n'
    )
    belief = recommender.believe(likes=["Thief", "Heat"])
    told = {shelf.title: shelf.mask for shelf in rules.shelves(recommender.scope(belief, {}))}
    assert list(told) == ["Because you liked Heat (1995)", "Like Thief (1981), but new"]
    near = {
        item
        for item, is_on in zip(recommender.graph_.item_ids, told["Because you liked Heat (1995)"], strict=True)
        if is_on
    }
    assert near <= {"thief", "scream", "alien"}
    nobody = rules.shelves(recommender.scope(recommender.believe(), {}))
    assert [shelf.title for shelf in nobody] == ["Like Thief (1981), but new"]


def test_what_is_always_known_of_a_user(recommender: Recommender) -> None:
    belief = recommender.believe(likes=["Thief", "Heat"], dislikes=["Alien"])
    scope = recommender.scope(belief)
    world = recommender.graph_
    for text in (
        "user.interactions == 3",
        "user.last_liked == heat",
        "user.liked has all [thief, heat]",
        "user.disliked has only [alien]",
    ):
        assert compile_expression(text, world).mask(scope).all(), text
    nobody = recommender.scope(recommender.believe())
    assert compile_expression("user.interactions == 0 and user.last_liked is unknown", world).mask(nobody).all()
    assert compile_expression("user.liked is unknown and user.disliked is unknown", world).mask(nobody).all()
    assert items(world, "related(user.liked, 1)", scope) <= ALL - {"thief", "heat"}


def test_a_limit_gives_way_to_a_wish_about_the_same_facet(tiny_world: KnowledgeGraph, tmp_path: Path) -> None:
    path = tmp_path / "r.yaml"
    path.write_text("rules:\n  - limit: 1 per director\n  - {limit: 1, when: runtime > 100}\n", encoding="utf-8")
    rules, recommender = RuleBook.load(path, tiny_world), Recommender(texts=False).fit(tiny_world)

    def listed(*where: str) -> set[str]:
        return {entry.item for entry in recommender.recommend(where=where, rules=rules)}

    assert len(listed() & {"heat", "thief", "scream", "alien"}) == 1
    assert listed("director == Michael Mann", "runtime > 100") == {"heat", "thief"}
    assert len(listed("director == Michael Mann")) == 1  # the other limit stays
