"""The ranker: from what is known of users to what may be listed for them, one alone or many at once.

Both take the same steps. Many at once differ in one of them: where nothing but histories is known, each scorer scores
them together, which costs a fraction of one after the other. Rules, limits, the filter and everything else are the
same calls, so a list of a batch is the list its user would have been given alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kgrec.accounts import Applied
from kgrec.blend import Blended, Weights, blend, blend_each, weights_for
from kgrec.domain import Belief, Constraint
from kgrec.graph import KnowledgeGraph
from kgrec.ranking import Ranking, last_filter, limits_on, standing_wishes, unseen
from kgrec.rulebook import RuleBook, Scope, TuneInForce
from kgrec.scorers import Evidence, Scorer
from kgrec.slates import familiarity
from kgrec.weights import WeightTable


@dataclass(frozen=True, eq=False)
class Asked:
    """Who asks.

    Attributes:
        evidence: the belief in numbers.
        scope: what rules may ask about the user and the moment.
    """

    belief: Belief
    evidence: Evidence
    scope: Scope


@dataclass(frozen=True, eq=False)
class Ranker:
    """Ranks the items of one graph.

    Attributes:
        scorers: fitted to the graph.
        table: learned weights, if there are any.
        relevant: the share of the items that the last filter lets through.
    """

    graph: KnowledgeGraph
    scorers: Sequence[Scorer]
    table: WeightTable | None
    relevant: float

    def rank(self, asked: Asked, rules: RuleBook) -> Ranking:
        """Score every item for one who asks, under the rules."""
        weights = self._weights(asked.evidence, rules.tuning(asked.scope))
        return self._ranking(asked, rules, blend(self.scorers, asked.evidence, weights, self.graph.n_items))

    def rank_many(self, asked: Sequence[Asked], rules: RuleBook) -> Iterator[Ranking]:
        """Yield the ranking of each who asks as :meth:`rank` gives it, but for rounding and without its parts."""
        weighed = [self._weights(one.evidence, rules.tuning(one.scope)) for one in asked]
        alike: dict[tuple[tuple[str, object], ...], list[int]] = {}
        for place, weights in enumerate(weighed):
            key = tuple((name, id(each) if isinstance(each, np.ndarray) else each) for name, each in weights.items())
            alike.setdefault(key, []).append(place)
        scores = np.empty((len(asked), self.graph.n_items), dtype=np.float32)
        for places in alike.values():
            evidences = [asked[place].evidence for place in places]
            scores[places] = blend_each(self.scorers, evidences, weighed[places[0]], self.graph.n_items)
        for one, own in zip(asked, scores, strict=True):
            yield self._ranking(one, rules, Blended(own.astype(np.float64), {}))

    def _weights(self, evidence: Evidence, tuning: Mapping[str, TuneInForce]) -> Weights:
        """Return the weights in force: those that rules set before those for that much evidence."""
        ordinary = weights_for(evidence, self.graph, self.table)
        return {**ordinary, **{scorer: tune.weight for scorer, tune in tuning.items()}}

    def _ranking(self, asked: Asked, rules: RuleBook, blended: Blended) -> Ranking:
        """Mask and shift blended scores as wishes, rules and dials say."""
        belief, scope = asked.belief, asked.scope
        wishes = tuple(wish for wish in belief.wishes if isinstance(wish, Constraint))
        stated = (*wishes, *rules.constraints(scope))
        constraints = tuple(constraint for constraint in stated if constraint.expression not in belief.dropped)
        standing = standing_wishes(self.graph, belief)
        standing += last_filter(self.scorers, asked.evidence, belief, self.relevant)
        masks = tuple(rules.mask(constraint.expression, scope) for constraint in constraints)
        constraints += tuple(wish for wish, _ in standing)
        masks += tuple(mask for _, mask in standing)
        allowed = np.logical_and.reduce(masks) if masks else np.ones(self.graph.n_items, dtype=bool)
        preferences = tuple(wish for wish in belief.wishes if not isinstance(wish, Constraint))
        applied = tuple(
            Applied(preference, rules.mask(preference.expression, scope))
            for preference in (*preferences, *rules.preferences(scope))
        ) + familiarity(self.graph, belief.dials, blended.scores)
        return Ranking(
            belief,
            asked.evidence,
            blended,
            applied,
            blended.scores + sum(entry.points() for entry in applied),
            allowed,
            allowed & unseen(self.graph, belief, asked.evidence.rated),
            constraints,
            masks,
            limits_on(belief, rules, scope),
            rules.tuning(scope),
        )
