"""Commands as people word them: "bring up my list", "take back my last answer", "we can't decide, you choose".

A command is a clause as a whole. Each is described by the shapes it takes rather than by a list of phrases: a verb,
whom it is for, and what it is done to, with courtesies around. The nouns of the domain ("films") are "things" here.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Final

from kgrec.dialogue.lexicon import COMMANDS, COURTESIES, Command

_MOST_WORDS: Final = 14
_LEAD: Final = (
    "(?:(?:ok|okay|well|so|hm+|ugh|sorry|hey|oh|um+|uh|right|alright|please|pls|honestly|actually|maybe|perhaps|then"
    "|now"
    "|just|and|but|wait|no|nah|yeah|yes|look|listen|mate|dude|idk|dunno|lol|cool|great|fine|nice|simply|kindly|really"
    "|(?:can|could|would|will) (?:you|we|i)|may i|lets|let us|let me|i (?:think|guess|suppose)(?: that)?"
    "|(?:id|i would|we would|wed) like (?:you )?to|(?:i|we) (?:want|wanna|need)(?: you)?(?: to)?|i wanna"
    "|why dont you|how about you|you (?:can|could|should)|time to|go ahead and|do me a favour and|in that case) )*"
)
_TAIL: Final = (
    "(?: (?:please|pls|plz|thanks|thank you|ty|cheers|ok|okay|then|now|mate|already|for (?:me|us)|(?:will|would"
    "|could|can)"
    " you|lol|haha|actually|instead|anyway|tonight|today|though|tho|buddy|dude|right now|so far|again"
    "|if you (?:can|could|dont mind|please|like|would)))*"
)
_TO_US: Final = "(?: me| us)?"
_THINGS: Final = (
    "(?:list|shortlist|recommendations?|suggestions?|recs|results?|picks|things?|options|selection"
    "|matches|titles|ideas)"
)
_SHAPES: Final = {
    Command.STOP: (
        ("(?:no more|enough|stop|quit|cut|skip|without|less|too many|end|drop)(?: with| of)?(?: the| your| all"
         "| these| those| asking| any| more| further| stupid| silly)*{us} questions"),
        ("(?:stop|quit|dont|no more) (?:asking|ask|quizzing|interrogating|questioning|bugging|bothering|pestering"
         "|annoying|grilling){us}(?: (?:with )?(?:the |your |all |these |more )*questions| things| stuff| that"
         "| this| any(?:thing| more)?| anything else| anymore)*"),
    ),
    Command.WHY_QUESTION: (
        ("(?:why|what for|how come)(?: are| do| did| would| must| should| does| is)? ?(?:you|it|this thing)"
         " (?:keep |always )?(?:ask|asking|want|wanna|need|care|matter)(?: to)?(?: know)?{us}"
         "(?: that| this| it| about (?:that|this|it)| such a thing)?"),
        "(?:whats|what is) the (?:point|reason|purpose|idea) (?:of|for|behind) (?:this|that|the|your) question",
        "why (?:this|that|the|such a|these|those|all these|all the|so many) questions?",
        "(?:why|what) does (?:this|that|it) (?:matter|have to do with (?:it|anything))",
    ),
    Command.UNDO: (
        ("(?:take|undo|scratch|delete|remove|cancel|revert|forget|ignore|erase|reverse|strike|scrap|discard|drop"
         "|retract|disregard|unsay)(?: back)?(?: about)? (?:that|it|this|(?:what|the thing) i(?: just)? (?:said"
         "|told you|wrote|typed)|(?:my|the|that) (?:very )?(?:last|previous|latest|most recent) (?:answer|one"
         "|thing|reply|step|choice|message|wish|statement|rating|input|bit|part|command|move)(?: i (?:said|gave"
         "|made))?|my (?:answer|reply|choice))(?: back| off)?"),
        "(?:go|step|move) back(?: one| a)?(?: step| place)?",
        "i (?:didnt|did not) mean (?:that|it|to(?: say| do| type| write)?(?: that| it)?)",
        "(?:that|this|it) was(?: just| only)? (?:a mistake|wrong|an accident|a slip|a typo|an error|accidental)",
        ("i (?:misspoke|changed my mind|take (?:that|it) back|mistyped|pressed the wrong (?:key|button)"
         "|made a mistake)"),
        "never ?mind(?: that)?|my (?:mistake|bad)|oops.*",
    ),
    Command.START_OVER: (
        ("(?:start|begin|restart|go|try|do)(?: it| this| all| everything)* (?:over|again|afresh|anew|fresh|new"
         "|from scratch|from zero|from the (?:start|beginning|top|very beginning)|a new (?:search|session"
         "|conversation|round|list|chat))(?: again| from scratch| from the (?:start|beginning|top)| completely)*"),
        ("(?:a )?(?:clean|blank) slate|(?:a )?(?:fresh|new) (?:start|search|session|round)|from (?:scratch"
         "|the top|zero)"),
        ("(?:reset|clear|wipe|erase|forget|delete|scrap|discard)(?: it| all| everything| the slate| of| that"
         "| this| my answers| my wishes| the conversation| the list| i said| ive said| youve learned"
         "| clean)+(?: and (?:start|begin) (?:over|again|afresh))?"),
    ),
    Command.LIST: (
        ("(?:show|see|give|bring(?: up)?|open|display|view|list|pull up|get|print|have a look at"
         "|take me(?: back)? to|go to|look at|back to|return to|read(?: out)?){us}(?: up| to)?(?: my| the| your"
         "| that| those| a| some)?(?: current| top| best| whole| full| actual| final"
         "| damn)* {things}(?: you (?:have|found|picked)| youve (?:got|found))?"),
        ("what (?:have you|do you have|did you|have i|you) ?(?:got|found|find|picked|pick"
         "|come up with)?(?: for (?:me|us))?"),
        ("what (?:should|can|could|shall|do|would|must) (?:i|we|you)(?: have me)? (?:watch|see|recommend|suggest"
         "|pick)(?: for me| next| then)*"),
        "(?:whats|what is) (?:on|in) (?:my|the|your) list|where(?: is|s)? (?:my|the) list(?: gone)?",
        "(?:recommend|suggest){us} (?:something|things?|one|stuff)",
    ),
    Command.BEST: (
        ("(?:(?:whats|what is|what are|show{us}|give{us}|find{us}|which is|list) )?(?:the |your |some |a )?"
         "(?:(?:very|all time|absolute|single) )*(?:best|greatest|finest|top|most (?:popular|famous|acclaimed)"
         "|(?:best|top|highest) rated|best known) (?:\\d+ |ten |rated )?things?"
         "(?: (?:ever|made|of all time|you have|in the world|out there|there is|there are|all time))*"),
    ),
    Command.MORE_ITEMS: (
        ("(?:(?:show|give|tell|got|find|any|some|have|see|load|offer|(?:do )?you (?:have|got)|have you(?: got)?"
         "|are there|is there) ?)?{us}(?: ?some| ?any| ?a few| ?the)? ?(?:more|others?|another (?:one|batch|set"
         "|lot|few|list|page)|different ones|alternatives)(?: things?| ones?| options| suggestions"
         "| recommendations| results| ideas| choices| titles)*"),
        ("(?:what|anything|whatever) else(?: is there| do you have| have you(?: got)?| you got| you have"
         "| can you (?:offer|show me|recommend|suggest)| do you (?:recommend|suggest)| would you (?:suggest"
         "|recommend))?"),
        ("(?:show me )?(?:the )?(?:next|following|remaining)(?: few| ten| five| three)?(?: ones?| batch| page"
         "| things?| set| few)?"),
        ("(?:i |we )?(?:dont|do not) (?:like|want|fancy|care for|feel) (?:any|either) of (?:these|those"
         "|them)(?: things)?"),
        ("(?:none|neither) of (?:these|those|them|that)(?: things)?(?: really)? (?:appeals?|works?|fits?|does it"
         "|do it|grabs?|interests?|speaks?|tempts?)(?: for| to)?{us}"),
        ("(?:show|give|see) ?(?:me |us )?the (?:rest|remainder)|(?:something|anything|things|one|ones) (?:else"
         "|different|other)|keep (?:going|them coming)|(?:i )?(?:want|need) more(?: choice| options)?"),
    ),
    Command.SURPRISE: (
        "(?:surprise|shock|amaze|astonish|wow|inspire){us}(?: with (?:something|anything))?",
        "(?:you|u|kgrec) (?:choose|pick|decide|select)(?: (?:one|something|for (?:me|us)))*",
        ("(?:pick|choose|select|decide|play|throw|take|put on|give){us} (?:something|anything|one|whatever|any"
         "|a thing)(?: at random| random| for (?:me|us)| yourself| you (?:like|want|love)| nice| good"
         "| from the list)*"),
        "(?:pick|choose|decide) for (?:me|us)",
        ("(?:something|anything|one|a thing) (?:at )?random|(?:a |some |something )?random(?: one| thing| things"
         "| pick)?"),
        ("(?:its |it is |ill leave it |i leave it |leave it )?(?:all |entirely |totally )?(?:up to you"
         "|your (?:call|choice|pick)|dealers choice|to you)"),
        "(?:i|we) (?:cant|cannot|can not|couldnt) (?:decide|agree|choose|make up (?:my|our) minds?)",
        "whatever you (?:think|like|want|say|suggest|recommend|feel|prefer)(?: is best| is good| like| best)?",
        "(?:im|i am|were|we are) feeling (?:lucky|adventurous)|(?:flip|toss) a coin|roll the dice",
    ),
    Command.HELP: (
        ("help(?: me)?(?: out)?(?: here)?|(?:i )?need (?:some )?help|(?:im|i am|we are) (?:lost|stuck|confused)"
         "|instructions"),
        ("what (?:can|could|should|do|may|must|am) i (?:say|do|type|ask|enter|write|tell you|supposed to (?:do"
         "|say))(?: to you| here| next| exactly)*"),
        ("how (?:do|does|can|should|to|am) ?(?:i|we|this|it|you|that)? ?(?:work|use (?:this|you|it)|talk to you"
         "|start|function|go|operate|play)(?: this| it| exactly| thing)*"),
        "what (?:can|do|could) you (?:do|understand|know|offer|know about)(?: for (?:me|us))?",
        "(?:show|list|give|tell){us}(?: the| all| your| some)* (?:commands|help|instructions|rules)",
        ("what are (?:my|the|your) (?:options|commands|instructions)|(?:i )?(?:dont|do not) (?:understand"
         "|get)(?: it| this| you| the question| your question| what you mean| what to do)*"
         "|what do you mean(?: by that)?"),
    ),
    Command.QUIT: (
        ("(?:im|i am|we are|were|were all|thats|that is|that will be|thatll be|thatll|that will)(?: all)? (?:done"
         "|finished|off|leaving|out|all|it|do)(?: here| with (?:this|you)| for (?:now|today|tonight)| from me"
         "| i need| i wanted)*(?: (?:bye|goodbye))?"),
        ("(?:good ?)?bye(?: bye| now| for now)*|see (?:you|ya|u)(?: later| soon| around| tomorrow| next time"
         "| then)?"),
        ("(?:i |we )?(?:have to|gotta|must|need to|should|got to|ve got to|better) (?:go|leave|run|dash|be off"
         "|get going)"),
        ("good ?night|talk (?:to you )?later|(?:stop|end|finish|close|exit|leave)(?: it| this| the)?(?: here"
         "| there| conversation| chat| session)+|ttyl|later|laters|cya|farewell|take care|until next time"),
    ),
    Command.PASS: (
        ("(?:i |we )?(?:(?:have|ve|got|have got|ive) )?(?:got )?(?:no|zero|not any|not an?) (?:real |strong "
         "|particular )?(?:idea|opinion|preference|clue|views?|feelings|thoughts|answer)s?(?: (?:on"
         "|about) (?:that|this|it|those|them|either)| either way| here| really| at all)*"),
        ("(?:i |we )?(?:dont|do not|couldnt|could not|cant|cannot) (?:really )?(?:know|care|mind|remember|recall"
         "|say|tell|answer|have (?:an opinion|a preference|one|any preference|any opinion|any))(?: really| at all"
         "| much| either way| about (?:that|it|this)| less| it| that| this| them| him| her| those| these"
         "| either(?: of them)?| which| on that| to be honest)*"),
        ("(?:i have |ive |i )?(?:never|not|havent|have not)(?: ever)? (?:heard of|seen|come across|watched|met"
         "|heard)(?: any of| either of| one of)? (?:it|that|this|them|him|her|those|these|either)(?: one| things?"
         "| two| before)*"),
        ("(?:next|another|(?:a )?different|other) question|(?:ask|tell){us} (?:something|another"
         "|a different) (?:else|question)|no comment|it depends|depends|neutral|indifferent|(?:lets )?(?:move"
         "|moving) on(?: to the next.*)?"),
        ("(?:all|both|any|either|each)(?: of (?:them|these|those))?(?: are| is| would be| would| sounds?| works?"
         "| will)?(?: do| fine| good| ok| okay| the same| equally)*(?: (?:with|by|to|for) (?:me|us))?"),
        ("(?:it |that |this )?(?:really )?(?:doesnt|does not|dont|do not) (?:really )?matter(?: much| at all)?"
         "(?: to (?:me|us))?|no matter(?: which| what)?"),
        ("(?:its |it is |that is |thats |it )?(?:makes )?(?:no odds|no difference|all the same|hard to say"
         "|difficult to say|a (?:tough|hard|difficult) (?:one|question|choice)|(?:tough|hard|difficult) (?:to say"
         "|question|one|choice))(?: to me)?"),
        ("(?:im )?not (?:sure|fussed|bothered|really|applicable|important|an issue|relevant)|skip(?: it| that"
         "| this| one| the| question)*|(?:i )?(?:would|d) rather not (?:say|answer)"),
    ),
}  # fmt: skip
"""The shapes of each command; {us} and {things} stand for the patterns above."""
_ORDERS: Final = tuple(
    (re.compile(f"{_LEAD}(?:{'|'.join(shapes).format(us=_TO_US, things=_THINGS)}){_TAIL}"), command)
    for command, shapes in _SHAPES.items()
)

_TOGETHER: Final = frozenset({Command.STOP, Command.LIST, Command.BEST})
"""Commands of which one goes on with another."""

WORDS: Final = frozenset(re.findall("[a-z]{4,}", " ".join(shape for shapes in _SHAPES.values() for shape in shapes)))
"""The longer words that commands are made of."""


def read_order(plain: Sequence[str], nouns: Collection[str]) -> Command | None:
    """Return the command that some words are, with or without courtesies around it; None for none.

    Args:
        plain: the words, folded.
        nouns: what an item is called, folded.
    """
    if (both := _both(plain, nouns)) is not None:
        return both
    words = list(plain)
    while words:
        if (command := COMMANDS.get(" ".join(words))) is not None:
            return command
        if words[-1] in COURTESIES:
            words = words[:-1]
        elif words[0] in COURTESIES:
            words = words[1:]
        else:
            break
    if not 1 < len(plain) <= _MOST_WORDS or plain[-3:] == ["the", "other", "one"]:
        return None
    text = " ".join("things" if word in nouns else word for word in plain)
    return next((command for pattern, command in _ORDERS if pattern.fullmatch(text)), None)


def _both(plain: Sequence[str], nouns: Collection[str]) -> Command | None:
    """Return the second of two commands that belong together: "stop asking and give me a list"; None for no two."""
    for at, word in enumerate(plain):
        if word == "and" and 0 < at < len(plain) - 1:
            one, other = read_order(plain[:at], nouns), read_order(plain[at + 1 :], nouns)
            if one in _TOGETHER and other in _TOGETHER:
                return other
    return None
