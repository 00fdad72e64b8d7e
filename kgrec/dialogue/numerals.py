"""The English words for numbers, bounds, units and times, folded (kgrec.text.fold)."""

from typing import Final

NUMBERS: Final = {
    word: float(number)
    for number, word in enumerate(
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
    )
} | {
    "a": 1.0, "an": 1.0, "fifteen": 15.0, "twenty": 20.0, "thirty": 30.0, "forty": 40.0, "fifty": 50.0, "sixty": 60.0,
    "seventy": 70.0, "eighty": 80.0, "ninety": 90.0, "hundred": 100.0, "couple": 2.0,
}  # fmt: skip

DECADES: Final = {
    "twenties": 1920, "thirties": 1930, "forties": 1940, "fifties": 1950,
    "sixties": 1960, "seventies": 1970, "eighties": 1980, "nineties": 1990, "noughties": 2000,
}  # fmt: skip
THIRDS: Final = {"early": (0, 4), "mid": (3, 6), "middle": (3, 6), "late": (5, 9), "later": (5, 9)}
"""The first and last year of a decade that each of its parts has."""

STRICTLY: Final = ("under", "below", "less than", "fewer than", "over", "above", "more than")
"""Bounds that leave the number itself out where they are refused: what is "not under two hours" may have just two."""
BELOW: Final = (
    "under",
    "below",
    "less than",
    "fewer than",
    "at most",
    "up to",
    "no more than",
    "max",
    "maximum",
    "within",
    "not longer than",
    "no longer than",
    "not more than",
    "not over",
    "i only have",
    "ive only got",
    "i have only got",
    "only have",
    "i have",
    "ive got",
    "we have",
    "weve got",
    "we only have",
    "there is",
    "theres",
    "ive only",
    "only got",
    "at the most",
    "no longer then",
    "not exceeding",
)
ABOVE: Final = (
    "over",
    "above",
    "more than",
    "at least",
    "no less than",
    "minimum",
    "min",
    "not less than",
    "upwards of",
)
BEFORE: Final = ("before", "until", "earlier than", "prior to", "pre", "from before")
AFTER: Final = ("after", "later than", "post", "from after")
SINCE: Final = ("since", "ever since", "starting in", "starting from", "beginning in")
UNTIL: Final = ("not after", "no later than", "not later than", "up to", "until the end of")
FROM: Final = ("not before", "no earlier than", "not earlier than")
IN: Final = ("from", "in", "of", "made in", "released in", "out in", "a", "from the year")
ON: Final = (
    "on",
    "onwards",
    "onward",
    "or later",
    "or newer",
    "or after",
    "and later",
    "and newer",
    "and up",
    "upwards",
)
BACK: Final = ("or earlier", "or older", "or before", "and earlier", "and older")
ABOUT: Final = frozenset(
    {"about", "around", "roughly", "approximately", "some", "maybe", "like", "just", "the", "only", "exactly"}
)
AT_MOST: Final = (
    "max",
    "maximum",
    "tops",
    "at most",
    "or less",
    "or under",
    "or shorter",
    "at the most",
    "or so max",
    "limit",
)
AT_LEAST: Final = ("or more", "or over", "or longer", "min", "minimum", "at least", "plus", "and up")
OR_SO: Final = ("or so", "ish", "or thereabouts")
SPANS: Final = {"year": 1, "years": 1, "yrs": 1, "decade": 10, "decades": 10}

_MINUTES: Final = {"min": 1.0, "mins": 1.0, "minute": 1.0, "minutes": 1.0, "m": 1.0, "minuets": 1.0}
_HOURS: Final = dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), 60.0)
UNITS: Final = {"min": _MINUTES | _HOURS}
"""For each unit a facet may have: the words for it and for its multiples."""
