"""Whatever the text: cleaning is idempotent and leaves nothing that steers a terminal."""

import string
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from kgrec.graph.spellings import key, keys
from kgrec.text import clean, fold, fold_all, slug

anything = st.text(st.characters(exclude_categories=[]))


@given(anything)
def test_clean_text_has_no_control_characters_and_is_clean(text: str):
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    kinds = {unicodedata.category(character) for character in cleaned if character not in "\u200c\u200d"}
    assert not kinds & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert cleaned == cleaned.strip()


@given(anything)
def test_fold_and_slug_are_stable(text: str):
    assert fold(fold(text)) == fold(text)
    assert slug(clean(text)) == slug(text)
    assert bool(slug(text)) == bool(clean(text))


@given(st.lists(st.text(max_size=12) | st.text(string.printable, max_size=12)))
def test_many_texts_fold_as_each_does(texts: list[str]):
    assert fold_all(texts) == [fold(text) for text in texts]
    assert list(keys(texts)) == [key(text) for text in texts]
