"""Which rules make a difference to one person.

A rule that is in force need not matter: a constraint every item satisfies, a preference that lifts all or none, a
limit the list does not come near. A rule that makes no difference to anybody is a mistake more often than not, so it
is worth saying the moment it is written. (Whether it can matter to anybody at all is for kgrec.audit.lint.)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from kgrec.domain import Origin, OriginKind, Value
from kgrec.ranking import Ranking
from kgrec.recommender import Recommender
from kgrec.rulebook import Ask, RuleBook, Scope
from kgrec.rulebook.rules import Derive


def effective(
    recommender: Recommender, book: RuleBook, ranking: Ranking, context: Mapping[str, Value], n: int = 10
) -> set[str]:
    """Return the names of the rules that make a difference to a person.

    Args:
        recommender: a fitted one.
        book: the rules.
        ranking: of that person, under those rules.
        context: the moment it is of.
        n: how long the list is that limits may thin out.
    """
    scope = recommender.scope(ranking.belief, context)
    return {
        *_ruling(ranking),
        *_limiting(recommender, ranking, n),
        *(tune.origin.label for tune in ranking.tuning.values()),
        *(shelf.origin.label for shelf in book.shelves(scope)),
        *_asking(book, scope),
        *_deriving(book, scope),
    }


def _ruling(ranking: Ranking) -> Iterator[str]:
    """Yield the constraints that exclude an item and the preferences that set some apart from others."""
    for constraint, mask in zip(ranking.constraints, ranking.masks, strict=True):
        if _is_rule(constraint.origin) and not mask.all():
            yield constraint.label
    for applied in ranking.applied:
        wish = applied.preference
        if _is_rule(wish.origin) and wish.weight and applied.mask.any() and not applied.mask.all():
            yield wish.label


def _is_rule(origin: Origin) -> bool:
    return origin.kind is OriginKind.RULE


def _limiting(recommender: Recommender, ranking: Ranking, n: int) -> Iterator[str]:
    """Yield the limits in force without which, each by itself, the list would be another."""
    if not ranking.limits:
        return
    listed = recommender.best(ranking, n)
    for limit in ranking.limits:
        others = tuple(other for other in ranking.limits if other is not limit)
        if not np.array_equal(listed, recommender.best(replace(ranking, limits=others), n)):
            yield limit.origin.label


def _asking(book: RuleBook, scope: Scope) -> Iterator[str]:
    """Yield the rules that ask for a fact as long as it is unknown; an answer already given does not make them dead."""
    for rule in book.rules:
        if isinstance(rule, Ask):
            unknown = {name: value for name, value in scope.user.items() if name != rule.fact}
            if any(question.subject == rule.fact for question in book.questions(Scope(unknown, scope.context))):
                yield rule.name


def _deriving(book: RuleBook, scope: Scope) -> Iterator[str]:
    """Yield the rules that give some item a value."""
    for rule in book.rules:
        if isinstance(rule, Derive) and rule.is_in_force(scope):
            yield rule.name
