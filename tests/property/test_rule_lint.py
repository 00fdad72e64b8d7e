"""What a check says of rules, against trying everything: small worlds, few facts, and all that these can be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from kgrec.acts import Option
from kgrec.audit.contradictions import Contradictions
from kgrec.audit.effects import Effects
from kgrec.audit.findings import Code, Severity
from kgrec.audit.lint import lint_rules
from kgrec.audit.moments import Situation, agrees
from kgrec.audit.situations import FactSpace, expressions_of, scope_of
from kgrec.domain import Facet, FacetKind, Ontology, Place, Value
from kgrec.graph import KnowledgeGraph
from kgrec.rulebook import Expression, Mask, RuleBook, Scope, compile_expression
from kgrec.rulebook.names import Names
from kgrec.rulebook.rules import Ask, Derive, Forbid, Limit, Prefer, Require, Rule, Shelf, Tune

TAGS = ("red", "green", "blue")
ONTOLOGY = Ontology(
    "things",
    "t:Thing",
    "t:",
    "thing",
    "things",
    (
        Facet("tag", "t:tag", FacetKind.CATEGORY, "tag", "tags"),
        Facet("size", "t:size", FacetKind.NUMBER, "size", "sizes"),
    ),
)
NAMES = Names(facts={"mood": ("good", "bad")})

VALUES: dict[str, tuple[Value | None, ...]] = {
    "user.mood": (None, "good", "bad"),
    "user.food": (None, "rice", "fish", "cake", ("rice", "fish")),
    "user.age": (None, 3.0, 10.0, 10.5, 15.0, 20.0, 21.0, "10"),
    "user.interactions": (None, *map(float, range(8))),
    "context.hour": (None, 0.0, 4.0, 5.0, 6.0, 11.0, 12.0, 13.0, 22.0, 23.0),
    "context.month": (None, *map(float, range(1, 13))),
    "context.season": (None, "winter", "spring", "summer", "autumn"),
    "context.weekday": (None, "Mon", "Tue", "Wed", "Sun"),
}
"""What each fact may be, beyond what a check itself would try."""

CLOCK = {"user.interactions", "context.hour", "context.month", "context.season", "context.weekday"}
"""What is always known when people use kgrec."""

CONDITIONS = {
    "user.mood": ("== good", "!= bad", "is known", "in [good, bad]", "== bad"),
    "user.food": ("== rice", "!= fish", "in [rice, fish]", "is unknown", "== fish"),
    "user.age": ("< 10", ">= 10", "> 20", "== 10", "is known"),
    "user.interactions": ("< 0", "< 3", ">= 3", "> 2", "== 5", "< 2.5"),
    "context.hour": (">= 5", "< 5", "> 12", "<= 12", "> 23", "== 12"),
    "context.month": ("> 6", "<= 6", "== 12", "in [1, 2]"),
    "context.season": ("== winter", "!= winter", "in [spring, summer]"),
    "context.weekday": ("== Mon", "in [Mon, Tue]", "!= Sun"),
}


@dataclass(frozen=True)
class World:
    """What the items have."""

    tags: tuple[frozenset[str], ...]
    sizes: tuple[float | None, ...]

    def graph(self) -> KnowledgeGraph:
        n = len(self.tags)
        pairs = [(item, n + TAGS.index(tag)) for item, tags in enumerate(self.tags) for tag in sorted(tags)]
        rows, columns = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
        links = sparse.csr_matrix((np.ones(len(pairs), dtype=np.float32), (rows, columns)), shape=(n, n + len(TAGS)))
        sizes = np.array([np.nan if size is None else size for size in self.sizes])
        ids = (*(f"i{item}" for item in range(n)), *(f"tag/{tag}" for tag in TAGS))
        labels = (*(f"Item {item}" for item in range(n)), *TAGS)
        return KnowledgeGraph("w", "w", ONTOLOGY, ids, labels, n, {"tag": links}, {"size": sizes}, {})


worlds = (
    st.integers(1, 5)
    .flatmap(
        lambda n: st.builds(
            World,
            st.tuples(*[st.frozensets(st.sampled_from(TAGS))] * n),
            st.tuples(*[st.none() | st.integers(0, 4).map(float)] * n),
        )
    )
    .filter(lambda world: any(world.tags))
)

on_items = st.one_of(
    st.sampled_from(TAGS).map(lambda tag: f"tag has {tag}"),
    st.sampled_from(TAGS).map(lambda tag: f"tag != {tag}"),
    st.builds(lambda sign, size: f"size {sign} {size}", st.sampled_from(["<", ">=", "=="]), st.integers(-1, 5)),
    st.just("size is known"),
)


def joined(leaves: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    def join(word: str, left: str, right: str) -> str:
        return f"({left}) {word} ({right})"

    return st.recursive(
        leaves,
        lambda parts: st.one_of(
            st.builds(join, st.sampled_from(["and", "or"]), parts, parts), parts.map(lambda part: f"not ({part})")
        ),
        max_leaves=3,
    )


def _rule(
    kind: str, texts: tuple[str, str | None, str | None], number: int, amount: int, graph: KnowledgeGraph
) -> Rule:
    def compiled(text: str | None) -> Expression | None:
        return None if text is None else compile_expression(text, graph, names=NAMES)

    wanted = compiled(texts[0])
    assert wanted is not None
    shared = {"name": f"r{number}", "place": Place("f", number + 1), "when": compiled(texts[1])}
    common = {**shared, "unless": compiled(texts[2])}
    if kind in ("prefer", "require", "forbid"):
        extra = {"weight": float(amount)} if kind == "prefer" else {"strength": float(amount)}
        return {"prefer": Prefer, "require": Require, "forbid": Forbid}[kind](**common, expression=wanted, **extra)
    return {
        "derive": Derive(**common, facet="tag", value=TAGS[amount]),
        "limit": Limit(**common, most=amount, facet=("", "tag")[number % 2]),
        "tune": Tune(**common, scorer="walk", weight=float(amount)),
        "shelf": Shelf(**common, title="s", of=wanted),
        "ask": Ask(**common, fact="mood", question="?", options=(Option("good", "good"), Option("bad", "bad"))),
    }[kind]


@st.composite
def books(draw: st.DrawFn, kinds: tuple[str, ...], most: int = 4, n_facts: int = 3) -> tuple[KnowledgeGraph, RuleBook]:
    """Draw a world, some facts, and rules about them; with one fact the rules differ in little but their conditions."""
    graph = draw(worlds).graph()
    facts = draw(st.lists(st.sampled_from(sorted(CONDITIONS)), min_size=1, max_size=n_facts, unique=True))
    on_facts = st.sampled_from([f"{name} {rest}" for name in facts for rest in CONDITIONS[name]])
    # A few texts for all rules, so that some rules say the same.
    settled = st.sampled_from(draw(st.lists(joined(on_facts), min_size=1, max_size=4)))
    either = st.sampled_from(draw(st.lists(joined(on_facts | on_facts | on_items), min_size=1, max_size=3)))
    about = on_items | on_items | on_items | on_facts if n_facts > 1 else on_items
    wanted = st.sampled_from(draw(st.lists(joined(about), min_size=1, max_size=n_facts)))
    rules: list[Rule] = []
    for number in range(draw(st.integers(1, most))):
        kind = draw(st.sampled_from(kinds))
        when = st.none() | (settled if kind in ("ask", "tune") or n_facts == 1 else either)
        texts = (draw(wanted), draw(when), draw(st.none() | when))
        rules.append(_rule(kind, texts, number, draw(st.integers(1, 2)), graph))
    asked = Ask(
        name="asked",
        place=Place("f", 99),
        fact="mood",
        question="?",
        options=(Option("good", "good"), Option("bad", "bad")),
    )
    return graph, RuleBook((*rules, asked), (), "", graph)


def situations(rules: tuple[Rule, ...], *, are_real: bool = False) -> Iterator[Situation]:
    """Yield all situations; ``are_real``: the clock always goes, and a fact is one value."""
    names = sorted({name for rule in rules for part in expressions_of(rule) for name in part.needs})
    values = [
        [
            value
            for value in VALUES[name]
            if not are_real or not (isinstance(value, tuple) or (value is None and name in CLOCK))
        ]
        for name in names
    ]
    for row in product(*values):
        situation = dict(zip(names, row, strict=True))
        if agrees(situation):
            yield situation


def concerned(rule: Rule, scope: Scope, n_items: int) -> Mask:
    mask = np.ones(n_items, dtype=bool)
    if rule.when is not None:
        mask &= rule.when.mask(scope)
    if rule.unless is not None:
        mask &= ~rule.unless.mask(scope)
    return mask


def outcome(book: RuleBook, scope: Scope) -> tuple[object, ...]:
    """Return what rules come to: the items let through, the order they give, weights and questions."""
    allowed = np.ones(book._graph.n_items, dtype=bool)
    for constraint in book.constraints(scope):
        allowed &= book.mask(constraint, scope)
    points = np.zeros(len(allowed))
    for preference in book.preferences(scope):
        points += preference.weight * book.mask(preference, scope)
    left = points[allowed]
    weights = {scorer: tune.weight for scorer, tune in book.tuning(scope).items()}
    questions = [(question.text, question.options) for question in book.questions(scope)]
    return allowed.tolist(), (left - left.min()).tolist() if len(left) else [], weights, questions


def compiled(graph: KnowledgeGraph, book: RuleBook) -> RuleBook:
    return replace(book, _graph=graph, names=NAMES)


REPLACEABLE = ("require", "forbid", "prefer", "tune", "derive")
ALL = ("require", "forbid", "prefer", "derive", "limit", "tune", "shelf", "ask")


@given(books(ALL) | books(REPLACEABLE, n_facts=1))
@settings(max_examples=100, deadline=None)
def test_what_is_said_to_do_nothing_does_nothing(case: tuple[KnowledgeGraph, RuleBook]) -> None:
    graph, book = case
    book = compiled(graph, book)
    rules = {rule.name: rule for rule in book.rules}
    idle = (Code.NEVER_IN_FORCE, Code.HOLDS_NOWHERE, Code.NO_EFFECT, Code.SHADOWED, Code.DUPLICATE)
    for finding in lint_rules(graph, book):
        if finding.code not in idle:
            continue
        rule = rules[finding.rule]
        others = tuple(other for other in book.rules if other is not rule)
        for situation in situations(book.rules):
            scope = scope_of(situation)
            mask = concerned(rule, scope, graph.n_items)
            if finding.code in (Code.NEVER_IN_FORCE, Code.HOLDS_NOWHERE):
                assert not mask.any()
            elif finding.code is Code.DUPLICATE and isinstance(rule, Prefer | Shelf):
                assert _has_a_twin(rule, others, scope, graph)
            elif isinstance(rule, Derive | Limit | Shelf):
                assert _is_vain(rule, others, mask, scope, graph)
            else:
                assert outcome(book, scope) == outcome(replace(book, rules=others), scope)


def _has_a_twin(rule: Prefer | Shelf, others: tuple[Rule, ...], scope: Scope, graph: KnowledgeGraph) -> bool:
    def items(one: Prefer | Shelf) -> list[bool]:
        wanted = one.of if isinstance(one, Shelf) else one.expression
        return list((concerned(one, scope, graph.n_items) & wanted.mask(scope)).tolist())

    twins = [one for one in others if isinstance(one, Prefer | Shelf) and type(one) is type(rule)]
    return any(items(one) == items(rule) for one in twins)


def _is_vain(
    rule: Derive | Limit | Shelf, others: tuple[Rule, ...], mask: Mask, scope: Scope, graph: KnowledgeGraph
) -> bool:
    if isinstance(rule, Shelf):
        return not (mask & rule.of.mask(scope)).any()
    same = [one for one in others if type(one) is type(rule)]
    if isinstance(rule, Derive):
        has = compile_expression(f"tag has {rule.value}", graph).mask().copy()
        for one in same:
            if isinstance(one, Derive) and one.value == rule.value:
                has |= concerned(one, scope, graph.n_items)
        return not (mask & ~has).any()
    tighter = [one for one in same if isinstance(one, Limit) and one.facet == rule.facet and one.most <= rule.most]
    if any(not (mask & ~concerned(one, scope, graph.n_items)).any() for one in tighter):
        return True
    groups = {
        "": [mask],
        "tag": [mask & compile_expression(f"tag has {tag}", graph).mask() for tag in TAGS],
    }[rule.facet]
    return all(group.sum() <= rule.most for group in groups)


@given(books(("require", "forbid")) | books(("require", "forbid"), n_facts=1))
@settings(max_examples=60, deadline=None)
def test_contradictions_are_real_and_none_of_few_rules_is_missed(case: tuple[KnowledgeGraph, RuleBook]) -> None:
    graph, book = case
    book = compiled(graph, book)
    hard = [rule for rule in book.rules if isinstance(rule, Require | Forbid)]
    found = list(Contradictions(hard, FactSpace(book, graph), Effects(graph.n_items)).all())
    for contradiction in found:
        dead = [one for one in situations(contradiction.rules) if _leaves_nothing(book, contradiction.rules, one)]
        every = list(situations(contradiction.rules))
        agreeing = [one for one in every if all(one[name] == value for name, value in contradiction.facts.items())]
        if contradiction.is_always:
            assert len(dead) == len(every)
        else:
            assert not agreeing or any(one in dead for one in agreeing)
        for rule in contradiction.rules:
            fewer = tuple(other for other in contradiction.rules if other is not rule)
            assert not fewer or any(not _leaves_nothing(book, fewer, one) for one in dead)
    if any(_leaves_nothing(book, tuple(hard), one) for one in situations(tuple(hard), are_real=True)):
        assert found


def _leaves_nothing(book: RuleBook, rules: tuple[Rule, ...], situation: Situation) -> bool:
    return not any(outcome(replace(book, rules=rules), scope_of(situation))[0])


@given(books(ALL, most=6))
@settings(max_examples=25, deadline=None)
def test_a_check_finds_the_same_again_and_warns_of_nothing_that_is_certain(
    case: tuple[KnowledgeGraph, RuleBook],
) -> None:
    graph, book = case
    found = lint_rules(graph, book)
    assert lint_rules(graph, book) == found
    assert [finding.place.line for finding in found] == sorted(finding.place.line for finding in found)
    always = {Code.CONTRADICTION, Code.LETS_NOTHING_THROUGH}
    assert all(finding.code in always for finding in found if finding.severity is Severity.ERROR)
