"""The English words the dialogue knows, apart from the names in the graph. All are folded (kgrec.text.fold)."""

from enum import StrEnum
from typing import Final


class Command(StrEnum):
    """Something to do rather than something to believe."""

    LIST = "list"
    BEST = "best"
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
    FORGET = "forget"
    ALLOW = "allow"
    EXCEPT = "except"
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
    Command.PASS: "meh|neither of those|neither of these|neither of them|neither one|not those"
    "|pass|skip|dont mind|i dont mind|dont care|i dont care|whatever|dont know|i dont know|neither|none"
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
    Cue.LOVE: (
        "love|loved|loves|loving|adore|adored|adores|favourite|favorite|favourites|favorites|fave|"
        "faves|cant get enough of|obsessed with|crazy about|mad about|huge fan of|big fan of|massive fan of|"
        "biggest fan of|adoring|cherish|worship|idolise|idolize|live for|would die for|nuts about|"
        "wild about|in love with|addicted to|hooked on|all time favourite|all time favorite|always loved|"
        "cant resist|can never resist|never tire of|never get tired of|never get enough of|huge fan of the|"
        "super into|really into|go mad for|go crazy for|a huge sucker for|a big sucker for|"
        "a massive sucker for|fell in love with|die hard fan of|swear by|rave about|raved about|obsessed by|"
        "fangirl over|stan"
    ),
    Cue.LIKE: (
        "big on|like|liked|likes|enjoy|enjoyed|enjoys|fan of|into|keen on|partial to|fond of|"
        "a sucker for|a soft spot for|a weakness for|really rate|appreciate|enjoying|dig|digging|dug|"
        "am into|grew up on|grew up with|used to watch|used to love|used to like|rate|rated highly|"
        "rate highly|have a thing for|a thing for|thing for|sucker for|suckers for|soft spot for|"
        "weakness for|fond memories of|admire|admired|vibed with|vibe with|had fun with|always up for|"
        "warm to|warmed to|got into|get into|quite rate|rather like|gravitate towards|gravitate to|"
        "gravitate toward|drawn to|interested in|interests me|fans of the|fan of the|am a fan of|a fan of"
    ),
    Cue.HATE: (
        "not big on|never got into|cant get into|hard pass on|didnt care for|dont care for|never cared for|"
        "do not care for|hate|hated|hates|dislike|disliked|dislikes|detest|detested|loathe|loathed|"
        "despise|cant stand|cannot stand|couldnt stand|cant bear|cannot bear|sick of|tired of|bored of|"
        "bored with|fed up with|cant be doing with|fell asleep during|fell asleep in|walked out of|"
        "couldnt finish|allergic to|had enough of|bored by|abhor|cannot abide|cant abide|could not abide|"
        "couldnt abide|cant take|cannot take|can not stand|can not bear|could not stand|not a fan of|"
        "no fan of|not a big fan of|not a huge fan of|not much of a fan of|not into|not really into|"
        "not that into|not keen on|not too keen on|not fond of|not crazy about|not wild about|not mad about|"
        "never liked|have no time for|no time for|no patience for|sick and tired of|tired of all|done with|"
        "put off by|turned off by|bored to death by|gave up on|cant watch|couldnt get into|"
        "couldnt get through|could not get through|couldnt get past|didnt get|didnt like|did not like|"
        "didnt enjoy|did not enjoy|didnt love|didnt rate|dont rate|wasnt into|wasnt a fan of|had my fill of|"
        "had it with|had quite enough of|had more than enough of|regret watching|struggled with|struggle with|"
        "struggled through|gave up halfway through|walked out on|dozed off during|nodded off during|loathing|"
        "despised|resent|cant get on with|dont get on with|dont get|dont get the fuss about|"
        "dont see the appeal of|dont like|do not like|dont enjoy|do not enjoy|dont really like|"
        "dont much like|cant deal with"
    ),
    Cue.SEEN: (
        "seen|watched|saw|i know|already know|just rewatched|rewatched|have watched|have seen|"
        "already seen|already watched|already saw|seen already|just saw|just seen|just watched|"
        "just finished|rewatching|re watched|sat through|been through|know by heart|finished watching"
    ),
    Cue.UNSEEN: (
        "havent seen|have not seen|never seen|not seen|didnt see|havent watched|have not watched|"
        "never watched|yet to see|yet to watch|havent i seen|heard of|heard about|havent heard of|"
        "never heard of|not yet seen|not yet watched|not seen yet|havent gotten round to|havent got round to|"
        "havent got around to|havent gotten around to|never got round to|never got around to|not got round to|"
        "been meaning to see|been meaning to watch|on my watchlist|still need to see|"
        "still have to see|still havent seen|not watched|hadnt seen|have yet to see|have never seen|"
        "have never watched|no one has seen|read about"
    ),
    Cue.WANT: (
        "add|add in|include|bring in|put in|kill for|would kill for|could murder|want|wants|wanted|something"
        "|anything|mood|in the mood for|need|looking|looking for|give|"
        "give me|show|show me|watch|prefer|rather|after|feel like|feeling like|fancy|id like|"
        "i would like|would like|could use|got any|have you got|do you have|have you any|up for|craving|"
        "recommend|suggest|find|find me|how about|what about|got|feel like watching|feel like seeing|"
        "in the mood to watch|would love|id love|would enjoy|id enjoy|dying for|in need of|"
        "on the lookout for|hankering for|hankering after|hunting for|searching for|search for|seek|seeking|"
        "propose|give us|gimme|lets have|lets watch|lets see|lets go with|lets go for|let us have|"
        "suggestions for|recommendations for|tips for|ideas for|got something|bring on|hit me with|make it|"
        "make that|keen for|game for|open to|happy with|happy to watch|do you know|know any|any good|"
        "wish for|like to see|like to watch|want to see some|want to watch|would prefer|prefer to watch|"
        "prefer it if|throw in|with a side of|thinking of|thinking about|leaning towards|leaning toward|"
        "tempted by|curious about|more in the mood for|wanna|wanna watch|wanna see|wanting"
    ),
    Cue.NEAR: (
        "in the same vein as|along the same lines as|same kind of thing as|same sort of thing as|"
        "that feels like|feels like|alternative to|alternatives to|anything else like|something similar to|"
        "akin to|a cross between|cross between|a mix of|mix of|crossed with|meets|mixed with|same vibe as|"
        "the vibe of|the feel of|something like|anything like|stuff like|things like|similar to|"
        "in the style of|in the vein of|along the lines of|reminiscent of|reminds me of|reminding me of|"
        "more like|more of|closer to|such as|another|much like|just like|a bit like|kind of like|"
        "sort of like|comparable to|in the spirit of|what else is like|what is like|whats like|think|"
        "people who liked|people who like|people who loved|people who love|people who enjoyed|along the line of"
        "|had a baby|had a child|had a kid|had a love child|had a lovechild|in the direction of"
        "|something close to|close to|close in spirit to|resembling|"
        "resembles|evoking|evokes|echoes|inspired by|a la|same as|same style as|same mood as|"
        "same spirit as|same feel as|same energy as|same feeling as|with the feel of|with the vibe of|"
        "with the energy of|if i liked|if i loved|if i enjoyed|if you liked|if you loved|because i liked|"
        "because i loved|since i liked|since i loved|other things like|others like|ones like|one like|"
        "anything similar to|as good as|as much as|for fans of|on a par with|in the mould of|in the mold of|"
        "in the tradition of|in the manner of|kinda like|a lot like|very like|very much like|"
        "similar in tone to|similar in style to|similar as|same kind as|same type as|same thing as|"
        "following on from|a companion to|companion piece to|pairs well with|goes well with|to go with|"
        "not unlike|more in the vein of|equivalent of|equivalent to|next best thing to|more things like"
    ),
    Cue.NOT: (
        "no|not|without|never|nothing|avoid|dont|doesnt|isnt|arent|wasnt|cant|skip|except|except for|"
        "anything but|anywhere but|anyone but|anybody but|everything but|all but|anything except|everything except"
        "|other than|apart from|"
        "no more|not another|minus|nor|neither|leave out|with the exception of|save for|aside from|excluding|"
        "exclude|steer clear of|none of|"
        "none of that|nothing with|nothing like|isnt about|not about|aint|wont|"
        "nothing too|not too|none too|not very|not overly|nothing overly|"
        "barring|hold the|free of|instead of|rather than|enough of|enough with|never again with|devoid of|less like"
        "|unlike"
        "|different from|different to|far from|the opposite of|opposite of|lacking|lacks|"
        "free from|nothing of|no longer|not in the mood for|not feeling|not really feeling|not up for|"
        "not looking for|dont want|dont need|do not want|do not need|dont feel like|dont really want|"
        "no desire for|no interest in|not interested in|zero interest in|dont fancy|do not fancy|no more of|"
        "spare me|keep away from|stay away from|stay clear of|away from|avoiding|ban|banned|banning|ditch|"
        "drop|lose the|please no|not after|vetoes|veto|vetoed|wont watch|refuse to watch|refuses to watch|"
        "no to|leave off|leave aside|get rid of|afraid of|scared of|terrified of|frightened of|phobia of|"
        "freaked out by|doesnt like|doesnt want|hasnt got|should not|must not|mustnt|cannot have|not with|"
        "not from|not by|not in|not made in|not contain|not involve|not include|not feature|that isnt|"
        "thats not|that arent|which isnt|which arent|not one of|enough already with|had enough|"
        "as long as it isnt|as long as it is not|as long as its not|as long as theres no|"
        "as long as there is no|as long as there are no|as long as it has no|as long as it doesnt have|"
        "as long as it doesnt|so long as it isnt|so long as its not|so long as it is not|provided it isnt|"
        "provided its not|provided theres no|provided there is no"
    ),
    Cue.FORGET: (
        "forget|forget about|never mind about|never mind the|scratch|cancel|disregard|take back|scrap|undo|"
        "forget what i said about|ignore what i said about|take back what i said about"
    ),
    Cue.ALLOW: "fine with|ok with|okay with|cool with|alright with|all right with|no problem with|can live with|"
    "dont mind|do not mind|not opposed to|not averse to|nothing against|not against|dont object to|not bothered by",
    Cue.ONLY: (
        "only|must|strictly|definitely|nothing but|has to be|have to be|must be|exclusively|"
        "as long as its|as long as it is|as long as it has|as long as theres|as long as there is|"
        "so long as its|so long as it is|provided its|provided it is|needs to be|need to be|got to be|"
        "gotta be|should be|ought to be|nothing other than|nothing else but|solely|purely|it must be|"
        "must have|must have been"
    ),
    Cue.BUT: (
        "but|however|instead|although|though|yet|still|whereas|only that|except that|then again|"
        "on the other hand|mind you|nonetheless|nevertheless|even so|that said|having said that|albeit|"
        "alternatively"
    ),
    Cue.UNLESS: (
        "unless|as long as|provided|except when|only if|except if|so long as|only when|except where|"
        "in case|if only"
    ),
}  # fmt: skip

CUES: Final = {phrase: cue for cue, text in _CUES.items() for phrase in text.split("|")}
EXCEPTIONS: Final = frozenset(
    {"except", "except for", "except if its", "apart from", "other than", "excluding", "barring"}
    | {"with the exception of", "save for", "aside from"}
)
"""What takes something out of what was refused before."""
DOUBLE_NEGATIONS: Final = [
    "dont forget",
    "dont forget about",
    "never forget",
    "wouldnt say no to",
    "would not say no to",
    "wouldnt mind",
    "would not mind",
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

MEETINGS: Final = frozenset({"meets", "crossed with", "mixed with"})
"""What stands between two names when something like both is wanted."""
OFFSPRING: Final = frozenset({"had a baby", "had a child", "had a kid", "had a love child", "had a lovechild"})
"""What is said after two names when something like both is wanted."""
MILD: Final = frozenset({"nothing too", "not too", "none too", "not very", "not overly", "nothing overly"})
"""Negations that ask for less of a value rather than for nothing that has it."""
HAVING: Final = frozenset({"have you got", "do you have", "have you any", "got", "got any"})
"""What follows these is the name of something."""

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
REFERENCES: Final = (
    "it", "this", "that", "this one", "that one", "the one", "the same one", "this thing", "that thing",
    "that same one", "the last one",
)  # fmt: skip
_PLACES: Final = (
    "first|1st|top second|2nd third|3rd fourth|4th fifth|5th sixth|6th seventh|7th eighth|8th ninth|9th tenth|10th"
)
ORDINALS: Final = {word: place for place, words in enumerate(_PLACES.split(), 1) for word in words.split("|")}

_WHY: Final = "(?:why|how come|what is the reason|whats the reason|what was the reason|any reason)"
_PICKED: Final = (
    "(?:recommend(?:ed|ing)?|suggest(?:ed|ing)?|show(?:ed|n|ing)?|list(?:ed|ing)?|pick(?:ed|ing)?|cho(?:o?se|osing"
    "|sen)|propos(?:e|ed"
    "|ing)|includ(?:e|ed|ing)|put|think(?:ing)?|offer(?:ed|ing)?|rank(?:ed)?|want|come up with|came up with)"
)
_OMITTED: Final = (
    "(?:leav(?:e|ing)|left|skip(?:ped|ping)?|omit(?:ted|ting)?|exclud(?:e|ed|ing)|dropp?(?:ed|ing)?|ignor(?:e|ed"
    "|ing)|forg[eo]t"
    "|miss(?:ed|ing)?|reject(?:ed|ing)?|hid|hide|hiding|remov(?:e|ed|ing))(?: out| off)?"
)
_ABSENT: Final = (
    "(?:(?:on|in) (?:the|my|this|that|your) list|on there|on it|there|here|listed|shown|recommended|suggested|missing)"
)
_HIGH: Final = (
    "(?:(?:rank(?:s|ed)? |placed |listed )?(?:so high|(?:at |on |in )?(?:the )?(?:very )?(?:top|first|first place))"
    "(?: (?:up|of (?:the|my|your) list|on (?:the|my|your) list))?|(?:at |the )?(?:number|no) (?:1|one))"
)
WHY_NOT: Final = (
    "(?:why not|why isnt|why is not|wheres|where is) (.+)",
    f"(?:why not|why isnt|why is not) (.+) {_ABSENT}",
    f"why is (.+) (?:not {_ABSENT}|not|missing|absent)",
    "why (?:dont|do not|didnt|did not|cant) (?:you|i) (?:show|list|recommend|suggest|see|get|find|offer)(?: me)? (.+)",
    "(?:how come|so) (.+) (?:is not|isnt) " + _ABSENT,
    f"{_WHY}(?: that| why)?(?: did| have| would| do| are)? you(?: ve| have)? {_OMITTED} (.+)",
    "(?:why|how come)(?: is| are)?(?: there| theres)? no (.+)",
    "(?:you forgot|what happened to|what became of|where did) (.+?)(?: go)?",
    (
        "why (?:did|does|has|would|could) (.+) (?:not|never) (?:make|made|get|got|appear|show|come|be)(?: it)?"
        f"(?: up| on| onto| into)*(?: {_ABSENT}| the (?:list|cut))?"
    ),
)
"""Ways to ask why something is not on the list, as patterns over folded text; the group is its name."""
WHY: Final = (
    f"why (?:is|are|was) (.+) {_ABSENT}",
    "why (?:did|do|would|are) you (?:recommend|suggest|show|list|pick|choose|recommending|suggesting)(?: me)? (.+)",
    (
        f"{_WHY}(?: that| why| for)?(?: did| have| would| do| are| were)? you(?: ve| have| re)?"
        f"(?: always| keep| keep on| still)? {_PICKED}(?: me| us)?"
        "(?: to (?:watch|see))? (.+?)(?: for me| to me| for us| on (?:the|my|this) list)?"
    ),
    f"what made you {_PICKED}(?: of)? (.+)|(?:explain|justify|reason for|reasons for) (.+)",
    (
        "(?:what makes you think|why do you think)(?: that)? (?:i would|id|i will|ill|we would|wed)"
        " (?:like|enjoy|love|want) (.+)"
    ),
    (
        "why (?:did|does|has|would) (.+?) (?:made?|makes?|gets?|got|appear|show(?:s|ed)?|come|came)(?: it)?"
        "(?: up| on| onto| into)*(?: there| here| first| (?:on |in )?(?:the|my) (?:list|cut|top))?"
    ),
    "(?:why would i|why should i|will i|would i) (?:like|watch|enjoy|want) (.+)",
    f"why (?:is|are|was|does|did) (.+?) {_HIGH}",
    f"why (?:not|isnt|is|are)? ?(.+?)(?: {_ABSENT})?",
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
    "(?:no|sorry|nope|wait)? ?not (?:that|this) (?P<noun>[a-z]+)(?: (?:i meant|i mean))? (?P<meant>.+)",
    "(?:no|sorry|nope|wait) the (.+)",
)
"""Ways to correct what was understood, as patterns over folded text; the last group says what was meant, and one of the
name "noun" has to name something."""
NEWEST: Final = frozenset({"new", "newer", "newest", "latest", "recent", "second", "modern", "later", "last"})
OLDEST: Final = frozenset({"old", "older", "oldest", "original", "first", "earlier", "classic"})
