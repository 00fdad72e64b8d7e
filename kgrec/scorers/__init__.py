"""The scorers: each maps evidence about a user to scores of items, on one contract."""

from kgrec.scorers.affinity import Affinity
from kgrec.scorers.base import Evidence, Scorer, Share
from kgrec.scorers.popularity import Popularity
from kgrec.scorers.taste import Taste
from kgrec.scorers.text import Text
from kgrec.scorers.walk import Walk

__all__ = ["Affinity", "Evidence", "Popularity", "Scorer", "Share", "Taste", "Text", "Walk"]
