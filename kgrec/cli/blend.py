"""``kgrec blend``: how much each scorer counts, how that was found, and pins that set it by hand."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from kgrec.cli.opening import Source, open_recommender
from kgrec.cli.recommend import what_is_said
from kgrec.domain import SCORERS
from kgrec.errors import DataError
from kgrec.pins import known_scorer, write_pins
from kgrec.progress import Progress
from kgrec.rulebook import RuleBook, TuneInForce
from kgrec.weighing import Row, Weighed, rows_of, weighed
from kgrec.weighing import Source as WeightSource
from kgrec.weights import BUCKETS, ItemAge, bucket_of, bucket_words

_PIN: Final = re.compile(r"(?P<scorer>[a-z_]+)=(?P<weight>\d+(?:\.\d+)?|\.\d+)")
_SHOWN: Final = 0.005
_WIDTH: Final = 80
_NAME: Final = 11
_CELL: Final = 8
_RATED_BY: Final = {ItemAge.ESTABLISHED: "by many", ItemAge.FEW: "by few", ItemAge.NEW: "never"}
_SOURCES: Final = {
    WeightSource.LEARNED: "learned",
    WeightSource.CONSTANT: "fixed",
    WeightSource.CONVERSED: "as it is while somebody talks",
    WeightSource.TEXT: "for a wish in free words",
}


@dataclass(frozen=True, eq=False)
class BlendReport:
    """What is in force for one user, or for anybody.

    Attributes:
        n_rated: how many items the user has rated.
        is_learned: whether the weights come from held-out interactions.
        rows: by bucket, established items first.
        tuned: the scorers whose weight a rule or a pin sets.
        in_force: what each scorer counts for the user now.
    """

    data: str
    user: str | None
    n_rated: int
    is_learned: bool
    rows: tuple[Row, ...]
    tuned: Mapping[str, TuneInForce]
    in_force: tuple[Weighed, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the report as JSON."""
        tuned = {
            name: {"weight": one.weight, "rule": one.origin.label, "place": str(one.origin.place or "")}
            for name, one in self.tuned.items()
        }
        return {
            "data": self.data,
            "user": self.user,
            "rated": self.n_rated,
            "learned": self.is_learned,
            "weights": [_to_json(row) for row in self.rows],
            "tuned": tuned,
            "in_force": {one.scorer: _in_force_json(one) for one in self.in_force},
        }

    def lines(self) -> list[str]:
        """Return the report as text: what is in force now, then the weights by how much is known."""
        how = (
            "learned from held-out interactions" if self.is_learned else "constant: too few interactions to learn from"
        )
        lines = [f"{self.data}: weights {how}", ""]
        lines.append(f"In force for {self.user or 'anybody (without --user)'}, {self.n_rated} rated:")
        lines += self._now()
        lines += ["", "By how many items somebody has rated (* as many as here):"]
        ages = {row.age for row in self.rows}
        for age in sorted(ages, reverse=True):
            head = [f"Items: {age.words}"] if len(ages) > 1 else []
            lines += ["", *head, *self._block({row.bucket: row for row in self.rows if row.age is age})]
        return lines

    def _now(self) -> Iterator[str]:
        """Yield what counts now: a line a scorer, a column an age of items."""
        counting = [one for one in self.in_force if one.rule or max(weight for _, weight in one.by_age) >= _SHOWN]
        ages = sorted({age for one in counting for age, _ in one.by_age}, reverse=True)
        if len(ages) > 1:
            yield f"{'items rated':{_NAME}}" + "".join(f"{_RATED_BY[age]:>{_CELL}}" for age in ages)
        for one in counting:
            weight = dict(one.by_age)  # of one age alone: it is that of all
            lead = f"{one.scorer:{_NAME}}" + "".join(_cell(weight.get(age, one.weight)) for age in ages) + "  "
            yield from textwrap.wrap(
                lead + _why(one), _WIDTH, subsequent_indent=" " * len(lead), break_long_words=False
            )

    def _block(self, rows: Mapping[int, Row]) -> Iterator[str]:
        """Yield the weights of items of one age: a line a scorer, a column an amount of evidence."""
        mine = bucket_of(self.n_rated)
        found = [rows.get(bucket) for bucket in range(len(BUCKETS))]
        heads = (f"{'*' if bucket == mine else ''}{bucket_words(bucket)}" for bucket in range(len(BUCKETS)))
        yield " " * _NAME + "".join(f"{head:>{_CELL}}" for head in heads)
        names = dict.fromkeys((*SCORERS, *(name for row in rows.values() for name in row.weights)))
        for name in names:
            weights = [0.0 if row is None else row.weights.get(name, 0.0) for row in found]
            if max(weights) >= _SHOWN:
                yield f"{name:{_NAME}}" + "".join(map(_cell, weights))
        judged = [row for row in rows.values() if row.found.n_users]
        if judged:
            cells = (f"{row.found.ndcg:.3f}" if row is not None and row.found.n_users else "" for row in found)
            yield f"{'NDCG@10':{_NAME}}" + "".join(f"{cell:>{_CELL}}" for cell in cells)
            alone = (f"{row.found.best} {row.found.best_ndcg:.3f} ({bucket_words(row.bucket)})" for row in judged)
            yield from textwrap.wrap(f"best alone: {', '.join(alone)}", _WIDTH, subsequent_indent="  ")


def report(source: Source, user: str | None, progress: Progress | None = None) -> BlendReport:
    """Return the weights in force; with a user, for all they said, in the conversation that goes on too."""
    recommender, rules = open_recommender(source.of(user) if user else source, progress)
    table = recommender.learned_.table
    case = what_is_said(source, recommender, rules, user)
    rows = rows_of(recommender.graph_, table)
    ranking = case.ranking
    told = weighed(recommender, ranking)
    n_rated = ranking.evidence.n_rated
    return BlendReport(source.dataset.name, user, n_rated, table is not None, rows, ranking.tuning, told)


def pin(source: Source, user: str, pins: Sequence[str], unpins: Sequence[str]) -> Path:
    """Set and remove pins in a user's own rule file; returns the file.

    Args:
        source: the data set.
        user: whose rules.
        pins: each SCORER=WEIGHT.
        unpins: names of scorers.

    Raises:
        DataError: what is to be pinned or removed makes no sense.
        RuleErrors: the file, or the rules with the pins, have mistakes; nothing is written then.
    """
    own = source.of(user).own
    assert own is not None, "every user has a place for rules"
    graph = source.dataset.graph()
    wanted = dict(_read_pin(one) for one in pins)
    write_pins(RuleBook.load(source.rules, graph, own=own), graph, wanted, unpins)
    return own


def _to_json(row: Row) -> dict[str, Any]:
    """Return a row as JSON; ``ndcg`` and ``best`` are null where nothing was learned."""
    found = row.found
    best = {"scorer": found.best, "ndcg": round(found.best_ndcg, 4)}
    return {
        "rated": bucket_words(row.bucket),
        "items": row.age.name.lower(),
        "weights": {name: round(weight, 4) for name, weight in row.weights.items()},
        "users": found.n_users,
        "ndcg": round(found.ndcg, 4) if found.n_users else None,
        "best": best if found.n_users else None,
    }


def _read_pin(text: str) -> tuple[str, float]:
    found = _PIN.fullmatch(text)
    if found is None:
        raise DataError(f"{text!r} is not a pin; write SCORER=WEIGHT, such as walk=0.3")
    return known_scorer(found["scorer"]), float(found["weight"])


def _why(one: Weighed) -> str:
    """Return where a weight comes from, and whether its scorer has anything to say."""
    if one.rule is None:
        told = _SOURCES[one.source]
    else:
        told = f"set by the rule “{one.rule.label}”" + (f" ({one.rule.place})" if one.rule.place is not None else "")
    return told if one.is_counting else f"{told}; nothing to say yet"


def _in_force_json(one: Weighed) -> dict[str, Any]:
    """Return how much a scorer counts now; ``counts``: whether it has anything to say."""
    ages = {age.name.lower(): round(weight, 4) for age, weight in one.by_age}
    return {"weight": round(one.weight, 4), "items": ages, "source": one.source.value, "counts": one.is_counting}


def _cell(weight: float) -> str:
    return f"{weight:>{_CELL}.2f}" if weight >= _SHOWN else f"{'·':>{_CELL}}"
