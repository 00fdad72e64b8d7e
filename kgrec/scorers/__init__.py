"""The scorers: each maps evidence about a user to scores of items, on one contract."""

from kgrec.scorers.affinity import Affinity
from kgrec.scorers.base import Evidence, Scorer, Share
from kgrec.scorers.bayes import Bayes
from kgrec.scorers.content import Content
from kgrec.scorers.factors import Bpr, Factors
from kgrec.scorers.linear import Linear
from kgrec.scorers.neighbours import ItemNeighbours, UserNeighbours
from kgrec.scorers.popularity import Popularity
from kgrec.scorers.taste import Taste
from kgrec.scorers.text import Text
from kgrec.scorers.transitions import Transitions
from kgrec.scorers.walk import Walk

__all__ = [
    "Affinity",
    "Bayes",
    "Bpr",
    "Content",
    "Evidence",
    "Factors",
    "ItemNeighbours",
    "Linear",
    "Popularity",
    "Scorer",
    "Share",
    "Taste",
    "Text",
    "Transitions",
    "UserNeighbours",
    "Walk",
]
