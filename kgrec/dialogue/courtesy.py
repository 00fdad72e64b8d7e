"""Chit-chat, met politely in one line: greetings, thanks, compliments and complaints, questions about ourselves."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from kgrec.dialogue.readings import Chat

_REPLIES: Final = {
    "Hello! Say what you are in the mood for, or answer the question.": (
        "(hi|hiya|hello|hey|heya|yo|greetings|howdy|good (morning|evening|afternoon|day)|whats up|sup|hallo"
        "|hi there|hey there)"
        "( there| again| kgrec| you| all| mate| buddy| friend| everyone)*"
    ),
    "I am well, thank you. What are you in the mood for?": (
        "(hi|hello|hey)? ?(how are you|how are things|hows it going|how is it going|how do you do|how are you doing"
        "|you ok"
        "|how you doing|hows life|whats new)( today| doing)?"
    ),
    "You are welcome.": (
        "(ok |okay |great |cool |perfect |nice |lovely |alright )*(thanks|thank you|thx|ta|cheers|many thanks"
        "|much appreciated)"
        "( a lot| so much| very much| a bunch| mate| that helps| for that| for the help| for your help| for nothing"
        "| buddy"
        "| kgrec| again| anyway| you)*"
    ),
    "Glad to hear it.": (
        "(ok|okay|great|cool|nice|perfect|lovely|awesome|brilliant|wonderful|excellent|alright|fine|good|sweet|wow"
        "|haha|lol"
        "|hahaha|hehe|lmao|right|i see|got it|understood|interesting|sounds good|that sounds good|good idea"
        "|fair enough|nice one"
        "|good one|not bad|well done|good job|nice work|thats great|thats nice|great stuff|very good|makes sense"
        "|good to know"
        "|you(re| are) (so |very |really |quite )?(funny|great|good|smart|the best|clever|nice|helpful|awesome|cool"
        "|sweet|cute|ok)"
        "|(thats|that is|that was) (funny|great|good|cool|nice|helpful|true|right)|i (like|love) you"
        "|that helps)( then| too)?"
    ),
    "I am a program that recommends; I know only what is in my catalogue.": (
        "(who|what) (are|r) you|are you (a |an )?(human|bot|robot|real|machine|person|computer|ai|alive|chatgpt"
        "|real person)"
        "|whats your name|what is your name|do you have a name|how old are you|where are you from|who made you"
        "|who built you"
        "|do you (sleep|dream|eat|have feelings|like me|love me)|are you (there|ok|stupid|listening|sure|sentient"
        "|happy)"
        "|whats your favou?rite( \\w+)?|what is your favou?rite( \\w+)?|do you like \\w+"
    ),
    "I am sorry to hear that. Say what I got wrong, or “undo”.": (
        "(you(re| are)|this is|thats|that is|you) (so |really |very |just )?(suck|stupid|useless|terrible|bad|awful"
        "|annoying|wrong"
        "|rubbish|no good|dumb|slow|not helpful|unhelpful|boring|crap|broken)|you dont understand( me)?"
        "|this isnt working"
        "|you got (it|that) wrong|thats not what i (said|meant|asked)|bad bot|damn|wtf|ugh|argh|hmm|hm|sigh"
    ),
    "Gladly.": "why not|sure|go ahead|lets go|lets do it|yes please|yes|yeah|yep",
    "I cannot tell; I only know what is in my catalogue.": (
        "(whats|what is|hows|how is) the weather( like)?( today| tomorrow)?|tell me a joke|sing (me )?(a song"
        "|something)"
        "|what time is it|what day is it|whats the time|whats the date|whats the meaning of life"
        "|do you know any jokes"
    ),
}
_TALK: Final = tuple((re.compile(pattern), reply) for reply, pattern in _REPLIES.items())
_MOST_WORDS: Final = 10


def read_chat(plain: Sequence[str]) -> Chat | None:
    """Return the answer to words that want no more than a friendly one, or None."""
    if not plain or len(plain) > _MOST_WORDS:
        return None
    text = " ".join(plain)
    return next((Chat(reply) for pattern, reply in _TALK if pattern.fullmatch(text)), None)
