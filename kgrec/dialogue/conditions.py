"""What a question asks for, as conditions: "with Bill Murray under two hours" as expressions of the rule language.

A question about many is worded as a wish is, so it is read as one, by the same Reader, and then not wished for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kgrec.dialogue.clauses import Reader
from kgrec.dialogue.exceptions import expression_of
from kgrec.dialogue.readings import Setting
from kgrec.dialogue.tokens import Word
from kgrec.graph.lookup import Lookup


def read_conditions(words: Sequence[Word], lookup: Lookup, setting: Setting) -> tuple[str, ...] | None:
    """Return the expressions that some words amount to; () if they ask for nothing, None if that is no condition."""
    reader = Reader(words, lookup, replace(setting, standard=""))  # "newer" than nothing named is no condition
    start = 0
    while start < len(words):
        end = next((at for at in range(start, len(words)) if words[at].is_pause), len(words))
        start = reader.read(start, end)
    told = [expression_of(lookup.kg, reading) for reading in reader.readings()]
    return tuple(dict.fromkeys(told)) if all(told) else None
