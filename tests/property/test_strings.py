"""Packed strings are the strings that were packed, wherever they are spread."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kgrec.graph.owners import Owners
from kgrec.graph.strings import Strings

anything = st.text(st.characters(exclude_categories=[]), max_size=6)


@given(st.lists(anything, max_size=10), st.integers(0, 5))
def test_packed_strings_are_the_strings(texts: list[str], gap: int):
    packed = Strings.of(texts)
    assert packed == texts
    assert packed == Strings.of(texts)
    assert [packed[place] for place in range(-len(texts), 0)] == texts
    assert packed[1:3] == tuple(texts[1:3])
    places = np.arange(len(texts)) * (gap + 1)
    spread = packed.spread(places, len(texts) * (gap + 1) + gap)
    assert spread[:: gap + 1][: len(texts)] == tuple(texts)
    assert "".join(spread) == "".join(texts)


@given(st.lists(st.tuples(st.sampled_from(["a", "b", "é", ""]), st.integers(0, 9))))
def test_owners_are_who_bears_the_name(named: list[tuple[str, int]]):
    owners = Owners(named)
    for name in ("a", "b", "é", "c"):
        assert owners.of(name) == sorted({number for one, number in named if one == name})
