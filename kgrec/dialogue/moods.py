"""The mood of an utterance at a place: what the words so far say about the names to come, and how a cue changes it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from kgrec.dialogue import lexicon
from kgrec.dialogue.cues import VIBES, is_past
from kgrec.dialogue.lexicon import Cue

_LIKED: Final = 0.7
_DATING: Final = frozenset({"in", "after", "since", "around", "during", "at", "on"})
_TOLERABLE: Final = 0.2
_PROVISOS: Final = ("as long as", "so long as", "provided")
"""What begins a clause of its own: a negation before it ends there."""


@dataclass(frozen=True, slots=True)
class Mood:
    """What the words so far say about the names to come; ``verb`` None: that they are wanted now."""

    is_negated: bool = False
    verb: Cue | None = None
    is_strict: bool = False
    is_mild: bool = False  # whether less is wanted rather than nothing: "not too sad"
    strength: float = 1.0
    facets: tuple[str, ...] = ()  # the kinds of value that a cue such as "directed by" announced
    cue: str = ""  # that cue
    since: int = -1  # the position after the last cue
    is_called: bool = False  # whether what follows is the name of something: "have you got ..."
    is_used: bool = False  # whether a name was said in it
    is_past: bool = False  # whether it tells of something done: "loved", not "loves"
    others: str = ""  # what is said, if somebody else is said to think so: "my wife loves"

    @property
    def is_turned(self) -> bool:
        """Whether a "not" right before turns round what is said next: not after "I hated Heat", nor after "no war"."""
        return self.is_negated and self.verb is not Cue.HATE and not self.is_used

    def before(self, following: str) -> Mood:
        """Return the mood for a name that a word follows: "a ... fan" and "a ... vibe" settle it."""
        if following in lexicon.FANS:
            return Mood(is_negated=self.is_negated, verb=Cue.LIKE)
        if self.verb is None and following in VIBES:
            return Mood(is_negated=self.is_negated, verb=Cue.NEAR)
        return self

    def is_dated_by(self, word: str) -> bool:
        """Whether an amount that begins so tells when something was done: "I saw Heat in 1997"."""
        return self.is_used and self.verb in (Cue.SEEN, Cue.LOVE, Cue.HATE) and word in _DATING

    @property
    def awaits_name(self) -> bool:
        """Whether names in a hurry, pronouns and places on the list are to be expected."""
        return self.verb in (Cue.LOVE, Cue.LIKE, Cue.HATE, Cue.SEEN, Cue.UNSEEN, Cue.NEAR, Cue.FORGET, Cue.ALLOW)


def mood_after(mood: Mood, cue: Cue, phrase: str, end: int, others: str) -> Mood:
    """Return the mood after a cue.

    Args:
        mood: the one before it.
        cue: what it says.
        phrase: its words.
        end: the position after it.
        others: what is said, if it is somebody else who likes or hates; empty: the user.
    """
    told = Mood(verb=cue, since=end)
    if phrase in lexicon.TOLERATED:
        return replace(told, verb=Cue.LIKE, strength=_TOLERABLE)
    match cue:
        case Cue.NOT:
            verb = None if mood.verb is Cue.SEEN else mood.verb
            told = replace(mood, is_negated=True, is_mild=phrase in lexicon.MILD, verb=verb, since=end)
        case Cue.ONLY:
            is_new = phrase.startswith(_PROVISOS)
            told = replace(Mood() if is_new else mood, is_strict=True, since=end)
        case Cue.HATE:
            told = replace(told, is_negated=True, is_past=is_past(phrase), others=others)
        case Cue.LOVE | Cue.LIKE:
            strength = 1.0 if cue is Cue.LOVE else _LIKED
            told = replace(told, is_negated=mood.is_turned, strength=strength, is_past=is_past(phrase), others=others)
        case Cue.SEEN:
            told = replace(told, verb=Cue.UNSEEN if mood.is_turned else cue, others=others)
        case Cue.NEAR:
            told = replace(told, is_negated=mood.is_negated)
        case Cue.WANT:
            keeps = mood.is_negated and mood.verb is None and not mood.is_used
            told = Mood(is_negated=keeps, is_called=phrase in lexicon.HAVING, since=end)
    return told
