"""People: short random walks over the people a user knows, to what those like.

A walk goes from the user to somebody they know and on to something that person likes; or one step further, over whom
that person knows (random walks over a network of trust: Jamali & Ester 2009). Who likes much has less of a voice for
each like (to the power ``alpha``), and popular items are held back a little. It needs nothing of the user but their
ties, which makes it the first to know something of a newcomer. Nobody's dislikes count: friends who cannot stand
something are no reason to list it.

Only ties that may be used are in a graph or in evidence (kgrec.ties), and each person who may be named has a share of
their own; the others share one, and so does what lies a step further.
"""

from collections.abc import Sequence
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from kgrec.graph import KnowledgeGraph
from kgrec.scorers.base import Evidence, Indices, Scores, Share, no_opinion
from kgrec.scorers.rows import dense_product
from kgrec.ties import Tie


class People:
    """Mean over the people known of their voices, and of the voices of those whom they know.

    With L_p what p likes, |L_p|^-alpha × c_i^-beta is p's voice for each i in L_p, where c_i people chose i. A score is
    the mean over the user's ties of the voice of each, plus ``onward`` times the mean voice of whom that person knows.

    Args:
        alpha: how much less each like counts of those who like much; 1 gives everybody one voice.
        beta: how strongly popular items are held back.
        onward: what people known to those whom the user knows count for.
    """

    name: ClassVar[str] = "people"
    hears_people: ClassVar[bool] = True

    def __init__(self, alpha: float = 0.5, beta: float = 0.1, onward: float = 1.0) -> None:
        self.alpha = alpha
        self.beta = beta
        self.onward = onward

    def fit(self, graph: KnowledgeGraph) -> Self:
        """Scale everybody's likes; cost O(interactions + ties)."""
        log, people = graph.interactions, graph.people
        self.number_ = {user: place for place, user in enumerate(log.user_ids)}
        liked = log.user_items > 0
        voices = sparse.csr_matrix(liked, dtype=np.float32)
        n_liked = np.diff(voices.indptr)
        held_back = np.maximum(log.item_counts, 1.0) ** -self.beta
        voices.data = (np.repeat(np.maximum(n_liked, 1.0) ** -self.alpha, n_liked) * held_back[voices.indices]).astype(
            np.float32
        )
        self.voices_ = voices
        self.knows_ = _among(people.knows, people.numbers(log.user_ids))
        degree = np.maximum(np.diff(self.knows_.indptr), 1)
        self.means_ = sparse.csr_matrix(sparse.diags_array((1.0 / degree).astype(np.float32)) @ self.knows_)
        return self

    def score(self, evidence: Evidence, candidates: Indices) -> Scores:
        """Return one score for each candidate; NaN where nobody is known whose likes are."""
        direct, onward = self._voices_of(evidence.ties)
        if not len(direct):
            return no_opinion(candidates)
        weights = np.zeros(self.voices_.shape[0], dtype=np.float32)
        np.add.at(weights, direct, np.float32(1 / len(direct)))
        weights += onward
        return np.asarray(self.voices_.T @ weights, dtype=np.float32)[candidates]

    def shares(self, evidence: Evidence, candidates: Indices) -> Sequence[Share]:
        """Return one share for each person who may be named, one for all others known, and one for whom they know."""
        direct, onward = self._voices_of(evidence.ties)
        if not len(direct):
            return ()
        known = [tie for tie in evidence.ties if tie.person in self.number_]
        own = self.voices_[direct][:, candidates].toarray().astype(np.float64) / len(direct)
        named = [place for place, tie in enumerate(known) if tie.is_named]
        others = [place for place, tie in enumerate(known) if not tie.is_named]
        shares = [Share(own[place], ties=(known[place],)) for place in named]
        if others:
            shares.append(Share(own[others].sum(axis=0), ties=tuple(known[place] for place in others)))
        if onward.any():
            shares.append(Share(np.asarray(self.voices_.T @ onward, dtype=np.float64)[candidates]))
        return tuple(shares)

    def score_many(self, user_items: sparse.csr_matrix) -> Scores:
        """Return the scores of many histories, (users, n_items) float32: no opinion, as histories know nobody."""
        return np.full(user_items.shape, np.nan, dtype=np.float32)

    def score_users(self, users: NDArray[np.intp]) -> Scores:
        """Return the scores of users of the graph, by the ties it knows of, (users, n_items) float32."""
        own = self.means_[users]
        walks = own + np.float32(self.onward) * (own @ self.means_)
        scores = dense_product(sparse.csr_matrix(walks), self.voices_)
        scores[np.diff(own.indptr) == 0] = np.nan
        return scores

    def _voices_of(self, ties: Sequence[Tie]) -> tuple[Indices, Scores]:
        """Return the users known, and what the voice of everybody a step further counts, (n_users,)."""
        direct = np.fromiter((self.number_[tie.person] for tie in ties if tie.person in self.number_), dtype=np.intp)
        onward = np.zeros(self.voices_.shape[0], dtype=np.float32)
        if len(direct) and self.onward:
            onward += np.asarray(self.means_[direct].sum(axis=0)).ravel() * np.float32(self.onward / len(direct))
        return direct, onward


def _among(knows: sparse.csr_matrix, places: NDArray[np.intp]) -> sparse.csr_matrix:
    """Return who of some people knows whom of them, CSR (len(places), len(places)); -1: somebody who knows nobody."""
    rows = np.flatnonzero(places >= 0)
    pick = sparse.csr_matrix(
        (np.ones(len(rows), dtype=np.float32), (rows, places[rows])), shape=(len(places), knows.shape[0])
    )
    return sparse.csr_matrix(pick @ knows @ pick.T)
