"""Which peers there are, and the grid each is tuned over.

The grids are a few points around what much larger ones found on MovieLens 100K and ml-latest-small; a peer takes the
point with the best NDCG on the nested split of the first seed, under the very protocol, and is then fitted to the whole
training graph of every seed. So for later seeds some of what is asked was seen in tuning, which favours the peers only.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from kgrec.evaluate.contenders import Contender, Rows, ScoreRows, Scores, quality
from kgrec.evaluate.graph_peer import LightGcn
from kgrec.evaluate.peers import (
    AttributeNeighbours,
    Ease,
    ImplicitFactors,
    ImplicitNeighbours,
    LensKit,
    MostPopular,
    PageRank,
    Peer,
    Slim,
    ones,
    package,
)
from kgrec.evaluate.ranking_metrics import K
from kgrec.evaluate.sequence_peer import SasRec, sequences_of
from kgrec.evaluate.splits import Case, Protocol, Split
from kgrec.progress import Progress

Parameters = Mapping[str, float]

_ALL: Final = frozenset(Protocol) - {Protocol.OPINIONS}  # which no peer hears
_OLD_ITEMS: Final = _ALL - {Protocol.NEW_ITEMS}
"""Who learns from choices alone can say nothing of an item that nobody chose."""


@dataclass(frozen=True, slots=True)
class Contestant:
    """A peer that may take part.

    Attributes:
        make: makes one of parameters.
        grid: what to try.
        protocols: where it has something to say.
        needs: the package it comes from, "" for none but kgrec's own.
    """

    make: Callable[..., Peer | SasRec]
    grid: Sequence[Parameters] = ({},)
    protocols: frozenset[Protocol] = _OLD_ITEMS
    needs: str = ""


def _implicit(kind: str) -> Callable[..., Peer]:
    return lambda **parameters: ImplicitFactors(kind, **parameters)


def _neighbours(kind: str) -> Callable[..., Peer]:
    return lambda **parameters: ImplicitNeighbours(kind, **parameters)


def _lenskit(kind: str) -> Callable[..., Peer]:
    return lambda **parameters: LensKit(kind, **parameters)


PEERS: Final[Mapping[str, Contestant]] = {
    "most popular": Contestant(MostPopular),
    "implicit ALS": Contestant(
        _implicit("als"),
        (
            {"factors": 32, "alpha": 3, "regularization": 20},
            {"factors": 32, "alpha": 5, "regularization": 10},
            {"factors": 64, "alpha": 1, "regularization": 10},
            {"factors": 64, "alpha": 5, "regularization": 20},
            {"factors": 128, "alpha": 1, "regularization": 10},
        ),
        needs="implicit",
    ),
    "implicit BPR": Contestant(
        _implicit("bpr"),
        (
            {"factors": 64, "learning_rate": 0.02, "regularization": 0.03, "iterations": 100},
            {"factors": 64, "learning_rate": 0.05, "regularization": 0.03, "iterations": 100},
        ),
        _OLD_ITEMS - {Protocol.NEW_USERS},
        needs="implicit",
    ),
    "implicit BM25": Contestant(
        _neighbours("bm25"),
        (
            {"K": 400, "K1": 1.2, "B": 0.5},
            {"K": 400, "K1": 1.2, "B": 0.1},
            {"K": 100, "K1": 1.2, "B": 0.5},
            {"K": 200, "K1": 10.0, "B": 0.5},
        ),
        needs="implicit",
    ),
    "implicit TFIDF": Contestant(
        _neighbours("tfidf"), ({"K": 20}, {"K": 50}, {"K": 200}, {"K": 500}), needs="implicit"
    ),
    "LensKit ItemKNN": Contestant(
        _lenskit("item"), ({"max_nbrs": 30}, {"max_nbrs": 60}, {"max_nbrs": 120}), needs="lenskit"
    ),
    "LensKit UserKNN": Contestant(
        _lenskit("user"), ({"max_nbrs": 30}, {"max_nbrs": 60}, {"max_nbrs": 120}), needs="lenskit"
    ),
    "LensKit ImplicitMF": Contestant(
        _lenskit("factors"),
        (
            {"embedding_size": 25, "regularization": 0.1, "weight": 5},
            {"embedding_size": 50, "regularization": 0.1, "weight": 5},
            {"embedding_size": 25, "regularization": 0.1, "weight": 2},
        ),
        needs="lenskit",
    ),
    "EASE": Contestant(Ease, ({"reg": 200.0}, {"reg": 500.0}, {"reg": 1000.0})),
    "SLIM": Contestant(
        Slim,
        (
            {"alpha": 0.002, "l1_ratio": 0.5},
            {"alpha": 0.005, "l1_ratio": 0.5},
            {"alpha": 0.01, "l1_ratio": 0.5},
            {"alpha": 0.005, "l1_ratio": 0.1},
        ),
    ),
    "LightGCN": Contestant(
        LightGcn,
        (
            {"layers": 2, "size": 64, "reg": 3e-3},
            {"layers": 2, "size": 128, "reg": 1e-3},
            {"layers": 2, "size": 128, "reg": 3e-3},
            {"layers": 3, "size": 128, "reg": 3e-3},
        ),
        _OLD_ITEMS - {Protocol.NEW_USERS},
    ),
    "PageRank": Contestant(
        PageRank,
        (
            {"restart": 0.3, "facts": 0.3},
            {"restart": 0.3, "facts": 0.1},
            {"restart": 0.7, "facts": 0.3},
            {"restart": 0.5, "facts": 0.1, "damping": 0.4},
            {"restart": 0.7, "facts": 0.1, "damping": 0.4},
        ),
        _ALL,
    ),
    "SASRec": Contestant(SasRec, ({"epochs": 30}, {"epochs": 60}), frozenset({Protocol.TEMPORAL})),
    "attribute kNN": Contestant(
        AttributeNeighbours,
        ({"k": 20}, {"k": 100}, {"k": 20, "popularity": 1.0}, {"k": 400, "popularity": 1.0}),
        _ALL,
    ),
}


def tune(
    names: Sequence[str], nested: Split, progress: Progress | None = None, k: int = K
) -> tuple[dict[str, Parameters], dict[str, list[float]]]:
    """Return the best parameters of each peer on a nested split, and the NDCG of every point of its grid.

    Raises:
        ModelError: a package is missing, before anything is fitted.
    """
    for needed in filter(None, (PEERS[name].needs for name in names)):
        package(needed)
    best: dict[str, Parameters] = {}
    found: dict[str, list[float]] = {}
    total = sum(len(PEERS[name].grid) for name in names)
    for name in names:
        entry = PEERS[name]
        if len(entry.grid) == 1:
            best[name] = entry.grid[0]
            continue
        found[name] = []
        for parameters in entry.grid:
            if progress is not None:
                progress(f"tuning {name}", sum(map(len, found.values())), total)
            found[name].append(quality(fitted(name, parameters, nested), nested, k))
        best[name] = entry.grid[int(np.argmax(found[name]))]
    return best, found


def fitted(name: str, parameters: Parameters, split: Split) -> Contender:
    """Return a peer fitted to a split; raises ModelError for a package that is not there."""
    start, cpu_start = time.perf_counter(), time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of threads and of convergence: theirs, and nothing a reader could act on
        peer = PEERS[name].make(**parameters).fit(split.graph)
    return Contender(name, _scores(peer), time.perf_counter() - start, time.process_time() - cpu_start)


def _scores(peer: Peer | SasRec) -> ScoreRows:
    def score(case: Case, rows: Rows) -> Scores:
        if isinstance(peer, SasRec):
            return peer.score_sequences(sequences_of(case, rows))
        return peer.score_many(ones(case.known[rows]), case.users[rows])

    return score
