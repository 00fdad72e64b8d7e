"""How well signals say ratings: python tests/benchmarks/movielens_signals.py MOVIELENS_FOLDER [--seeds N].

No public data set at hand has both, ratings and what people did besides, of the same pairs. So signals are derived from
what MovieLens tells beside the stars: how many tags somebody gave an item, as the how manieth of all they rated it, and
of a session (a pause of half an hour ends one), how long before the next, and how many were rated in that very second.
Of held-out pairs all this stays known and the stars are hidden. What is printed is the report of
``kgrec evaluate --protocol ratings``, without the blend.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from kgrec import KnowledgeGraph
from kgrec.cli.evaluate_ratings import lines
from kgrec.evaluate.ratings import (
    FACTORS,
    SIGNALS,
    Errors,
    RatingsReport,
    signal_prediction,
    simple_predictions,
)
from kgrec.evaluate.splits import Protocol, split
from kgrec.learning.calibration import Held, ratings_of

PAUSE_S: Final = 1_800


def derived_events(ratings: pd.DataFrame, tags: pd.DataFrame) -> pd.DataFrame:
    """Return user, item, event, amount and timestamp of what can be told of each rating beside its stars."""
    rated = ratings.sort_values(["userId", "timestamp"], kind="stable")
    later = -rated.groupby("userId")["timestamp"].diff(-1)
    begins = ~(rated.groupby("userId")["timestamp"].diff() <= PAUSE_S)
    signals = {
        "place": rated.groupby("userId").cumcount() + 1,
        "session": rated.groupby(begins.cumsum()).cumcount() + 1,
        "gap": later.where(later <= PAUSE_S),
        "burst": rated.groupby(["userId", "timestamp"])["movieId"].transform("size"),
    }
    parts = [rated.assign(event=name, amount=amount).dropna(subset="amount") for name, amount in signals.items()]
    tagged = tags.groupby(["userId", "movieId"]).size().rename("amount").reset_index()
    parts.append(rated.merge(tagged, on=["userId", "movieId"]).assign(event="tagged"))
    return pd.concat(parts)[["userId", "movieId", "event", "amount", "timestamp"]]


def graph_of(folder: Path) -> KnowledgeGraph:
    """Return the rated items of a MovieLens folder with ratings and derived events."""
    ratings, tags, movies = (pd.read_csv(folder / f"{name}.csv") for name in ("ratings", "tags", "movies"))
    log = pd.concat([ratings.assign(event="", amount=np.nan), derived_events(ratings, tags)])
    log = log.rename(columns={"userId": "user", "movieId": "item"})
    items = movies[movies["movieId"].isin(ratings["movieId"])][["movieId", "title", "genres"]]
    items = items.rename(columns={"movieId": "item", "title": "label", "genres": "genre"})
    return KnowledgeGraph.from_frames(items, None, log, name="MovieLens with derived signals")


def evaluate(graph: KnowledgeGraph, seeds: range) -> RatingsReport:
    """Return how far signals and the simple ways are off the stars of a fifth of everybody's items."""
    log = graph.interactions
    errors: dict[str, Errors] = {}
    for seed in seeds:
        one = split(graph, Protocol.WARM, seed)
        (case,) = one.cases
        rows, items = case.relevant.nonzero()
        unscored = np.zeros(len(items))
        held = Held(case.users[rows], items.astype(np.intp), unscored, unscored, unscored, one.graph.interactions)
        found = simple_predictions(held)
        signals = signal_prediction(log, held, found[FACTORS])
        assert signals is not None
        truth = ratings_of(log, held.users, held.items)
        for name, prediction in {**found, SIGNALS: signals}.items():
            errors.setdefault(name, Errors()).count(held.users, truth, prediction)
    known = log.ratings[~np.isnan(log.ratings)]
    return RatingsReport(graph.name, tuple(seeds), (float(known.min()), float(known.max())), errors, {})


def main() -> None:
    """Print the report."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--seeds", type=int, default=1)
    chosen = arguments.parse_args()
    print("\n".join(lines(evaluate(graph_of(chosen.folder), range(chosen.seeds)).to_json())))


if __name__ == "__main__":
    main()
