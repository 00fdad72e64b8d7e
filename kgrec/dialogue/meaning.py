"""Whether words that nothing explains mean something, so that a wish may be made of them.

The sentence encoder spells what it does not know out of pieces, so it gives gibberish a vector too, and some item is
always the nearest. A wish is made of words that are words, of the data's descriptions or of the encoder's own; and of
strange ones only where the nearest description is nearer than any comes to gibberish.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Final

import numpy as np

from kgrec.dialogue.english import is_everyday, stems
from kgrec.dialogue.vocabulary import vocabulary_of
from kgrec.encoder import encode, known_words
from kgrec.text import fold

if TYPE_CHECKING:
    from kgrec.recommender import Recommender

_SHORTEST: Final = 3
"""The encoder has a piece for every letter and many a pair of letters: those are no words."""
_SHORTEST_PART: Final = 4
"""Words of so many letters and more are found in a compound: "steampunk", "roadtrip"."""
_NEAR: Final = 0.4
"""The cosine of what is surely meant. To 25 wishes of known words the nearest film has .39 to .68, to 17 pieces of
gibberish .22 to .38, to rare words such as "swashbuckling", "ninjas" and "noirish" .44 to .48."""


def means_something(text: str, recommender: Recommender) -> bool:
    """Return whether at least half of the words that ask for something are known, or a description is near to them.

    The latter loads the sentence model; raises ModelError without one. ``recommender`` has vectors of descriptions.
    """
    vocabulary = recommender.graph_.once(vocabulary_of)
    words = [word for word in fold(text).split() if not vocabulary.is_idle(word)]
    known = vocabulary.ordinary | known_words()
    if 2 * sum(is_meaningful(word, known) for word in words) >= max(len(words), 1):
        return True
    return bool(np.max(np.asarray(recommender.vectors_) @ encode((text,))[0]) >= _NEAR)


def is_meaningful(word: str, known: Collection[str]) -> bool:
    """Return whether a word, folded, is one of those known, a form of one, or made of two.

    >>> [is_meaningful(word, {"road", "trip", "scare"}) for word in ("trips", "roadtrip", "scared", "rodtrip", "qwer")]
    [True, True, True, False, False]
    """
    if len(word) < _SHORTEST:
        return False
    forms = (word, *(stem for stem in stems(word) if len(stem) >= _SHORTEST))
    if is_everyday(word) or any(form in known for form in forms):
        return True
    cuts = range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1)
    return any(word[:cut] in known and word[cut:] in known for cut in cuts)
