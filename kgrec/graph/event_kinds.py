"""Event kinds: what somebody can do with an item besides rating it, and what that says as long as nothing was learned.

The constants are a start, not a finding: where people gave both, ratings and events, kgrec.learning.signals learns from
them what an event is worth. To skip something is a weak dislike: most of what is skipped was not even looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kgrec.text import slug

CHOSEN: Final = ""
"""The kind of an interaction that is a rating, or of which nothing more is told than that there was one."""

EVENT_VALUES: Final = MappingProxyType(
    {
        CHOSEN: 1.0,
        "opened": 0.2,
        "dwelt": 0.3,
        "played": 0.4,
        "finished": 0.8,
        "replayed": 0.8,
        "saved": 0.8,
        "bought": 1.0,
        "skipped": -0.3,
    }
)
"""What each kind says of a pair without a rating, in [-1, 1]. An amount counts how often; of ``dwelt``, seconds."""

OTHER_VALUE: Final = 0.3
"""What any other kind says: to have to do with something is a little more than to open it."""

_SPELLINGS: Final = MappingProxyType(
    {
        "opened": "open click clicked clicks view viewed views visit visited impression-click page-view",
        "dwelt": "dwell dwell-time dwell-seconds read-time stay",
        "played": "play plays playcount listen listened listens watch watched start started stream streamed",
        "finished": "finish complete completed read done",
        "replayed": "replay rewatch rewatched reread repeat repeated again",
        "saved": "save bookmark bookmarked favourite favourited favorite favorited wishlist add-to-cart cart",
        "bought": "buy purchase purchased order ordered transaction quantity",
        "skipped": "skip dismiss dismissed hide hidden",
        CHOSEN: "rate rated rating review reviewed chosen",
    }
)
_KIND_OF: Final = {word: kind for kind, words in _SPELLINGS.items() for word in words.split()}


def event_kind(text: str) -> str:
    """Return the kind that a word of some log means: one of EVENT_VALUES, or the word itself in lower case.

    >>> event_kind("Purchase"), event_kind("add_to_cart"), event_kind("Shared"), event_kind("rating")
    ('bought', 'saved', 'shared', '')
    """
    word = slug(text)
    return _KIND_OF.get(word, word)


def values_of_kinds(kind_names: Sequence[str]) -> NDArray[np.float32]:
    """Return what each kind says by itself, (kinds,)."""
    return np.array([EVENT_VALUES.get(name, OTHER_VALUE) for name in kind_names], dtype=np.float32)
