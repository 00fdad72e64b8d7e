"""A second domain, end to end: restaurants, their opening hours and their guests, from tables to lists that obey rules.

Nothing about restaurants stands in the code, so what the rules promise is checked here a second time, over the tables
the graph was made of, for every guest there is.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, NamedTuple

import pandas as pd
import pytest

from kgrec.audit.expectations import check_expectations
from kgrec.audit.findings import Code, Severity
from kgrec.audit.lint import lint_rules
from kgrec.domain import OriginKind, Value
from kgrec.graph import KnowledgeGraph
from kgrec.recommender import Recommender
from kgrec.rulebook import RuleBook

RULES: Final = """
let:
  working_days: [Mon, Tue, Wed, Thu, Fri]
  after_working_days: [Tue, Wed, Thu, Fri, Sat]
  bars: [Bar, Bar_Pub_Brewery]
  parking_lots: ["yes", public, valet parking]

rules:
  - name: open now
    when: context.weekday is known and context.hour is known
    require: >-
      context.weekday in working_days and weekdays_open <= context.hour and weekdays_close > context.hour
      or context.weekday == Sat and saturday_open <= context.hour and saturday_close > context.hour
      or context.weekday == Sun and sunday_open <= context.hour and sunday_close > context.hour
      or context.weekday in after_working_days and weekdays_close > context.hour + 24
      or context.weekday == Sun and saturday_close > context.hour + 24
      or context.weekday == Mon and sunday_close > context.hour + 24
    strength: 5
    because: it is open

  - name: within the budget
    when: user.budget is known
    require: price == low or price == medium and user.budget in [medium, high] or user.budget == high
    strength: 4
    because: it is within your budget

  - name: smokers may smoke
    when: user.smoker == yes
    require: smoking in [permitted, section, only at bar]
    strength: 1
    because: you may smoke there

  - name: no smoke for others
    when: user.smoker == no
    forbid: smoking == permitted
    strength: 2
    because: nobody smokes at the next table

  - name: somewhere to park
    when: user.transport == car owner
    require: parking in parking_lots
    strength: 2
    because: you come by car

  - name: a way to pay
    when: user.payment is known
    require: accepts has any user.payment or accepts is unknown
    strength: 3
    because: you can pay the way you do

  - name: the usual or not
    when: user.cuisines is known
    ask: user.appetite
    question: What do you feel like?
    options: [my usual, something else]
    because: nobody eats the same every day

  - name: the usual
    when: user.appetite == my usual and user.cuisines is known
    require: cuisine has any user.cuisines
    strength: 0.5
    because: it is what you usually eat

  - name: something else
    when: user.appetite == something else
    forbid: cuisine has any user.cuisines
    strength: 0.5
    because: you want something else today

  - name: bars
    derive: style = bar
    when: cuisine in bars or alcohol == Full_Bar
    because: drinks are what it is for

  - name: no bars for the young
    when: context.year - user.birth_year < 18
    forbid: style has bar
    strength: 10
    because: you are not of age

  - name: no bars with children
    when: user.hijos == kids
    prefer: style has bar
    weight: -1
    because: bars are not for children

  - name: dressed for it
    when: user.dress_preference in [formal, elegant]
    prefer: dress_code == formal
    weight: 2
    because: you like to dress up

  - name: guests who know their way
    when: user.interactions >= 5
    tune: {scorer: popularity, weight: 0.05}
    because: you have been to the popular ones

  - name: not the same kitchen again and again
    limit: 2 per cuisine
    because: a list is for choosing from

  - name: until late
    shelf: Open until late
    of: saturday_close >= 25
    because: the night is young

expect:
  - name: nobody stands before a closed door
    given: {context.weekday: Sun, context.hour: 22}
    always: sunday_close > 22
  - name: but doors stay open past midnight
    given: {context.weekday: Sat, context.hour: 1}
    always: weekdays_close > 25 or saturday_open <= 1
  - given: {user.budget: low}
    always: price == low
  - given: {user.budget: medium}
    never: price >= high
  - given: {user.budget: high}
    some: price == high
  - given: {user.smoker: "yes"}
    never: smoking in [none, "not permitted"]
  - given: {user.smoker: "no"}
    never: smoking == permitted
  - given: {user.transport: car owner}
    never: parking == none
  - given: {user.payment: [VISA, checks]}
    never: accepts has only [cash]
  - given: {user.cuisines: [Mexican, Chinese], user.appetite: my usual}
    always: cuisine has any [Mexican, Chinese]
  - given: {user.cuisines: [Mexican], user.appetite: something else}
    never: cuisine has Mexican
  - given: {user.birth_year: 1996, context.year: 2012}
    never: cuisine has Bar or alcohol == Full_Bar
  - given: {user.hijos: kids}
    top: 10
    never: style has bar
  - given: {user.dress_preference: formal}
    top: 3
    some: dress_code == formal
  - given: {likes: Mexican}
    top: 3
    some: not cuisine has Mexican
"""

MOMENTS: Final[tuple[dict[str, Value], ...]] = (
    {"weekday": "Wed", "hour": 13.0, "year": 2012.0},
    {"weekday": "Sat", "hour": 21.0, "year": 2012.0},
    {"weekday": "Sun", "hour": 1.0, "year": 2012.0},
    {"weekday": "Sun", "hour": 18.0, "year": 2012.0},
)
DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
CITIES: Final = {"s": "San Luis Potosi", "c": "Ciudad Victoria", "v": "Ciudad Victoria", "j": "Jiutepec"}


class Town(NamedTuple):
    """The tables as they are, and what is made of them."""

    places: pd.DataFrame  # by id
    hours: dict[str, dict[str, tuple[float, float]]]  # id → day → opens, closes; closes beyond 24 the next morning
    lists: dict[str, dict[str, set[str]]]  # cuisine, parking, accepts → id → values
    guests: pd.DataFrame  # by id
    habits: dict[str, dict[str, tuple[str, ...]]]  # payment, cuisines → guest → values; facts that are lists
    visits: dict[str, tuple[str, ...]]  # guest → ids
    graph: KnowledgeGraph
    recommender: Recommender

    def facts(self, guest: str) -> dict[str, Value]:
        """Return a guest's habits as the graph has them, without the rest of the profile."""
        known = self.graph.user_facts[guest]
        return {name: known[name] for name in self.habits if name in known}


# --- from tables to a graph -------------------------------------------------------------------------------------------


def table(folder: Path, name: str) -> pd.DataFrame:
    frame = pd.read_csv(folder / f"{name}.csv", dtype=str, na_values="?", keep_default_na=False)
    return frame.rename(columns={"placeID": "item", "userID": "user"})


def values_of(frame: pd.DataFrame, key: str, value: str) -> dict[str, tuple[str, ...]]:
    return {str(name): tuple(group[value]) for name, group in frame.groupby(key)}


def decimal(clock: str) -> float:
    hours, minutes = clock.split(":")
    return int(hours) + int(minutes) / 60


def opening_hours(frame: pd.DataFrame) -> dict[str, dict[str, tuple[float, float]]]:
    """Return when places open and close by day; one that opens and closes at the same time is closed that day."""
    found: dict[str, dict[str, tuple[float, float]]] = {}
    for item, hours, days in frame[["item", "hours", "days"]].itertuples(index=False):
        opens, closes = map(decimal, hours.strip(";").split("-"))
        if opens != closes:
            closes += 24.0 * (closes < opens)
            found.setdefault(item, {}).update(dict.fromkeys(days.strip(";").split(";"), (opens, closes)))
    return found


def items(places: pd.DataFrame, hours: dict[str, Any], lists: dict[str, dict[str, set[str]]]) -> pd.DataFrame:
    price = pd.Categorical(places["price"], ["low", "medium", "high"], ordered=True)
    frame = pd.DataFrame({"item": places.index, "label": places["name"], "price": price}, index=places.index)
    frame["smoking"] = places["smoking_area"]
    frame["dress_code"] = places["dress_code"]
    frame["alcohol"] = places["alcohol"]
    frame["accessibility"] = places["accessibility"]
    frame["ambience"] = places["Rambience"]
    frame["city"] = [
        CITIES.get(city.strip()[:1].lower(), city) if isinstance(city, str) else None for city in places["city"]
    ]
    for name, values in lists.items():
        frame[name] = [sorted(values.get(item, ())) for item in places.index]
    for part, day in (("weekdays", "Mon"), ("saturday", "Sat"), ("sunday", "Sun")):
        for end, position in (("open", 0), ("close", 1)):
            frame[f"{part}_{end}"] = [hours.get(item, {}).get(day, (None, None))[position] for item in places.index]
    return frame.astype({column: float for column in frame if column.endswith(("_open", "_close"))})


def profiles(guests: pd.DataFrame, habits: dict[str, dict[str, tuple[str, ...]]]) -> pd.DataFrame:
    frame = guests.drop(columns=["latitude", "longitude", "weight", "height", "color"]).reset_index()
    frame["smoker"] = frame["smoker"].map({"true": "yes", "false": "no"})
    for name, values in habits.items():
        frame[name] = [values.get(guest) for guest in guests.index]
    return frame.astype({"birth_year": float})


@pytest.fixture(scope="module")
def town(data_dir: Callable[[str], Path]) -> Town:
    folder = data_dir("rcdata")
    places = table(folder, "geoplaces2").set_index("item")
    listed = table(folder, "chefmozhours4")
    hours = opening_hours(listed[listed["item"].isin(places.index)])  # the others are nobody's choice
    sources = {"cuisine": "Rcuisine", "parking": "parking_lot", "accepts": "Rpayment"}
    files = {"cuisine": "chefmozcuisine", "parking": "chefmozparking", "accepts": "chefmozaccepts"}
    lists = {
        name: {item: set(found) for item, found in values_of(table(folder, files[name]), "item", column).items()}
        for name, column in sources.items()
    }
    guests = table(folder, "userprofile").set_index("user")
    habits = {
        "payment": values_of(table(folder, "userpayment"), "user", "Upayment"),
        "cuisines": values_of(table(folder, "usercuisine"), "user", "Rcuisine"),
    }
    visits = table(folder, "rating_final")[["user", "item", "rating"]].astype({"rating": float})
    graph = KnowledgeGraph.from_frames(
        items(places, hours, lists), interactions=visits, users=profiles(guests, habits), name="restaurants"
    )
    return Town(
        places,
        hours,
        lists,
        guests,
        habits,
        values_of(visits, "user", "item"),
        graph,
        Recommender(rng=0, texts=False).fit(graph),
    )


@pytest.fixture(scope="module")
def book(town: Town, tmp_path_factory: pytest.TempPathFactory) -> RuleBook:
    path = tmp_path_factory.mktemp("rules") / "restaurants.yaml"
    path.write_text(RULES, encoding="utf-8")
    return RuleBook.load(path, town.graph)


# --- what the rules promise, said once more ---------------------------------------------------------------------------


def is_open(town: Town, item: str, moment: dict[str, Value]) -> bool:
    day, hour = str(moment["weekday"]), float(str(moment["hour"]))
    before = DAYS[DAYS.index(day) - 1]
    opens, closes = town.hours.get(item, {}).get(day, (99.0, 0.0))
    return opens <= hour < closes or hour + 24 < town.hours.get(item, {}).get(before, (99.0, 0.0))[1]


def broken_promises(town: Town, guest: str, item: str, moment: dict[str, Value]) -> Iterator[str]:
    """Yield the names of the rules that an item breaks for a guest, from the tables alone."""
    place, person = town.places.loc[item], town.guests.loc[guest]
    if not is_open(town, item, moment):
        yield "open now"
    levels = ("low", "medium", "high")
    if person["budget"] in levels and levels.index(place["price"]) > levels.index(person["budget"]):
        yield "within the budget"
    if person["smoker"] == "true" and place["smoking_area"] in ("none", "not permitted"):
        yield "smokers may smoke"
    if person["smoker"] == "false" and place["smoking_area"] == "permitted":
        yield "no smoke for others"
    if person["transport"] == "car owner" and town.lists["parking"][item] == {"none"}:
        yield "somewhere to park"
    accepted = town.lists["accepts"].get(item)
    paying = town.habits["payment"].get(guest)
    if accepted and paying and not accepted & set(paying):
        yield "a way to pay"


# --- the tests --------------------------------------------------------------------------------------------------------


def test_all_places_guests_and_visits_arrive(town: Town):
    graph = town.graph
    assert (graph.n_items, len(graph.user_facts), graph.interactions.n_users, len(graph.interactions)) == (
        130,
        138,
        138,
        1_161,
    )
    assert graph.facet("price").order == ("low", "medium", "high")
    assert graph.user_facts["U1001"]["budget"] == "medium"
    assert "budget" not in graph.user_facts["U1024"] or graph.user_facts["U1024"]["budget"] != "?"
    assert "?" not in graph.labels
    for name, values in town.habits.items():
        known = {guest: facts[name] for guest, facts in graph.user_facts.items() if name in facts}
        assert known == {guest: tuple(sorted(set(listed))) for guest, listed in values.items()}


def test_the_rules_keep_their_own_tests(town: Town, book: RuleBook):
    broken = check_expectations(book, town.graph, lambda: town.recommender)
    assert [found.message(town.graph) for found in broken] == []


@pytest.mark.parametrize(
    ("facts", "hour"),
    [
        ({"budget": "low", "smoker": "yes", "transport": "car owner"}, 4.0),
        ({"budget": "low", "smoker": "yes", "payment": ("American_Express", "VISA")}, 13.0),
        ({"appetite": "my usual", "cuisines": ("Latin_American",)}, 13.0),
    ],
    ids=["a driver cannot smoke at night", "nor who pays by card", "nobody cooks what some eat"],
)
def test_all_that_is_wrong_with_them_is_what_the_town_does_not_have(
    facts: dict[str, Value], hour: float, town: Town, book: RuleBook
):
    findings = lint_rules(town.graph, book, lambda: town.recommender)
    assert {finding.severity for finding in findings} == {Severity.WARNING}
    assert {finding.code for finding in findings} == {Code.CONTRADICTION, Code.LETS_NOTHING_THROUGH}
    slate = town.recommender.recommend(facts=facts, rules=book, context={"weekday": "Mon", "hour": hour})
    assert slate.conflict is not None
    in_conflict = [repr(wish.label) for wish in slate.conflict.wishes]
    assert any(all(name in finding.message for name in in_conflict) for finding in findings)


@pytest.mark.parametrize("moment", MOMENTS, ids=lambda moment: f"{moment['weekday']} {moment['hour']:g}")
def test_every_list_of_every_guest_obeys_every_rule(moment: dict[str, Value], town: Town, book: RuleBook):
    n_listed = n_dead_ends = 0
    for guest in town.guests.index:
        slate = town.recommender.recommend(user=guest, rules=book, context=moment)
        for entry in slate:
            assert list(broken_promises(town, guest, entry.item, moment)) == [], (guest, entry.label)
            n_listed += 1
        if slate.conflict is not None:
            n_dead_ends += 1
            new = [item for item in town.graph.item_ids if item not in town.visits[guest]]
            assert all(list(broken_promises(town, guest, item, moment)) for item in new)
    assert n_listed > 5 * (len(town.guests) - n_dead_ends)
    assert n_dead_ends < len(town.guests) / 2


def test_no_kitchen_comes_a_third_time(town: Town, book: RuleBook):
    for guest in town.guests.index:
        slate = town.recommender.recommend(user=guest, rules=book)
        served = [cuisine for entry in slate for cuisine in town.lists["cuisine"].get(entry.item, ())]
        assert max(map(served.count, served), default=0) <= 2


def test_the_usual_or_something_else(town: Town, book: RuleBook):
    (question,) = book.questions(town.recommender.scope(town.recommender.believe(facts=town.facts("U1001"))))
    assert (question.subject, question.text) == ("appetite", "What do you feel like?")
    for guest in town.guests.index:
        usual = set(town.habits["cuisines"][guest])
        facts = town.facts(guest)
        same = town.recommender.recommend(facts={**facts, "appetite": "my usual"}, rules=book)
        other = town.recommender.recommend(facts={**facts, "appetite": "something else"}, rules=book)
        assert all(town.lists["cuisine"][entry.item] & usual for entry in same)
        assert not any(town.lists["cuisine"].get(entry.item, set()) & usual for entry in other)
        served = any(usual & cuisines for item, cuisines in town.lists["cuisine"].items() if item in town.places.index)
        assert bool(same.items) is (served and same.conflict is None)


def test_each_way_out_of_a_dead_end_leads_out(town: Town, book: RuleBook):
    guest = next(guest for guest in town.guests.index if town.guests.loc[guest, "smoker"] == "true")
    facts: dict[str, Value] = {"budget": "low", "transport": "car owner", "appetite": "my usual"}
    belief = town.recommender.believe(user=guest, facts=facts)
    moment: dict[str, Value] = {"weekday": "Sun", "hour": 8.0, "year": 2012.0}
    slate = town.recommender.slate(town.recommender.rank(belief, book, moment))
    assert slate.conflict is not None
    assert {wish.origin.kind for wish in slate.conflict.wishes} == {OriginKind.RULE}
    ways = slate.conflict.relaxations
    cost = [sum(wish.strength for wish in way.drop) for way in ways]
    assert cost == sorted(cost)
    for way in ways:
        dropped = frozenset(wish.expression for wish in way.drop)
        ranking = town.recommender.rank(replace(belief, dropped=dropped), book, moment)
        assert int(ranking.allowed.sum()) == way.items > 0


def test_why(town: Town, book: RuleBook):
    facts: dict[str, Value] = {"dress_preference": "formal", "budget": "high"}
    slate = town.recommender.recommend(user="U1003", facts=facts, rules=book, n=130)
    reasons = [reason for entry in slate for reason in entry.reasons if reason.text == "you like to dress up"]
    assert [reason.place.file.endswith("restaurants.yaml") for reason in reasons if reason.place] == [True] * len(
        reasons
    )
    assert reasons
    for entry in slate:
        assert sum(reason.share for reason in entry.reasons) == pytest.approx(entry.score, abs=1e-6)


def test_the_shelf_holds_what_is_open_late(town: Town, book: RuleBook):
    ranking = town.recommender.rank(town.recommender.believe(), book)
    (shelf,) = (shelf for shelf in town.recommender.shelves(ranking, book) if shelf.place is not None)
    assert shelf.title == "Open until late"
    assert all(town.hours[entry.item]["Sat"][1] >= 25 for entry in shelf.items)
