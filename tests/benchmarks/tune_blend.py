"""Find the weights of kgrec.blend on real users: python tests/benchmarks/tune_blend.py DATA [--on RATED_DATA].

DATA is the data set whose items are ranked, RATED_DATA (by default the same) the one whose users rate them; items are
matched by id, or, for the shipped films, by their MovieLens ids. Of the users 70 % stay in the graph, 15 % choose the
weights, 15 % report. A user's likes are split in two halves; from the other half
``n`` rated items are known; NDCG@10 against the held-out likes, the known items excluded. Seed 0.
"""

import argparse
import csv
import dataclasses
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kgrec.domain import OpinionKind
from kgrec.graph import Interactions, KnowledgeGraph
from kgrec.ingest.datasets import load, open_dataset
from kgrec.reasoning.belief import Posterior
from kgrec.reasoning.observation import NOISE, observed
from kgrec.recommender import Recommender
from kgrec.scorers import Evidence

KNOWN = (1, 3, 6, 11, 21)
STEPS = (0.0, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0, 1.5)
K = 10


@dataclasses.dataclass(frozen=True)
class Case:
    """One user cut to ``n`` known items: the scaled scores of each scorer (n_items,), what is known, what is hidden."""

    scores: Mapping[str, NDArray[np.float32]]
    known: NDArray[np.intp]
    hidden: NDArray[np.intp]


def users_of(graph: KnowledgeGraph, rated: KnowledgeGraph, ids: Mapping[str, str]) -> list[dict[int, float]]:
    """Return each user's ratings as item number of ``graph`` → value."""
    log = rated.interactions
    place = [graph.index(ids[item]) if item in ids else -1 for item in rated.item_ids]
    users: list[dict[int, float]] = [{} for _ in log.user_ids]
    for user, item, value in zip(log.users, log.items, log.values, strict=True):
        if place[item] >= 0:
            users[user][place[item]] = float(value)
    return users


def only(graph: KnowledgeGraph, users: NDArray[np.intp]) -> KnowledgeGraph:
    """Return the graph with the interactions of some users alone."""
    log = graph.interactions
    keep = np.isin(log.users, users)
    number = np.full(log.n_users, -1, dtype=np.int32)
    number[users] = np.arange(len(users))
    kept = Interactions(
        tuple(log.user_ids[user] for user in users), log.n_items, number[log.users[keep]], log.items[keep],
        log.ratings[keep], log.values[keep], log.times[keep],
    )  # fmt: skip
    return dataclasses.replace(graph, interactions=kept, fingerprint="")


def cases(recommender: Recommender, users: list[dict[int, float]], n: int) -> Iterator[Case]:
    """Cut each user to ``n`` known items; those with too little to cut are left out."""
    n_items = recommender.graph_.n_items
    for seed, ratings in enumerate(users):
        rng = np.random.default_rng(seed)
        likes = rng.permutation([item for item, value in ratings.items() if value >= 0.4])
        hidden = likes[: len(likes) // 2].astype(np.intp)
        rest = rng.permutation([item for item in ratings if item not in set(hidden.tolist())])[:n].astype(np.intp)
        if len(hidden) < 3 or len(rest) < n:
            continue
        posterior = Posterior.of(recommender.prior_)
        for item in rest:
            posterior = posterior.observe(int(item), observed(ratings[int(item)]), NOISE[OpinionKind.RATED])
        values = np.array([ratings[int(item)] for item in rest], dtype=np.float32)
        evidence = Evidence(n_items, rest, values, posterior=posterior)
        scores = {}
        for scorer in recommender.scorers_:
            raw = scorer.score(evidence, np.arange(n_items))
            if np.nanstd(raw) > 0:
                scores[scorer.name] = np.nan_to_num(raw, nan=float(np.nanmean(raw))) / float(np.nanstd(raw))
        yield Case(scores, rest, hidden)


def ndcg(case: Case, weights: Mapping[str, float]) -> float:
    """Return NDCG@10 of one user under some weights."""
    total = sum((weight * case.scores[name] for name, weight in weights.items() if name in case.scores), np.float32(0))
    total = np.array(total, dtype=np.float64) + np.zeros(len(next(iter(case.scores.values()))))
    total[case.known] = -np.inf
    best = np.argsort(-total, kind="stable")[:K]
    discounts = 1 / np.log2(np.arange(K) + 2)
    return float((np.isin(best, case.hidden) * discounts).sum() / discounts[: min(K, len(case.hidden))].sum())


def climb(found: list[Case], weights: dict[str, float]) -> dict[str, float]:
    """Improve one weight after the other on the mean NDCG until nothing helps."""
    best = np.mean([ndcg(case, weights) for case in found])
    improved = True
    while improved:
        improved = False
        for name in weights:
            for step in STEPS:
                trial = {**weights, name: step}
                value = np.mean([ndcg(case, trial) for case in found])
                if value > best + 5e-4:
                    weights, best, improved = trial, value, True
    total = sum(weights.values())
    return {name: round(weight / total, 3) for name, weight in weights.items()}


def main() -> None:
    """Print the weights for each number of known items, and what they reach on users not used to choose them."""
    parser = argparse.ArgumentParser()
    parser.add_argument("data")
    parser.add_argument("--on")
    arguments = parser.parse_args()
    graph = load(arguments.data)
    rated = load(arguments.on) if arguments.on else graph
    ids = {item: item for item in graph.item_ids}
    if arguments.on:
        ids = external_ids(open_dataset(arguments.data).sources())
    users = users_of(graph, rated, ids)
    order = np.random.default_rng(0).permutation(len(users))
    kept, choosing, reporting = np.split(order, [int(0.7 * len(users)), int(0.85 * len(users))])
    trained = graph if arguments.on else only(graph, np.sort(kept))
    recommender = Recommender(rng=0, texts=bool(graph.documents)).fit(trained)
    start = {"popularity": 0.2, "taste": 0.35, "affinity": 0.2, "walk": 0.2, "text": 0.05}
    for n in KNOWN:
        weights = climb(list(cases(recommender, [users[user] for user in choosing], n)), start)
        held = list(cases(recommender, [users[user] for user in reporting], n))
        single = {name: round(float(np.mean([ndcg(case, {name: 1.0}) for case in held])), 4) for name in weights}
        before = np.mean([ndcg(case, start) for case in held])
        print(
            n,
            len(held),
            weights,
            f"{np.mean([ndcg(case, weights) for case in held]):.4f}",
            f"{before:.4f}",
            single,
            flush=True,
        )
        start = weights


def external_ids(sources: tuple[Path, ...]) -> dict[str, str]:
    """Return MovieLens id → id of the shipped films."""
    with sources[1].open(encoding="utf-8", newline="") as file:
        return {row["movielens_id"]: row["id"] for row in csv.DictReader(file) if row["movielens_id"]}


if __name__ == "__main__":
    main()
