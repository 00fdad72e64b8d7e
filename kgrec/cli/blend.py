"""``kgrec blend``: how much each scorer counts, how that was found, and pins that set it by hand."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from kgrec.cli.opening import Source, open_recommender
from kgrec.domain import SCORERS
from kgrec.errors import DataError
from kgrec.pins import known_scorer, write_pins
from kgrec.progress import Progress
from kgrec.rulebook import RuleBook, TuneInForce
from kgrec.weighing import Row, rows_of
from kgrec.weights import bucket_of, bucket_words

_PIN: Final = re.compile(r"(?P<scorer>[a-z_]+)=(?P<weight>\d+(?:\.\d+)?|\.\d+)")
_SHOWN: Final = 0.005


@dataclass(frozen=True, eq=False)
class BlendReport:
    """What is in force for one user, or for anybody.

    Attributes:
        n_rated: how many items the user has rated.
        is_learned: whether the weights come from held-out interactions.
        rows: by bucket, established items first.
        tuned: the scorers whose weight a rule or a pin sets.
    """

    data: str
    user: str | None
    n_rated: int
    is_learned: bool
    rows: tuple[Row, ...]
    tuned: Mapping[str, TuneInForce]

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
        }

    def lines(self) -> list[str]:
        """Return the report as text; what applies to the user is marked."""
        how = (
            "learned from held-out interactions" if self.is_learned else "constant: too few interactions to learn from"
        )
        names = [name for name in SCORERS if any(row.weights.get(name, 0.0) >= _SHOWN for row in self.rows)]
        names += sorted({name for row in self.rows for name in row.weights} - set(SCORERS))
        lines = [f"{self.data}: weights {how}", ""]
        head = f"  {'rated':6}{'items':13}" + "".join(f"{name:>{_width(name)}}" for name in names)
        lines.append(f"{head}  NDCG@10, best alone" if self.is_learned else head)
        lines += [self._line(row, names) for row in self.rows]
        lines += ["", f"* {self.user or 'without --user'}: {self.n_rated} rated"]
        for name, one in self.tuned.items():
            where = f" ({one.origin.place})" if one.origin.place is not None else ""
            lines.append(f"{name} is set to {one.weight:g} by the rule “{one.origin.label}”{where}")
        return lines

    def _line(self, row: Row, names: Sequence[str]) -> str:
        mark = "*" if row.bucket == bucket_of(self.n_rated) else " "
        cells = "".join(_cell(row.weights.get(name, 0.0), _width(name)) for name in names)
        line = f"{mark} {bucket_words(row.bucket):6}{row.age.name.lower():13}{cells}"
        if not self.is_learned:
            return line
        found = row.found
        learned = f"{found.ndcg:.3f}, {found.best} {found.best_ndcg:.3f}" if found.n_users else "as its neighbour"
        return f"{line}  {learned}"


def report(source: Source, user: str | None, progress: Progress | None = None) -> BlendReport:
    """Return the weights in force; with a user, under their own rules too."""
    recommender, rules = open_recommender(source.of(user) if user else source, progress)
    table = recommender.learned_.table
    belief = recommender.believe(user=user)
    n_rated = sum(recommender.graph_.is_item(opinion.entity) for opinion in belief.opinions)
    tuned = rules.tuning(recommender.scope(belief))
    rows = rows_of(recommender.graph_, table)
    return BlendReport(source.dataset.name, user, n_rated, table is not None, rows, tuned)


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


def _width(name: str) -> int:
    return max(len(name), 5) + 2


def _cell(weight: float, width: int) -> str:
    return f"{weight:>{width}.2f}" if weight >= _SHOWN else f"{'·':>{width}}"
