"""The English words the dialogue knows, apart from the names in the graph. All are folded (kgrec.text.fold)."""

from enum import StrEnum
from typing import Final


class Command(StrEnum):
    """Something to do rather than something to believe."""

    LIST = "list"
    STOP = "stop asking"
    WHY_QUESTION = "why question"
    UNDO = "undo"
    MORE_QUESTIONS = "more questions"
    MORE_ITEMS = "more items"
    SURPRISE = "surprise"
    START_OVER = "start over"
    HELP = "help"
    QUIT = "quit"
    PASS = "pass"  # noqa: S105  (no password)


class Cue(StrEnum):
    """What words say about the names beside them."""

    LOVE = "love"
    LIKE = "like"
    HATE = "hate"
    SEEN = "seen"
    UNSEEN = "unseen"
    WANT = "want"
    NEAR = "near"
    NOT = "not"
    ONLY = "only"
    BUT = "but"
    UNLESS = "unless"


_COMMANDS: Final = {
    Command.LIST: "list|show me|just show me|show|show the list|show me the list|recommend|go|results|enough"
    "|just show me something|show me something|show me what you have|show me what youve got|recommend something"
    "|what do you recommend|what do you suggest|what should i watch|give me the list|the list",
    Command.STOP: "stop|stop asking|stop asking questions|stop asking me questions|stop asking me|no more questions"
    "|enough questions|stop with the questions|dont ask|dont ask me anything",
    Command.WHY_QUESTION: "why|why this|why this question|why do you ask|why are you asking|why do you ask that"
    "|why do you want to know|why are you asking me this|how come",
    Command.UNDO: "undo|undo that|undo please|take that back|take it back|i take that back|oops|back|go back"
    "|scratch that"
    "|wait scratch that|forget that|forget it|strike that|ignore that|forget i said that",
    Command.MORE_QUESTIONS: "more|more questions|ask me more|ask more|go on|keep asking|ask me something"
    "|ask me questions"
    "|ask me another|next question",
    Command.MORE_ITEMS: "show me more|more please|show more|what else|what else have you got|what else is there"
    "|anything else|show me others|others|show me other ones|more options|next|next page|something different"
    "|show me something else|any others|other suggestions|more suggestions|more results|give me more|got any more",
    Command.SURPRISE: "surprise me|surprise|you choose|you pick|you decide|pick one|pick one for me|choose for me"
    "|pick something|random|dunno you pick|just pick one|just pick something|your choice|i trust you|up to you"
    "|im feeling lucky|roll the dice|decide for me",
    Command.START_OVER: "start over|restart|reset|new|begin again|start again|lets begin again|lets start over"
    "|lets start again|from the beginning|forget everything|clear everything|start from scratch|new search",
    Command.HELP: "help|help me|what can i say|what can you do|h|how does this work|how do you work|what do i do"
    "|commands|what are the commands|how do i use this",
    Command.QUIT: "quit|exit|bye|bye bye|goodbye|q|im off|im done|thats all|see you|see you later|good night"
    "|thanks bye"
    "|gotta go|i have to go|ciao",
    Command.PASS: "pass|skip|dont mind|i dont mind|dont care|i dont care|whatever|dont know|i dont know|neither|none"
    "|none of these|none of them|something else|no idea|i have no idea|not sure|im not sure|not seen|not seen it"
    "|havent seen it|i havent seen it|never seen it|anything|skip that|skip this|skip it|skip this one|no preference"
    "|doesnt matter|it doesnt matter|not bothered|hard to say|dunno|idk|no opinion|either|either is fine"
    "|anything goes|never heard of it",
}
COMMANDS: Final = {phrase: command for command, text in _COMMANDS.items() for phrase in text.split("|")}

COURTESIES: Final = {
    "please",
    "pls",
    "plz",
    "thanks",
    "thank you",
    "ok",
    "okay",
    "just",
    "now",
    "wait",
    "actually",
    "then",
}
"""What may stand beside a command and changes nothing."""

YES: Final = frozenset({"yes", "y", "yeah", "yep", "sure", "of course", "definitely", "i do", "yes please", "ok"})
NO: Final = frozenset({"no", "n", "nope", "nah", "not really", "i dont", "no thanks"})

_CUES: Final = {
    Cue.LOVE: "love|loved|loves|loving|adore|adored|adores|favourite|favorite|favourites|favorites|fave|faves"
    "|cant get enough of|obsessed with|crazy about|mad about|huge fan of|big fan of|massive fan of|biggest fan of",
    Cue.LIKE: "big on|like|liked|likes|enjoy|enjoyed|enjoys|fan of|into|keen on|partial to|fond of|a sucker for"
    "|a soft spot for|a weakness for|really rate|appreciate",
    Cue.HATE: "not big on|never got into|cant get into|hard pass on|didnt care for|dont care for|never cared for"
    "|do not care for"
    "|hate|hated|hates|dislike|disliked"
    "|dislikes|detest|detested|loathe|loathed|despise|cant stand|cannot stand"
    "|couldnt stand|cant bear|cannot bear|sick of|tired of|bored of|bored with|fed up with|cant be doing with"
    "|fell asleep during|fell asleep in|walked out of|couldnt finish|allergic to|had enough of|bored by",
    Cue.SEEN: "seen|watched|saw|i know|already know|just rewatched|rewatched",
    Cue.UNSEEN: "havent seen|have not seen|never seen|not seen|didnt see|havent watched|have not watched"
    "|never watched"
    "|yet to see|yet to watch|havent i seen|heard of|heard about|havent heard of|never heard of",
    Cue.WANT: "want|wants|wanted|something|anything|mood|in the mood for|need|looking|looking for|give|give me|show"
    "|show me|watch|prefer|rather|after|feel like|feeling like|fancy|id like|i would like|would like|could use"
    "|got any"
    "|have you got|do you have|have you any|up for|craving|recommend|suggest|find|find me|how about|what about|got",
    Cue.NEAR: "in the same vein as|along the same lines as|same kind of thing as|same sort of thing as|that feels like"
    "|feels like|alternative to|alternatives to|anything else like|something similar to|akin to|a cross between"
    "|cross between|a mix of|mix of|crossed with|meets|mixed with|same vibe as|the vibe of|the feel of|"
    "something like|anything like|stuff like|things like|similar to|in the style of|in the vein of"
    "|along the lines of|reminiscent of|reminds me of|reminding me of|more like|more of|closer to|such as|another"
    "|much like"
    "|just like|a bit like|kind of like|sort of like|comparable to|in the spirit of|what else is like"
    "|what is like|whats like",
    Cue.NOT: "no|not|without|never|nothing|avoid|dont|doesnt|isnt|arent|wasnt|cant|skip|except|except for"
    "|anything but"
    "|everything but|all but|anything except|everything except|other than|apart from|no more|not another|minus|nor"
    "|neither|leave out|excluding|exclude|steer clear of|none of|none of that|nothing with|nothing too|not too"
    "|nothing like"
    "|isnt about|not about|aint|wont|barring|hold the|free of|instead of|rather than|enough of|enough with",
    Cue.ONLY: "only|must|strictly|definitely|nothing but|has to be|have to be|must be|exclusively",
    Cue.UNLESS: "unless|as long as|provided|except when|only if|except if",
    Cue.BUT: "but|however|instead|although|though|yet|still|whereas",
}

CUES: Final = {phrase: cue for cue, text in _CUES.items() for phrase in text.split("|")}
DOUBLE_NEGATIONS: Final = [
    "wouldnt say no to",
    "would not say no to",
    "dont mind",
    "wouldnt mind",
    "would not mind",
    "not opposed to",
    "not averse to",
    "nothing against",
    "not against",
    "cant say no to",
    "never say no to",
    "cant go wrong with",
]
TOLERATED: Final = ("dont hate", "didnt hate", "do not hate", "didnt mind", "dont dislike", "not a hater of")
"""Said of what is neither liked nor disliked."""

SUBJECTS: Final = frozenset(
    {"i", "we", "ive", "id", "do", "dont", "did", "didnt", "does", "doesnt", "really", "also", "never", "not", "kinda"}
    | {"quite", "always", "he", "she", "they", "kids", "wife", "husband", "both", "you", "would", "rather", "still"}
)
"""Words after which "like" tells a liking; elsewhere it compares."""
JOINERS: Final = frozenset({"and", "or", "nor", "plus", "n"})

GOOD: Final = frozenset(
    {"great", "good", "brilliant", "amazing", "awesome", "fantastic", "excellent", "wonderful", "perfect", "superb"}
    | {
        "best",
        "favourite",
        "favorite",
        "fave",
        "faves",
        "favourites",
        "favorites",
        "masterpiece",
        "gem",
        "incredible",
        "fab",
    }
    | {
        "beautiful",
        "terrific",
        "outstanding",
        "lovely",
        "genius",
        "classic",
        "unforgettable",
        "stunning",
        "10",
        "magic",
    }
    | {"better", "fun", "ace", "phenomenal", "delightful", "nice", "comfort", "10 10", "9 10", "8 10", "5 5"}
)
BAD: Final = frozenset(
    {"terrible", "awful", "bad", "rubbish", "boring", "dull", "overrated", "crap", "garbage", "trash", "worst", "meh"}
    | {"disappointing", "stupid", "mediocre", "lame", "horrible", "dreadful", "unwatchable", "pretentious", "annoying"}
    | {"tedious", "poor", "dire", "dumb", "shit", "disappointment", "bore", "nonsense", "worse", "cringe"}
)
MEETINGS: Final = frozenset({"meets", "crossed with", "mixed with"})
"""What stands between two names when something like both is wanted."""
HAVING: Final = frozenset({"have you got", "do you have", "have you any", "got", "got any"})
"""What follows these is the name of something."""

COPULAS: Final = frozenset(
    {"is", "was", "are", "were", "s", "has", "isnt", "wasnt", "arent", "werent", "have", "seemed"}
)
NEGATED_COPULAS: Final = frozenset({"isnt", "wasnt", "arent", "werent"})
ADVERBS: Final = frozenset(
    """a absolutely actually all also always always among an and any as at been both by complete easily even ever far
    first for hands honestly i in just kind kinda made my of one our ones pure pretty probably quite rather really
    seen so
    some still such sort such the thing things time times too total totally truly utter utterly very well""".split()  # noqa: SIM905
)
VERDICTS: Final = {
    phrase: value
    for value, text in (
        (
            1.0,
            (
                "blew me away|never gets old|cracks me up|rocks|rules|rocked|is my jam|made me cry|made me laugh"
                "|gets me every time"
            ),
        ),
        (
            -1.0,
            (
                "bored her|bored him|bored them|bores him|bores her|bored me|bores me|bore me|bored me to tears"
                "|bored me to death|sucks|sucked|suck|puts me to sleep|annoys me"
                "|put me to sleep|is not for me|isnt for me|wasnt for me|was not for me|are not for me|arent for me"
                "|not for me"
                "|does nothing for me|did nothing for me|do nothing for me|left me cold|leaves me cold"
                "|annoy me|bored us"
                "|not my thing|is not my thing|isnt my thing|arent my thing|are not my thing|not my cup of tea"
                "|isnt my cup of tea"
                "|arent my cup of tea|is not my cup of tea|are not my cup of tea"
            ),
        ),
    )
    for phrase in text.split("|")
}
FANS: Final = frozenset(
    {"fan", "fans", "person", "buff", "lover", "nut", "addict", "junkie", "nerd", "geek", "fanatic"}
)

FILLERS: Final = frozenset(
    """a about absolutely actually again all already also am an any are as at basically be been big bit both by can
    could cool course day decent did do does else ever evening even every feel feeling few fine first for from get
    gets
    getting give gimme go going good got great guess had has have hello hey hi home honestly hope how huge hugely i
    id ill
    im in is it its itself ive just kind kinda know last let lets like little ll lot lots made main make mainly
    maybe me
    might minute moment month more most much my myself night nice now of oh ok okay old on once one ones or other
    our ours classic classics theyre youre were hes shes check interesting sounds sound helping help helped awesome
    chatting chat recommendation recommendations haha lol omg sorry look looks later talk agree yea yess seems
    hear heard goodbye bye
    idea proper solid bunch mood vibe vibes gonna hmm um er dude mate folks guys lemme sorta either always seem
    appreciate preferably suitable recommended suggested recommend suggest whichever somehow somewhere
    basically literally right
    option options choice choices catch called titled named entitled
out over own people perfect perhaps pick please pls possibly preferably pretty probably quite rather re really
right s said
    say see should simply since sit so some somebody someone sort sth still such suggestion suggestions sure t take
    tbh
    tell than thank thanks that thats the them themselves then there theres these they thing things think thinking
    this
    those time times to today told tomorrow tonight too totally tried try type up us use usually very want wanna
    was watch
    watching way we week weekend well were what whatever whats when where which while who whole will wish with work
    works
    would yeah year years yes yesterday you your youve ask asked day days bad best enjoy type kinds stuff around
    lately
    okay alright afternoon viewing ideally please especially maybe definitely old nowadays these anyway""".split()  # noqa: SIM905
)
"""Words that alone ask for nothing; a title made of them counts only where it is capitalised or plainly meant."""

TIMES: Final = frozenset({"evening", "afternoon", "night", "weekend", "morning", "day"})
"""Idle words that belong to what stands right before them: "a rainy evening"."""

PRONOUNS: Final = frozenset({"it", "this", "that", "them", "those", "these", "him", "they", "all", "one", "both"})
REFERENCES: Final = [
    "it",
    "this",
    "that",
    "this one",
    "that one",
    "the one",
    "the same one",
    "this thing",
    "that thing",
    "him",
    "that same one",
    "the last one",
]
ORDINALS: Final = {
    word: number
    for number, words in enumerate(
        [
            "first|1st|top",
            "second|2nd",
            "third|3rd",
            "fourth|4th",
            "fifth|5th",
            "sixth|6th",
            "seventh|7th",
            "eighth|8th",
            "ninth|9th",
            "tenth|10th",
        ],
        1,
    )
    for word in words.split("|")
}

_ABSENT: Final = "(?:(?:on|in) (?:the|my) list|there|here|listed|shown|recommended|suggested|missing)"
WHY_NOT: Final = (
    "(?:why not|why isnt|why is not|wheres|where is) (.+)",
    f"(?:why not|why isnt|why is not) (.+) {_ABSENT}",
    f"why is (.+) (?:not {_ABSENT}|not|missing|absent)",
    "why (?:dont|do not|didnt|did not|cant) (?:you|i) (?:show|list|recommend|suggest|see|get|find|offer)(?: me)? (.+)",
    "(?:how come|so) (.+) (?:is not|isnt) " + _ABSENT,
)
"""Ways to ask why something is not on the list, as patterns over folded text; the group is its name."""
WHY: Final = (
    f"why (?:is|are|was) (.+) {_ABSENT}",
    "why (?:did|do|would|are) you (?:recommend|suggest|show|list|pick|choose|recommending|suggesting)(?: me)? (.+)",
    "(?:why would i|why should i|will i|would i) (?:like|watch|enjoy|want) (.+)",
    "why (?:not|is|isnt)? ?(.+)",
)
SHORTENED: Final = {
    "whos": "who is", "whats": "what is", "wheres": "where is", "whens": "when is", "hows": "how is", "its": "it is",
    "thats": "that is", "whod": "who did", "whove": "who have", "theres": "there is",
}  # fmt: skip
"""Folded contractions as they are written out."""
QUESTION_WORDS: Final = frozenset(
    "who what when where how is was are were does did do has have which whose tell describe isnt wasnt any can".split()  # noqa: SIM905
)

MEANT: Final = (
    (
        "(?:no|sorry|nope|wait|oh|ah|well|actually)? ?(?:no )?(?:i|we) (?:meant|mean|was thinking of"
        "|am talking about)(?: to say)? (.+)"
    ),
    "(?:no|sorry|nope|wait)? ?not (?:that (?:one|[a-z]+)|this one)(?: (?:i meant|i mean))? (.+)",
    "(?:no|sorry|nope|wait) the (.+)",
)
"""Ways to correct what was understood, as patterns over folded text; the group says what was meant."""
NEWEST: Final = frozenset({"new", "newer", "newest", "latest", "recent", "second", "modern", "later", "last"})
OLDEST: Final = frozenset({"old", "older", "oldest", "original", "first", "earlier", "classic"})
