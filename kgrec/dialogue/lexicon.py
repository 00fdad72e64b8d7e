"""The English words the dialogue knows, apart from the names in the graph. All are folded (kgrec.text.fold)."""

from enum import StrEnum
from typing import Final


class Command(StrEnum):
    """Something to do rather than something to believe."""

    LIST = "list"
    WHY_QUESTION = "why question"
    UNDO = "undo"
    MORE_QUESTIONS = "more questions"
    START_OVER = "start over"
    HELP = "help"
    QUIT = "quit"
    PASS = "pass"  # noqa: S105  (no password)


_PHRASES: Final = {
    Command.LIST: "list|show me|just show me|show|show the list|show me the list|recommend|go|results|enough",
    Command.WHY_QUESTION: "why|why this|why this question|why do you ask|why are you asking",
    Command.UNDO: "undo|undo that|take that back|oops|back",
    Command.MORE_QUESTIONS: "more|more questions|ask me more|ask more|go on|keep asking",
    Command.START_OVER: "start over|restart|reset|new|begin again|start again",
    Command.HELP: "help|what can i say|what can you do|h",
    Command.QUIT: "quit|exit|bye|goodbye|q",
    Command.PASS: "pass|skip|dont mind|i dont mind|dont care|i dont care|whatever|dont know|i dont know|neither|none"
    "|none of these|something else|no idea|not sure|not seen|not seen it|havent seen it|i havent seen it"
    "|never seen it|anything",
}
COMMANDS: Final = {phrase: command for command, text in _PHRASES.items() for phrase in text.split("|")}

YES: Final = frozenset({"yes", "y", "yeah", "yep", "sure", "of course", "definitely", "i do", "yes please", "ok"})
NO: Final = frozenset({"no", "n", "nope", "nah", "not really", "i dont", "no thanks"})

NEGATIONS: Final = frozenset(
    {"no", "not", "without", "never", "nothing", "avoid", "dont", "isnt", "arent", "cant", "skip", "except", "less"}
)
LOVES: Final = frozenset({"love", "loved", "loves", "adore", "adored", "favourite", "favorite"})
LIKES: Final = frozenset({"like", "liked", "likes", "enjoy", "enjoyed", "enjoys", "fan"})
HATES: Final = frozenset({"hate", "hated", "hates", "dislike", "disliked", "detest", "cannot", "bored"})
WANTS: Final = frozenset(
    {
        "want",
        "wants",
        "wanted",
        "something",
        "mood",
        "need",
        "looking",
        "give",
        "show",
        "watch",
        "prefer",
        "rather",
        "more",
    }
)
SEEN: Final = frozenset({"seen", "watched", "saw"})
ONLY: Final = frozenset({"only", "must", "strictly", "definitely"})
RESETS: Final = frozenset({"but", "however", "instead"})
JOINERS: Final = frozenset({"and", "or", "nor", "plus"})

FILLERS: Final = frozenset(
    """a about already also am an any are as at be been bit by can could did do does feel feeling for from get good
    great had has have how i id ill im in is it its ive just kind kinda let lets like lot make me maybe my new now of
    okay on one ones or please really right should so some sort sure than thanks that the them then there these they
    thing things think this those to today tonight too try up us very was way we well were what when where which who
    did say said ask told tell will with would you your""".split()  # noqa: SIM905  (a paragraph of words reads better than a list)
)
"""Words that alone ask for nothing; a title made of them counts only where it is capitalised."""

NUMBERS: Final = {
    word: float(number)
    for number, word in enumerate(
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
    )
} | {"a": 1.0, "an": 1.0, "twenty": 20.0, "thirty": 30.0, "forty": 40.0, "fifty": 50.0, "sixty": 60.0, "ninety": 90.0}

DECADES: Final = {
    "twenties": 1920, "thirties": 1930, "forties": 1940, "fifties": 1950,
    "sixties": 1960, "seventies": 1970, "eighties": 1980, "nineties": 1990,
}  # fmt: skip

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
)
ABOVE: Final = ("over", "above", "more than", "at least", "no less than", "minimum", "min")
BEFORE: Final = ("before", "until", "earlier than", "prior to")
AFTER: Final = ("after", "since", "later than", "from")

_ABSENT: Final = "(?:(?:on|in) (?:the|my) list|there|here|listed|shown|recommended|suggested|missing)"
WHY_NOT: Final = (
    "(?:why not|why isnt|why is not|wheres|where is) (.+)",
    f"(?:why not|why isnt|why is not) (.+) {_ABSENT}",
    f"why is (.+) (?:not {_ABSENT}|not|missing|absent)",
    "why (?:dont|do not|didnt|did not|cant) (?:you|i) (?:show|list|recommend|suggest|see|get|find|offer)(?: me)? (.+)",
)
"""Ways to ask why something is not on the list, as patterns over folded text; the group is its name."""

_MINUTES: Final = {"min": 1.0, "mins": 1.0, "minute": 1.0, "minutes": 1.0}
_HOURS: Final = dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), 60.0)
UNITS: Final = {"min": _MINUTES | _HOURS}
"""For each unit a facet may have: the words for it and for its multiples."""
