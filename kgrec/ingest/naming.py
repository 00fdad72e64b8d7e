"""What the items of a table are called, by the name of its file: "beers.csv" holds beers, each a beer."""

from __future__ import annotations

import re
from typing import Final

from kgrec.text import fold

_NOT_ITEMS: Final = frozenset(
    [
        "data",
        "dataset",
        "db",
        "database",
        "table",
        "list",
        "all",
        "final",
        "raw",
        "clean",
        "cleaned",
        "full",
        "export",
        "dump",
        "sample",
        "catalog",
        "catalogue",
        "info",
        "csv",
        "the",
        "my",
        "our",
        "new",
        "v",
        "set",
        "test",
        "train",
        "us",
        "uk",
        "en",
        "master",
        "main",
        "meta",
        "metadata",
        "records",
    ]
)
_VOWELS: Final = re.compile("[aeiouy]")
_IRREGULAR: Final = {
    "people": "person",
    "children": "child",
    "mice": "mouse",
    "men": "man",
    "women": "woman",
    "series": "series",
    "species": "species",
    "shoes": "shoe",
    "feet": "foot",
    "geese": "goose",
    "teeth": "tooth",
    "knives": "knife",
    "wolves": "wolf",
    "fungi": "fungus",
    "cacti": "cactus",
    "bacteria": "bacterium",
    "phenomena": "phenomenon",
    "criteria": "criterion",
    "algae": "alga",
    "larvae": "larva",
    "sheep": "sheep",
    "fish": "fish",
}
"""Plural to singular, where no ending tells: only words of which it is certain."""
_QUALITY: Final = re.compile(r"(?:[^e]{2}ed|able|ible|less|ful|ous|ive|ic|friendly|free|vegan|vegetarian)$")
"""How words end that say how something is, not what it has: "not crowded", but "no garden"."""
_SHORTEST: Final = 3


def singular(word: str) -> str:
    """Return the singular of an English noun, as well as endings tell.

    >>> singular("breweries"), singular("glasses"), singular("cookies"), singular("beers"), singular("glass")
    ('brewery', 'glass', 'cookie', 'beer', 'glass')
    >>> singular("fungi"), singular("sushi")
    ('fungus', 'sushi')
    """
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if re.search("[kv]ies$", word):
        return word[:-1]
    if word.endswith("ies") and len(word) > 4:  # noqa: PLR2004  (pies)
        return f"{word[:-3]}y"
    if re.search("(ss|x|ch|sh)es$", word):
        return word[:-2]
    return word if re.search("(ss|us|is)$", word) or not word.endswith("s") else word[:-1]


def plural(word: str) -> str:
    """Return the plural of an English noun, of several words that of the last.

    >>> plural("brewery"), plural("glass"), plural("day"), plural("beers"), plural("wild fungus"), plural("fungi")
    ('breweries', 'glasses', 'days', 'beers', 'wild fungi', 'fungi')
    """
    before, space, last = word.rpartition(" ")
    for several, one in _IRREGULAR.items():
        if last in (one, several):
            return f"{before}{space}{several}"
    if re.search("(ss|us|is|x|ch|sh)$", word):
        return f"{word}es"
    if re.search("[^aeiou]y$", word):
        return f"{word[:-1]}ies"
    return word if word.endswith("s") else f"{word}s"


def is_quality(word: str) -> bool:
    """Return whether a word says how something is, not what it has.

    >>> is_quality("edible"), is_quality("garden")
    (True, False)
    """
    return _QUALITY.search(word) is not None


def so_many(count: int, word: str) -> str:
    """Return how many there are of something, by its singular.

    >>> so_many(1, "tie"), so_many(2_000, "tie")
    ('1 tie', '2,000 ties')
    """
    return f"{count:,} {word if count == 1 else plural(word)}"


def singular_of(file_name: str) -> str:
    """Return what one item of a table is called; "item" if its file's name does not tell.

    >>> [singular_of(name) for name in ("beers", "hotel_db", "Cars93", "craft-beers", "geoplaces2", "data", "mpg")]
    ['beer', 'hotel', 'car', 'craft beer', 'geoplace', 'item', 'item']
    """
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", file_name)
    words = [word for word in re.sub(r"[\d_\W]+", " ", fold(spaced)).split() if word not in _NOT_ITEMS]
    if not words or not _VOWELS.search(words[-1]) or len(words[-1]) <= _SHORTEST - (words[-1][-1] == "s"):
        return "item"
    return " ".join([*words[-2:-1], singular(words[-1])])
