"""Random small worlds with random expressions about them, and what each expression means in plain Python.

A case is a text and a predicate: whether it holds for one item of a world. The predicates work on what one would note
down about a world, with sets and floats; they share nothing with the masks but the language.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import numpy as np
from hypothesis import strategies as st
from scipy import sparse

from kgrec.domain import Facet, FacetKind, Ontology, Place, Value
from kgrec.graph import KnowledgeGraph
from kgrec.graph.knowledge import INHERITED
from kgrec.rulebook import Scope, quoted
from kgrec.rulebook.derivations import Derivation, derive
from kgrec.rulebook.names import Names
from kgrec.rulebook.source import Source

TAGS: Final = ("red", "green", "dark blue", "and", "1995", 'say "hi"')
LEVELS: Final = ("low", "mid", "high", "top")  # nothing is ever at the top
BASE: Final = "https://example.org/things/"
ONTOLOGY: Final = Ontology(
    "things",
    f"{BASE}Thing",
    BASE,
    "thing",
    "things",
    (
        Facet("tag", f"{BASE}tag", FacetKind.CATEGORY, "tag", "tags"),
        Facet("level", f"{BASE}level", FacetKind.ORDERED, "level", "levels", order=LEVELS),
        Facet("size", f"{BASE}size", FacetKind.NUMBER, "size", "sizes", unit="cm"),
        Facet("made", f"{BASE}made", FacetKind.DATE, "day of making", "days of making"),
        Facet("note", f"{BASE}note", FacetKind.TEXT, "note", "notes"),
    ),
)
LISTS: Final = {"warm": ("red", "and"), "big": ("3",)}

EPOCH: Final = date(1970, 1, 1)


@dataclass(frozen=True)
class World:
    """What the items have and what is known of a user and a moment."""

    tags: tuple[frozenset[str], ...]
    levels: tuple[str | None, ...]
    sizes: tuple[float | None, ...]
    made: tuple[date | None, ...]
    notes: tuple[str, ...]
    broader: Mapping[str, frozenset[str]]
    facts: Mapping[str, Value]
    derivations: tuple[tuple[str, str, Case, Case | None], ...] = field(default=())  # facet, value, when, unless

    @property
    def items(self) -> range:
        return range(len(self.tags))

    def above(self, tag: str) -> frozenset[str]:
        return frozenset({tag}).union(*(self.above(parent) for parent in self.broader.get(tag, ())))

    def own(self, item: int, facet: str) -> set[str]:
        """What an item is said to have, by whoever noted it down or by a rule."""
        stated = {"tag": self.tags[item], "level": {self.levels[item]} - {None}, "mood": set()}[facet]
        return set(stated) | {
            value
            for name, value, when, unless in self.derivations
            if name == facet and when[1](self, item) and not (unless is not None and unless[1](self, item))
        }

    def has(self, item: int, facet: str, wanted: str) -> bool:
        """Whether an item has a value, or a narrower one; asks only for derivations that may give it."""
        stated = {"tag": self.tags[item], "level": {self.levels[item]} - {None}, "mood": set()}[facet]
        if any(wanted in self.above(value) for value in stated):
            return True
        return any(
            when[1](self, item) and not (unless is not None and unless[1](self, item))
            for name, value, when, unless in self.derivations
            if name == facet and wanted in self.above(value)
        )

    def number(self, name: str) -> float | None:
        """A fact as a number."""
        value = self.facts.get(name)
        if isinstance(value, str):
            try:
                return float((date.fromisoformat(value) - EPOCH).days)
            except ValueError:
                return float(value) if value.isdecimal() else None
        return value if isinstance(value, float) else None

    def words(self, name: str) -> tuple[str, ...]:
        """A fact as words, whose case does not matter."""
        value = self.facts.get(name, ())
        words = value if isinstance(value, tuple) else (value,) if isinstance(value, str) else (f"{value:g}",)
        return tuple(word.casefold() for word in words)

    @property
    def scope(self) -> Scope:
        facts: dict[str, dict[str, Value]] = {"user": {}, "context": {}}
        for name, value in self.facts.items():
            kind, _, fact = name.partition(".")
            facts[kind][fact] = value
        return Scope(facts["user"], facts["context"])

    def graph(self) -> KnowledgeGraph:
        n, values = len(self.tags), (*TAGS, *LEVELS[:3])
        tag_links = [
            (item, n + values.index(tag), 1.0 if tag in tags else INHERITED)
            for item, tags in enumerate(self.tags)
            for tag in sorted(frozenset().union(*map(self.above, tags)))
        ]
        level_links = [(item, n + values.index(level), 1.0) for item, level in enumerate(self.levels) if level]
        ids = (
            *(f"thing/{item} <{item}>" for item in self.items),
            *(f"tag/{number}" for number in range(len(TAGS))),
            *(f"level/{number}" for number in range(len(values) - len(TAGS))),
        )
        days = [math.nan if day is None else float((day - EPOCH).days) for day in self.made]
        return KnowledgeGraph(
            "w",
            "w",
            ONTOLOGY,
            ids,
            (*(f"Item {item}" for item in self.items), *values),
            n,
            {"tag": _matrix(tag_links, n, len(ids)), "level": _matrix(level_links, n, len(ids))},
            {"size": np.array([math.nan if size is None else size for size in self.sizes]), "made": np.array(days)},
            {"note": self.notes},
            broader={
                ids[n + TAGS.index(tag)]: tuple(ids[n + TAGS.index(parent)] for parent in sorted(parents))
                for tag, parents in self.broader.items()
                if parents
            },
        )

    def names(self, graph: KnowledgeGraph) -> Names:
        place = Place("rules.yaml")
        derivations = [
            Derivation(
                f"{facet} {value}",
                Source(f"{facet} = {value}", place),
                Source(when[0], place),
                None if unless is None else Source(unless[0], place),
                place,
            )
            for facet, value, when, unless in self.derivations
        ]
        errors: list[Exception] = []
        names, _ = derive(derivations, graph, Names(lists=LISTS), errors)  # type: ignore[arg-type]
        assert not errors, errors
        return names


Case = tuple[str, Callable[[World, int], bool]]
Sum = tuple[str, Callable[[World, int], float | None]]


def _matrix(cells: list[tuple[int, int, float]], rows: int, columns: int) -> sparse.csr_matrix:
    data = np.array([cell[2] for cell in cells], dtype=np.float32)
    places = [cell[0] for cell in cells], [cell[1] for cell in cells]
    return sparse.csr_matrix((data, places), shape=(rows, columns))


# --- conditions on values with names --------------------------------------------------------------------------------

COMPARE: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


def _quantified(facet: str, quantifier: str, text: str, wanted: Callable[[World], tuple[str, ...]]) -> Case:
    def holds(world: World, item: int) -> bool:
        names = wanted(world)
        if not names:  # of a fact that is unknown
            return False
        if quantifier in ("==", "has", "in", "has any"):
            return any(world.has(item, facet, name) for name in names)
        if quantifier == "has all":
            return all(world.has(item, facet, name) for name in names)
        own = world.own(item, facet)
        if quantifier == "has only":
            return bool(own) and all(world.above(value) & set(names) for value in own)
        return bool(own) and not any(world.has(item, facet, name) for name in names)

    return f"{facet} {quantifier} {text}", holds


def _known(facet: str) -> Case:
    return f"{facet} is known", lambda world, item: bool(world.own(item, facet))


ONE, SEVERAL = ("has", "==", "!="), ("in", "not in", "has any", "has all", "has none", "has only")


def _written_out(facet: str, names: st.SearchStrategy[str]) -> st.SearchStrategy[Case]:
    def one(quantifier: str, name: str) -> Case:
        return _quantified(facet, quantifier, quoted(name), lambda _: (name,))

    def several(quantifier: str, some: list[str]) -> Case:
        return _quantified(facet, quantifier, f"[{', '.join(map(quoted, some))}]", lambda _: tuple(some))

    return st.builds(one, st.sampled_from(ONE), names) | st.builds(
        several, st.sampled_from(SEVERAL), st.lists(names, min_size=1, max_size=3)
    )


def _of_fact(facet: str, fact: str) -> st.SearchStrategy[Case]:
    return st.sampled_from((*ONE, *SEVERAL)).map(
        lambda quantifier: _quantified(facet, quantifier, fact, lambda world: world.words(fact))
    )


_of_list = st.one_of(
    st.sampled_from((*ONE, "in", "not in")).map(lambda how: _quantified("tag", how, "warm", lambda _: LISTS["warm"])),
    st.sampled_from(SEVERAL).map(
        lambda how: _quantified("tag", how, "[green, warm]", lambda _: ("green", *LISTS["warm"]))
    ),
)

tag_leaves = st.one_of(
    _written_out("tag", st.sampled_from(TAGS)), _of_fact("tag", "user.tags"), _of_list, st.just(_known("tag"))
)


def _leveled(sign: str, level: str) -> Case:
    def holds(world: World, item: int) -> bool:
        own = world.levels[item]
        return own is not None and COMPARE[sign](LEVELS.index(own), LEVELS.index(level))

    return f"level {sign} {level}", holds


_levels = st.one_of(
    st.builds(_leveled, st.sampled_from(["<", "<=", ">", ">="]), st.sampled_from(LEVELS)),
    _written_out("level", st.sampled_from(LEVELS)),
    _of_fact("level", "user.level"),
    st.just(_known("level")),
)

# --- conditions on numbers ------------------------------------------------------------------------------------------


def _constant(text: str, value: float) -> Sum:
    return text, lambda _world, _item: value


def _calculated(sign: str, left: Sum, right: Sum) -> Sum:
    calculate = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}[sign]

    def worked_out(world: World, item: int) -> float | None:
        a, b = left[1](world, item), right[1](world, item)
        if a is None or b is None or (sign == "/" and b == 0):
            return None
        result = calculate(a, b)
        return result if math.isfinite(result) else None

    return f"({left[0]} {sign} {right[0]})", worked_out


def _years(of: Callable[[World, int], float | None]) -> Callable[[World, int], float | None]:
    """As people count: full years on the same day of the year, months and days between."""

    def worked_out(world: World, item: int) -> float | None:
        today, day = world.number("context.date"), of(world, item)
        if today is None or day is None:
            return None
        now, then = (date.fromordinal(int(number) + EPOCH.toordinal()) for number in (today, day))
        days = 372 * (now.year - then.year) + 31 * (now.month - then.month) + (now.day - then.day)
        return days / 372

    return worked_out


def _years_of_size(world: World, item: int) -> float | None:
    today, size = world.facts.get("context.date"), world.sizes[item]
    return None if today is None or size is None else int(str(today)[:4]) - size


def _day(world: World, item: int) -> float | None:
    day = world.made[item]
    return None if day is None else float((day - EPOCH).days)


_SIZE: Final[Sum] = ("size", lambda world, item: world.sizes[item])
_MADE: Final[Sum] = ("made", _day)
_columns = st.sampled_from(
    [
        _SIZE,
        _MADE,
        ("count(tag)", lambda world, item: float(len(world.tags[item]))),
        ("count(level)", lambda world, item: float(world.levels[item] is not None)),
        ("years_since(made)", _years(_day)),
        ("years_since(size)", _years_of_size),
        ("years_since(user.birthday)", _years(lambda world, _: world.number("user.birthday"))),
    ]
)
_numbers = st.integers(-9, 9).map(lambda number: _constant(str(number), float(number))) | st.sampled_from(
    [_constant("0.5", 0.5), _constant("1" + "0" * 300, 1e300), _constant("big", 3.0)]
)
_facts = st.sampled_from(["user.budget", "user.birthday", "context.hour"]).map(
    lambda name: (name, lambda world, _: world.number(name))
)
_sums = st.recursive(
    _columns | _numbers | _facts,
    lambda parts: st.builds(_calculated, st.sampled_from("+-*/"), parts, parts),
    max_leaves=4,
)
_calculations = st.builds(_calculated, st.sampled_from("+-*/"), _sums, _sums)


def _compared(left: Sum, sign: str, right: Sum) -> Case:
    def holds(world: World, item: int) -> bool:
        a, b = left[1](world, item), right[1](world, item)
        return a is not None and b is not None and COMPARE[sign](a, b)

    return f"{left[0]} {sign} {right[0]}", holds


def _among(left: Sum, is_in: bool, numbers: list[Sum]) -> Case:  # noqa: FBT001  (drawn, never written)
    def holds(world: World, item: int) -> bool:
        own, others = left[1](world, item), [number[1](world, item) for number in numbers]
        if own is None or (not is_in and None in others):
            return False
        return (own in others) is is_in

    return f"{left[0]} {'in' if is_in else 'not in'} [{', '.join(number[0] for number in numbers)}]", holds


def _date(day: date) -> Sum:
    return _constant(day.isoformat(), float((day - EPOCH).days))


_signs = st.sampled_from(sorted(COMPARE))
_plain = st.sampled_from([_constant("3 cm", 3.0), _constant("0", 0.0), _constant("big", 3.0), _constant("-2", -2.0)])
days = st.sampled_from([date(1, 1, 1), date(1969, 12, 31), EPOCH, date(2000, 2, 29), date(2026, 3, 1)]) | st.dates()
_measured = st.one_of(
    st.builds(_compared, st.just(_SIZE), _signs, _plain),
    st.builds(_compared, st.just(_MADE), _signs, days.map(_date)),
    st.builds(_compared, _calculations, _signs, _sums),
    st.builds(_compared, st.just(_SIZE), _signs, _calculations),
    st.builds(_compared, st.just(_calculated("+", _SIZE, _constant("3 cm", 3.0))), _signs, _plain),
    st.builds(_among, st.just(_SIZE), st.booleans(), st.lists(_plain | _facts, min_size=1, max_size=3)),
    st.builds(_among, st.just(_MADE), st.booleans(), st.lists(days.map(_date), min_size=1, max_size=3)),
    st.just(("size is known", lambda world, item: world.sizes[item] is not None)),
    st.just(("made is unknown", lambda world, item: world.made[item] is None)),
)

# --- conditions on texts and facts ----------------------------------------------------------------------------------

ODD_TEXTS: Final = (
    "Straße",
    "STRASSE",
    "ΣΑΣ",
    "σας",
    "İstanbul",
    "ﬁsh",
    'say "hi" \\ there',
    "a'b } . ?item ?p ?o",
    '"@en . DROP ALL #',
    "😀\u200d",
    "K",  # KELVIN SIGN
)
texts = st.sampled_from(ODD_TEXTS) | st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=6)


def _reads(how: str, some: list[str]) -> Case:
    wanted = [text.casefold() for text in some]

    def holds(world: World, item: int) -> bool:
        note = world.notes[item].casefold()
        if not note:
            return False
        if how == "has":
            return wanted[0] in note
        return (note in wanted) is (how in ("==", "in"))

    value = f"[{', '.join(map(quoted, some))}]" if how in ("in", "not in") else quoted(some[0])
    return f"note {how} {value}", holds


_texts = st.one_of(
    st.builds(_reads, st.sampled_from(["has", "==", "!=", "in", "not in"]), st.lists(texts, min_size=1, max_size=2)),
    st.just(("note is known", lambda world, item: bool(world.notes[item]))),
)


def _fact_is(name: str, how: str, word: str) -> Case:
    def holds(world: World, _: int) -> bool:
        words = world.words(name)
        return bool(words) and (word in words) is (how != "!=")

    return f"{name} {how} {quoted(word)}", holds


_on_facts = st.one_of(
    st.builds(_fact_is, st.sampled_from(["user.tags", "user.level"]), st.sampled_from(ONE), st.sampled_from(LEVELS)),
    st.builds(_compared, _facts, st.sampled_from(["<", "<=", ">", ">="]), _numbers),
    st.sampled_from(["user.tags", "context.hour"]).map(
        lambda name: (f"{name} is known", lambda world, _: name in world.facts)
    ),
)

# --- everything together --------------------------------------------------------------------------------------------


def negated(part: Case) -> Case:
    return f"not ({part[0]})", lambda world, item: not part[1](world, item)


def both(left: Case, right: Case) -> Case:
    return f"({left[0]}) and ({right[0]})", lambda world, item: left[1](world, item) and right[1](world, item)


def either(left: Case, right: Case) -> Case:
    return f"({left[0]}) or ({right[0]})", lambda world, item: left[1](world, item) or right[1](world, item)


def _joined(children: st.SearchStrategy[Case]) -> st.SearchStrategy[Case]:
    return st.builds(both, children, children) | st.builds(either, children, children) | children.map(negated)


base_leaves = st.one_of(_levels, _measured, _texts, _on_facts)
base_cases = st.recursive(base_leaves, _joined, max_leaves=3)
_tag_cases = st.recursive(base_leaves | tag_leaves, _joined, max_leaves=3)

mood_leaves = st.one_of(
    _written_out("mood", st.sampled_from(["calm", "wild"])), _of_fact("mood", "user.mood"), st.just(_known("mood"))
)
leaves = st.one_of(base_leaves, tag_leaves, tag_leaves, mood_leaves)
cases = st.recursive(leaves, _joined, max_leaves=8)

_is_calm = _quantified("mood", "has", "calm", lambda _: ("calm",))
_is_not_red = negated(_quantified("tag", "has", "red", lambda _: ("red",)))


@st.composite
def derivations(draw: st.DrawFn) -> tuple[tuple[str, str, Case, Case | None], ...]:
    """Tags derived of anything but tags, moods derived of tags, a mood derived of another: never a circle."""
    found: list[tuple[str, str, Case, Case | None]] = [
        ("tag", draw(st.sampled_from(TAGS)), draw(base_cases), draw(st.none() | base_cases))
        for _ in range(draw(st.integers(0, 2)))
    ]
    found.append(("mood", "calm", draw(_tag_cases), draw(st.none() | _tag_cases)))
    found.append(("mood", "wild", either(draw(_tag_cases), negated(_is_calm)), draw(st.none() | st.just(_is_not_red))))
    return tuple(draw(st.permutations(found)))


@st.composite
def worlds(draw: st.DrawFn, max_items: int = 6) -> World:
    n = draw(st.integers(1, max_items))

    def column(values: st.SearchStrategy[object]) -> tuple[object, ...]:
        return tuple(draw(values) for _ in range(n))

    sizes = st.none() | st.sampled_from([0.0, 1.0, 3.0, -2.0, 0.1, 1e300, 1995.0]) | st.integers(0, 5).map(float)
    tags = column(st.frozensets(st.sampled_from(TAGS), max_size=3))
    if not any(tags):  # then a tag could not be told from a misspelt one
        tags = (frozenset({"red"}), *tags[1:])
    broader = {
        tag: draw(st.frozensets(st.sampled_from(TAGS[number + 1 :]), max_size=2))
        if number + 1 < len(TAGS)
        else frozenset()
        for number, tag in enumerate(TAGS)
    }
    known = {
        "user.tags": st.sampled_from([("red",), ("green", "nothing"), ("1995", "dark blue"), ("low",)])
        | st.just("red"),
        "user.level": st.sampled_from(["low", "MID", "nowhere"]),
        "user.mood": st.sampled_from(["calm", ("wild", "calm"), "blue"]),
        "user.budget": st.sampled_from([0.0, 3.0, -1.0, 1e300, "3", "plenty"]),
        "user.birthday": st.sampled_from(["2000-02-29", "1969-12-31"]),
        "context.date": days.map(date.isoformat),
        "context.hour": st.integers(0, 23).map(float),
    }
    facts = {name: draw(values) for name, values in known.items() if draw(st.booleans())}
    return World(
        tags,  # type: ignore[arg-type]
        column(st.none() | st.sampled_from(LEVELS[:3])),  # type: ignore[arg-type]
        column(sizes),  # type: ignore[arg-type]
        column(st.none() | days),  # type: ignore[arg-type]
        column(st.just("") | texts),  # type: ignore[arg-type]
        broader,
        facts,
        draw(derivations()),
    )
