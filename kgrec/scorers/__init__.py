"""The scorers: each maps evidence about a user to scores of items, on one contract."""

from kgrec.scorers.affinity import Affinity
from kgrec.scorers.base import Evidence, Scorer, Share
from kgrec.scorers.bayes import Bayes
from kgrec.scorers.content import Content
from kgrec.scorers.context import Context
from kgrec.scorers.factors import Bpr, Factors
from kgrec.scorers.linear import Linear
from kgrec.scorers.neighbours import ItemNeighbours, UserNeighbours
from kgrec.scorers.optional import OPTIONAL
from kgrec.scorers.people import People
from kgrec.scorers.popularity import Popularity
from kgrec.scorers.taste import Taste
from kgrec.scorers.text import Text
from kgrec.scorers.transitions import Transitions
from kgrec.scorers.values import Values
from kgrec.scorers.walk import Walk

__all__ = [
    "OPTIONAL",
    "Affinity",
    "Bayes",
    "Bpr",
    "Content",
    "Context",
    "Evidence",
    "Factors",
    "ItemNeighbours",
    "Linear",
    "People",
    "Popularity",
    "Scorer",
    "Share",
    "Taste",
    "Text",
    "Transitions",
    "UserNeighbours",
    "Values",
    "Walk",
]
