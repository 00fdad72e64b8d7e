"""How well known things shall be: "too obvious", "something obscure", "something I won't have heard of"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from kgrec.acts import Question
from kgrec.dialogue.readings import Turn
from kgrec.dialogue.tokens import PAUSES

if TYPE_CHECKING:
    from kgrec.dialogue.session import Session

_LESS_OF: Final = (
    "(?:(?:a bit |a little |way |far |much )?(?:too|so|less)|not (?:so|too|that|as|very)|nothing(?: too| so| that)?)"
)
_KNOWN: Final = "(?:well known|famous|obvious|mainstream|popular|commercial|hyped|well worn)"
_UNKNOWN: Final = "(?:obscure|niche|off the beaten track|under the radar|out of the way)"
_DEGREE: Final = "(?:(?:something|anything|more|really|very|quite|rather|fairly|pretty|truly|a bit|a little) )"
_LESS: Final = re.compile(
    f"(?:{_LESS_OF} {_KNOWN}|{_DEGREE}*(?:{_UNKNOWN}|hidden gems?)"
    f"|{_DEGREE}*(?:little|less|least) (?:well )?known"
    "|(?:that |which )?(?:i|we) (?:probably )?(?:wont|havent|wouldnt|have not|will not)(?: have)?(?: ever)? heard of"
    "(?= (?:before|yet)|$)"
    "|(?:that |which )?(?:i|we|ive|weve)(?: have)? never heard of(?=$)"
    "|(?:that )?(?:nobody|no one|hardly anyone|hardly anybody|few people|not many people)(?: else)?"
    " (?:knows?|(?:has|have) (?:heard of|seen))"
    "|(?:everybodys?|everyones?|we all|weve all)(?: else)?(?: has| have)?(?: already)? (?:seen|knows?|watched)"
    "(?: (?:that|those|these|them|it|this|already|before|one|ones|all))*)(?![a-z0-9])"
)
_MORE: Final = re.compile(f"(?:{_LESS_OF} {_UNKNOWN}|{_DEGREE}+(?:well known|famous|mainstream|popular))(?![a-z0-9])")
_STARTS: Final = frozenset(
    """
    a too so less not nothing way far much something anything more really very quite rather fairly pretty truly obscure
    niche off under out hidden little least that which i we ive weve nobody no hardly few everybody everybodys everyone
    everyones
    """.split()  # noqa: SIM905
)
_LONGEST: Final = 9
_STEP: Final = 0.5
"""How far one such remark turns the dial."""


def read_renown(plain: Sequence[str], position: int) -> tuple[Turn | None, int]:
    """Return which way the words at a position turn the dial of what is well known, and how many words they are."""
    if plain[position] not in _STARTS:
        return None, 0
    end = next((at for at in range(position, len(plain)) if plain[at] in PAUSES), len(plain))
    text = " ".join(plain[position : min(end, position + _LONGEST)])
    for pattern, step in ((_MORE, _STEP), (_LESS, -_STEP)):
        if found := pattern.match(text):
            return Turn("familiar", step), len(found[0].split())
    return None, 0


def turn_dial(session: Session, reading: Turn, question: Question | None, said: str) -> str:
    """Turn a dial of the list a step further; says so where nothing is known that it could go by."""
    del question
    if session.graph.prior is None:
        return "nothing here tells what is widely known"
    value = max(-1.0, min(1.0, getattr(session.belief.dials, reading.dial) + reading.step))
    session.turn(reading.dial, value, said)
    return "what is better known comes first" if reading.step > 0 else "what is less known comes first"
