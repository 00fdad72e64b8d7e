"""The English words of praise and blame, and how marks are given; all folded (kgrec.text.fold)."""

from __future__ import annotations

from typing import Final

GOOD: Final = frozenset(
    """
    great good brilliant amazing awesome fantastic excellent wonderful perfect superb best favourite favorite
    fave faves favourites favorites fav masterpiece masterpieces gem gems incredible fab beautiful terrific
    outstanding lovely genius classic unforgettable stunning magic magical better fun ace phenomenal delightful
    nice comfort marvellous marvelous fabulous splendid glorious charming impressive gorgeous riveting
    compelling captivating engaging engrossing memorable magnificent exceptional remarkable stellar flawless
    legendary iconic underrated spectacular sublime decent solid goat goated fire lit dope banger legit peak
    tops smashing exquisite mesmerising mesmerizing enchanting entertaining enjoyable absorbing worthwhile
    triumph treasure treat joy delight blast hoot riot corker belter cracker cracking immense immaculate
    mindblowing breathtaking superlative adorable cool likeable likable watchable refreshing extraordinary
    ingenious divine heavenly wicked rad greatest finest loveliest funniest coolest sweetest unbeatable
    unmissable neat swell grand pleasant loved liked adored interesting intriguing tempting promising
    """.split()  # noqa: SIM905
)
BAD: Final = frozenset(
    """
    terrible awful bad rubbish boring dull overrated crap garbage trash worst meh disappointing stupid mediocre
    lame horrible dreadful unwatchable pretentious annoying tedious poor dire dumb shit disappointment bore
    nonsense worse cringe mid weak flat bland forgettable unfunny tiresome dreary atrocious abysmal appalling
    dismal insufferable unbearable overhyped predictable cheesy corny cringey cringy ridiculous pointless waste
    snoozefest snooze letdown flop dud mess ghastly horrid hideous vile disgusting soulless lifeless average
    underwhelming lacklustre lackluster slog yawn drivel tripe tosh pants naff woeful shoddy sloppy laughable
    stinker turkey torture excruciating trashy hated disliked loathed detested despised overblown overlong
    incoherent wooden soporific drab stale contrived irritating grating infuriating plodding tiring dreck bilge
    bollocks bobbins baloney poo crappy shitty sucky lousy rotten pathetic wretched abominable weakest lamest
    dullest
    """.split()  # noqa: SIM905
)
COPULAS: Final = frozenset(
    """
    is was are were s has have had isnt wasnt arent werent seemed seems felt feels looked looks be been being sounded
    sounds look sound seem
    """.split()  # noqa: SIM905
)
IMPRESSIONS: Final = frozenset({"looks", "look", "sounds", "sound", "seems", "seem"})
"""Who says so has not seen it."""
NEGATED_COPULAS: Final = frozenset({"isnt", "wasnt", "arent", "werent"})
ADVERBS: Final = frozenset(
    """
    a absolutely actually all also always among an and any as at been both by complete easily even ever far
    first for hands honestly i in just kind kinda made my of one our ones pure pretty probably quite rather
    really seen so some still such sort the thing things time times too total totally truly utter utterly very
    well bit little tad lot much his her their your another bloody freaking fucking effing damn super mega mad
    proper dead hella wholly that this to
    """.split()  # noqa: SIM905
)
_PRAISE: Final = (
    "blew me away|blew us away|blew my mind|blows my mind|never gets old|never get old|cracks me up|"
    "cracked me up|rocks|rules|rocked|ruled|is my jam|are my jam|made me cry|made me laugh|made us laugh|"
    "made us cry|gets me every time|got me|slaps|slapped|slap|hits different|hit different|hits the spot|"
    "hit the spot|holds up|held up|still holds up|is the bomb|is the best thing ever|changed my life|"
    "stays with me|stayed with me|sticks with me|stuck with me|haunts me|haunted me|knocked my socks off|"
    "swept me away|won me over|is top tier|had me in stitches|had me in tears|moved me to tears|moved me|"
    "was worth it|is worth it|worth every minute|is right up my street|is right up my alley|is my cup of tea|"
    "in my top three|in my top five|in my top ten|in my top 3|in my top 5|in my top 10|that in my top three|"
    "that in my top five|that in my top ten|"
    "is up my street|speaks to me|spoke to me|is a must|is a must see|did it for me|does it for me|do it for me|"
    "kills it|nailed it|delivers|delivered|is second to none|takes some beating|cant be beaten|cant be beat|"
    "is hard to beat|was a hit|went down well|is a hit|are a hit|never fails|never disappoints|"
    "is close to my heart|is dear to me|ticks all the boxes|is everything|is life|grew on me|hooked me|"
    "had me hooked|was right up my street|made my day|makes my day|is in my top five|is in my top ten|"
    "was a lot of fun|was such fun|was so much fun|is so much fun|is a lot of fun"
)
_BLAME: Final = (
    "bored her|bored him|bored them|bores him|bores her|bored me|bores me|bore me|bored me to tears|"
    "bored me to death|bored us|sucks|sucked|suck|puts me to sleep|put me to sleep|put us to sleep|"
    "sent me to sleep|made me fall asleep|annoys me|annoyed me|annoy me|irritates me|irritated me|is not for me|"
    "isnt for me|wasnt for me|was not for me|are not for me|arent for me|not for me|does nothing for me|"
    "did nothing for me|do nothing for me|left me cold|leaves me cold|leave me cold|not my thing|is not my thing|"
    "isnt my thing|arent my thing|are not my thing|not my cup of tea|isnt my cup of tea|arent my cup of tea|"
    "is not my cup of tea|are not my cup of tea|not my bag|isnt my bag|is not my bag|arent my bag|"
    "didnt do it for me|did not do it for me|doesnt do it for me|dont do it for me|does not do it for me|"
    "didnt do much for me|was a let down|is a let down|is a waste of time|was a waste of time|dragged|drags|"
    "dragged on|drags on|drag on|grates|grated on me|grates on me|is dead to me|are dead to me|never again|"
    "hard pass|is a no from me|are a no from me|is a no|turned me off|turns me off|put me off|puts me off|"
    "lost me|fell flat|falls flat|stinks|stank|blows|let me down|was not great|wasnt great|didnt work for me|"
    "doesnt work for me|did not work for me|makes me cringe|made me cringe|made me sick|makes me sick|"
    "gives me a headache|gave me a headache|got on my nerves|gets on my nerves|get on my nerves|drives me mad|"
    "drove me mad|drive me mad|is past it|is nothing special|was nothing special|was so so|is so so|is a snooze|"
    "was a snooze|i could live without|i can live without|i could do without|i can do without|went on forever|"
    "went over my head|is not worth it|isnt worth it|wasnt worth it|was not worth it|disappointed me|"
    "disappointed us|disappointed|disappoints|ruined it|is overdone|was overdone|makes me yawn|made me yawn|"
    "wore me out|wears me out|wears thin|was a chore|is a chore"
)
VERDICTS: Final = dict.fromkeys(_PRAISE.split("|"), 1.0) | dict.fromkeys(_BLAME.split("|"), -1.0)
