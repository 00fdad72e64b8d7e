"""What is said beside names, numbers and comparisons: what is fine, what does not matter, what shall be well known.

Each is read where its words begin, before anything else is tried there.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from kgrec.dialogue.cues import read_story
from kgrec.dialogue.exceptions import Exceptions
from kgrec.dialogue.indifference import facets_named, read_indifference
from kgrec.dialogue.leftovers import Leftovers
from kgrec.dialogue.lexicon import Cue
from kgrec.dialogue.moods import Mood
from kgrec.dialogue.names import Names
from kgrec.dialogue.opinions import Said
from kgrec.dialogue.permissions import read_permission
from kgrec.dialogue.preferences import read_difference
from kgrec.dialogue.readings import Open, Unused
from kgrec.dialogue.renown import read_renown
from kgrec.dialogue.tokens import PAUSES, Word

_SLIGHT: Final = frozenset({"bit", "little", "slightly", "touch", "tad"})
_LONGEST_REFERENCE: Final = 2
"""So many idle words may mean an item: "that one"."""


class Asides:
    """Reads asides in one utterance."""

    def __init__(
        self, words: Sequence[Word], starts: Collection[int], names: Names, said: Said, rest: Leftovers
    ) -> None:
        self._words = words
        self._plain = [word.folded for word in words]
        self._starts = starts  # where clauses begin
        self._names = names
        self._said = said
        self._rest = rest

    def read(self, position: int, subjects: Sequence[int], exceptions: Exceptions) -> tuple[int, Mood | None]:
        """Take in what is said here; return how many words say it, and the mood it leaves (None: as it was).

        ``subjects``: the readings of this clause that it may be said of; ``exceptions``: takes what is fine from what
        was refused.
        """
        fine = read_permission(self._plain, position)
        if fine and (exceptions.permit(position) or self._permit(position, subjects)):
            return fine, None
        facets, used = read_indifference(self._plain, position, self._names.vocabulary)
        if facets:
            self._said.add(Open(facets))
            return used, Mood()
        if used:
            return self._undecided(position, used)
        turn, used = read_renown(self._plain, position)
        if turn is not None:
            self._said.add(turn)
            return used, None
        agrees, used = read_difference(self._plain, position)
        if used and position in self._starts and self._said.differ(agrees=agrees):
            return used, None
        told = read_story(self._plain, position)
        return (told if told > 1 and self._names.at(position).words < told else 0), None

    def _undecided(self, position: int, used: int) -> tuple[int, Mood]:
        """Let what follows be fine; say that nothing was made of it where that names nothing."""
        end = next((at for at in range(position, len(self._plain)) if self._plain[at] in PAUSES), len(self._plain))
        told = self._plain[position + used : end]
        if len(told) > _LONGEST_REFERENCE and all(map(self._names.vocabulary.is_idle, told)):
            self._said.add(Unused(" ".join(word.raw for word in self._words[position:end])))
            return end - position, Mood()
        return used, Mood(verb=Cue.ALLOW, since=position + used)

    def _permit(self, position: int, subjects: Sequence[int]) -> bool:
        """Let what was just named be only fine: "horror is fine", "over three hours is ok"; return whether it was."""
        clause = self._plain[max(start for start in self._starts if start <= position) : position]
        if not subjects and (facets := facets_named(clause, self._names.vocabulary)):
            self._rest.clear()
            self._said.add(Open(facets))
            return True
        if self._said.loosen(is_slight=not _SLIGHT.isdisjoint(clause)):
            return True
        if self._rest.content():
            self._rest.clear()
            return True
        return self._said.forget_bound() or self._said.allow(subjects)
