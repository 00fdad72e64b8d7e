"""Everyday English: words that ask for nothing, words that are no misspelt names, and how people shorten words.

A reader of names meets mostly words that are none. FUNCTION are the closed classes of the grammar and what stands for
them in chats; ASIDES are open-class words of conversation that leave no wish behind; EVERYDAY are common words that may
carry a wish, but are never a slip of the keyboard in some name ("switch" is no misspelt "witch").
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kgrec.dialogue.praise import BAD, GOOD
from kgrec.encoder import known_words
from kgrec.text import fold

FUNCTION: Final = frozenset(
    """
    a an the this that these those each every either neither both all any some such another other others same
    own i me my mine myself we us our ours ourselves you your yours yourself yourselves he him his himself she
    her hers herself it its itself they them their theirs themselves one ones someone somebody something
    somewhere anyone anybody anything anywhere everyone everybody everything everywhere noone nobody nothing
    nowhere none who whom whose which what whatever whichever whoever when whenever where wherever why how
    however about above across after against along alongside amid among amongst around as at before behind below
    beneath beside besides between beyond by despite down during except for from in inside into like near next
    of off on onto opposite out outside over past per regarding round since than through throughout till to
    toward towards under underneath unlike until up upon via with within without and or nor but so yet if unless
    because cause cos coz bc although though while whereas whether once am is are was were be been being do does
    did done doing have has had having can could may might must shall should will would ought need dare used let
    lets im youre hes shes theyre weve ive youve theyve id youd hed shed theyd youll itll theyll thats theres
    heres whats wheres whos not no never aint isnt arent wasnt werent dont doesnt didnt havent hasnt hadnt cant
    couldnt wont wouldnt shouldnt mustnt again ago already also always anyhow anymore anyway anyways apparently
    aside away back barely else enough even ever far fairly further furthermore hardly hence here hereby indeed
    instead just later least lot lots maybe meanwhile merely more moreover most mostly much nearly nevertheless
    nonetheless now often only otherwise perhaps plus pretty quite rather really right seldom simply sometime
    sometimes somehow somewhat soon still then there therefore thus together too twice very whilst yes thereby
    thereafter ah aha alas argh aw aww bah blimey boy bro bruh cheers crikey dammit damn darn dude eek eh er erm
    ew folks gee gosh guys ha haha hahaha heck hehe hello hey heya hi hiya hmm hmmm ho huh jeez lad lads ladies
    lmao lol lolz mate mates meh mhm mm mmm nah naw nope oh ohh okay okey ok oof ooh oops ouch ow phew pray psst
    rofl sheesh sir smh uh uhh ugh um umm wait welp whoa wow ya yah yay yea yeah yeh yep yikes yo yup af afaik
    asap atm brb btw cba cuz fr fwiw fyi gonna gotta hafta hbu idc idek idk iirc ik ikr imho imo irl jk kinda
    lemme gimme lil lmk lowkey highkey msg n nb ngl np nvm obvs ofc omg omfg pls plz prob probs r rn sec smth
    soz sorta sth str8 sup srsly tbf tbh tbqh tf thnx tho thru thx tysm ty u ur usu v w wanna wassup wbu wdym
    wtf wth y yall yknow etc eg ie vs
    """.split()  # noqa: SIM905
)
"""Pronouns, prepositions, conjunctions, auxiliaries, adverbs of degree and interjections."""

ASIDES: Final = frozenset(
    """
    able admit admittedly advice advise afraid afternoon agree agreed alright amount answer appeal appeals
    appreciate appreciated ask asked asking assume available aware bad badly basically begin beginning begins
    believe best bet better bit bits bother bothered bring bringing brings bunch busy bye came care carry case
    caught certain certainly chance change check choice choices choose clear clearly close closely come comes
    coming common completely consider considered considering consists cool correct couple course cue curious
    current currently cut date deal decent decide decided definite definitely depend depending depends deserve
    deserves desire detail details differ different difficult direction directions doubt dozen dozens due early
    easily easy effect effort else end ended ending ends enjoyable entire entirely equal equally essentially
    evening event eventually exact exactly example examples except exist exists expect expected expecting
    expects explain express extra extremely eye fact factor facts fair fan fancy fantastic fave favor favour
    feel feeling feels felt few final finally find finding fine finish finished fit fits fix follow followed
    following follows forgot forgotten form forward found frank frankly full fully gave general generally
    genuine genuinely get gets getting give given gives giving glad go goes going gone good got gotten grab
    grand great guess guessing habit half hand hands handy    happy haven hear heard
    hearing help helpful helping here hesitate hint hold home honest honestly hope hopefully hoping hour huge
    hugely idea ideal ideally ideas imagine immediately impression include included includes including inform
    information initial inside intend interest interested interesting involve issue item items join keep keeping
    kept kind kinds knew know knowing known knows lack largely last lastly late lately latest leaning leave
    leaves left let letting lift liking line lines list listed listen listing little loads look looked looking
    looks loose lots mad made main mainly major make makes making manage managed manner many mate matter matters
    mean meaning means meant mention mentioned mere message middle mind minded mine minute miss missed missing
    moment moments mood moods morning name named names namely near necessarily necessary need needed needing
    needs new nice nicely night nobody normal normally note notice number occasionally odd offer offering okay
    older open opinion opposed option options order ordinary original originally overall part particular
    particularly parts pass past pause people perfect perfectly period person personally pick picked picking
    picks piece place places plain plainly plan plans please pleased plenty point points popping possible
    possibly prefer preferable preferably preference preferences prepared present previous previously probable
    probably promise proper properly propose proposed provide purely push put puts putting question questions
    quick quickly range rate rated rather reach read real realise realize really reason reasonable reasonably
    reasons recall recent recently reckon reckons recommend recommendation recommendations recommended
    recommends refer regard related remember remembered remind reminds repeat reply request respect respond rest
    result results return rough roughly round rule run sadly said same saw say saying says search searching
    second see seeing seek seeking seem seemed seems seen selection send sense seriously serve session several
    shall share short shot show showed showing shown shows side sight similar simply since single sir situation
    slight slightly slot small somewhat soon sooner sorry sort sorts sound sounded sounding sounds speak
    speaking specific specifically spend spent spot stand start started starting starts state stay step stick
    stop stuck stuff style such suggest suggested suggesting suggestion suggestions suggests suit suitable suits
    sum super suppose supposed supposedly surprise sure surely swear sweet system tad take taken takes taking
    talk talking taste tell telling tells tend terms terribly thank thankful thanks thing things think thinking
    third thought thoughts thousand throw thumb thumbs tiny title titled titles today told tomorrow ton tonight
    tonnes tons took top topic total totally touch track tried tries true truly trust truth try trying turn
    turned turns type types typical typically ultimate unfortunately unlikely use used useful user using usual
    usually utterly vague vaguely value various version vibe vibes view viewed viewing visit vote wait waiting
    wanna want wanted wanting wants watch watchable watched watches watching way ways week weekend welcome went
    whole whichever wide willing win wish wishes wishing wonder wondered wonderful wondering word words work
    worked working works worry worth would wow write writes writing wrong year years yesterday
    """.split()  # noqa: SIM905
)
"""Words of talking about choosing: alone they ask for nothing."""

EVERYDAY: Final = frozenset(
    """
    accident account act active address adult adventurous afford age agree aim air airport alarm album alive
    allow alone amaze anger angle animal anniversary annoy apartment apple area argue arm army arrive art
    article ashamed asleep attack attend attention attic attract aunt autumn avenue awake award awful awkward
    baby background bag bake ball banana bank banter bar bark basement basic basket bath battery beach bear
    beard beast beat beautiful bed bedroom beer beg behave bell belly belong belt bench bend bicycle bike bill
    bird birth birthday biscuit bite bitter black blame blank blanket bleed blind block blood blow blue board
    boat body bomb bone book boot bore born borrow boss bottle bottom bowl box boy boyfriend brain brand brave
    bread break breakfast breath breathe brick bride bridge brief bright broken brother brown brush buddy budget
    bug build bump burn bus bush business butter button buy cabin cable cake calm camera camp candle cap capable
    captain card careful cartoon cash castle cat cause celebrate centre chain chair chapter character charge
    charm chat cheap cheat cheek cheese chest chew chicken child childhood childish chill chips chocolate choose
    chop church cigarette circle circus city claim class classic clean clever climb clinic clip clock cloth
    clothes cloud club coach coast coat coffee coin cold collect college colour comfort comic company compare
    complain complete complex computer concert confuse connect content control conversation cook corner correct
    cost cottage cotton couch cough count country courage cousin cover crash crazy cream create creature crew
    cricket crime cringe crisp critic cross crowd crowded cruel crush culture cup cupboard curtain curve custom
    customer cute cycle dad daddy daily damage dance danger dark daughter dawn dead deadly deaf dear death debt
    decade deep degree delay delicious deliver dentist describe desert design desk dialogue diet dig dinner dirt
    dirty disaster discuss dish disappear disappoint disgust distance dive divide doctor dog door double draft
    drag draw dream dress drink drive drop drown drug drunk dry duck dull dumb dusk dust duty eager ear earn
    earth east eat edge educate egg elder electric elegant elevator emotion employ empty enemy energy engine
    enter entertain environment episode escape evil exam excite excuse exercise exhaust exotic expensive
    experience experiment expert explode explosion factory fail faint fair faith fake fame familiar family
    famous farm fashion fast fat father fault fear feed fellow female fence festival fever field fight fill
    finger fire firm fish fix flag flame flash flat flight float flood floor flow flower fly focus fog fold food
    foot force foreign forest forgive fork form fragile frame free freedom freeze fresh fridge friend friendly
    frighten frog front frozen fruit fun funeral fur furniture fuss future gain gallery game gang gap garage
    garden gas gate gather gentle gentleman giant gift girl girlfriend glass glory goal god gold goose gossip
    govern grab grade gradual grain grandad grandma grandmother grandfather grandpa granny grass grave gray
    greedy green grey grim groan ground group grow growl guard guest guide guilty guitar gun gym hair hall
    hammer handle handsome hang happiness harbour harm harsh hat hate haunt head headache heal health healthy
    heart heat heavy heel height hell helmet hero hide high hill hip history hit hole holiday honest honey
    honour hook horse hospital host hot hotel house household housework human humour hungover hunger hungry
    hurry hurt husband ice idiot ignore ill illness image impossible impress improve infant injure ink innocent
    insect instant insult intelligent intense internet invent invite iron island itch jacket jail jam jar
    jealous jeans jet jewel job joke journey joy judge juice jump jungle junior junk jury justice keen key kick
    kid kill kind king kiss kitchen kite knee knife knock knot lab label labour lack ladder lady lake lamb lamp
    language laptop large laugh launch laundry law lawn lazy lead leader leaf leak lean leap learn leather
    lecture leg legal lemon lend length lesson letter library lick lie life lift lightning lip liquid literature
    litter live lively load loan local lock log lonely loose lord lose loss loud lounge lovely lover low loyal
    luck lunch lung luxury machine magazine magic mail male mall man manner map mark market marriage married
    marry mask mass massive master match material maths meal measure meat medicine medium meet melt member
    memory mental menu mess metal midnight mild mile milk mirror miserable misery mistake mix mobile model
    modern modest mom money monkey month moon moral mother motion motor mountain mouse mouth move mud multiple
    mum mummy murder muscle museum music mystery nail naked narrow nasty nation native naughty neat neck needle
    neighbour nephew nerve nervous nest net neutral news newspaper niece nightmare noise noisy nonsense noon
    north nose novel novelty numb nurse nut oak obey object obvious ocean office officer oil onion opera operate
    opposite orange order organ outdoor oven owe owl owner pace pack page pain paint pair palace pale pan panic
    pants paper parade pardon parent park parrot partner party passenger passion path patient pattern pay peace
    peak pen pencil penny pepper performance permit pet petrol phone photo photograph piano pie pig pile pill
    pillow pilot pink pipe pitch pity pizza planet plant plastic plate player pleasant pleasure plot plug pocket
    poem poet poetry poison police polite political pond pool poor popcorn popular port portrait positive post
    pot potato pound pour power practice prayer pregnant premise pressure pretend price pride priest prince
    print prison private prize problem process produce product profit program project proof proud prove public
    pudding pull punch punish pupil pure purple purpose purse puzzle quality quarrel quarter queen quiet quit
    quote rabbit race radio rage rail rain rainbow rainy rare rat raw reality rebel receive recipe record
    recover red reduce reflect refuse region relax release relief religion remain remote rent repair replace
    report rescue reserve resist respect responsible restaurant retire revenge reverse review reward rhyme rice
    rich ride ring rip rise risk river road rob rock roll romance roof root rope rose rotten rough routine royal
    rub rubbish rude ruin ruler rush sad safe sail salad salary sale salt sand sandwich sauce save scale scan
    scandal scar scare scene scent schedule scheme school science scissors score scream screen sea seal season
    seat secret secretary seed sell senior sentence separate series service settle severe sex shade shadow shake
    shallow shame shape shark sharp shave sheep sheet shelf shift shine ship shirt shit shock shoe shoot shop
    shore shoulder shout shower shy sick sigh sign signal silence silent silk silly silver sing singer sink
    sister size skill skin skip skirt sky slap sleep sleepy slice slide slim slip slow smart smell smile smoke
    smooth snack snake snow soap social society sock sofa soft soil soldier solid solve son song sore soul
    soundtrack soup sour source south space spare spark special speech speed spell spice spider spill spin
    spirit spit split spoil sport spray spread spring spy square squeeze stage stain stair stamp star stare
    station statue steady steal steam steel steep stem stick stiff sting stomach stone storm story straight
    strange stranger straw stream street strength stress stretch strict strike string strip stroke strong
    structure struggle student studio study stupid subject subtitle subway success sudden suffer sugar suit
    suitcase summer sun sunday sunlight sunny sunset supper support surface surprise survive suspect swallow
    swap sweat sweater sweep swim swing switch sword symbol system table tail tale talent tall tank tap target
    task taxi tea teach teacher team tear tease technology teenager teeth telephone television temper temple
    tempt tender tennis tension tent term test text theatre theme theory thick thief thin thirsty thread threat
    thrill throat throne throw thunder ticket tidy tie tight time tip tire tissue toast toe toilet tomato tone
    tongue tool tooth tour tourist towel tower town toy trade tradition traffic tragedy train trap trash travel
    treasure treat tree tremble trick trip trouble trousers truck trust tube tune tunnel twin twist ugly
    umbrella uncle understand uniform union unique unit universe university unusual urban vacation valley van
    vegetable vehicle victim victory video village violent violin visual voice volume wage wake walk wall wallet
    wander war warm warn wash waste water wave weak wealth weapon wear weather wedding weed weep weigh weight
    west wet wheel whisper whistle white wife wild win wind window wine wing winner winter wire wise witch witty
    wolf woman wood wool worker world worm worried wound wrap wrist yard yell yellow youth zone zoo monday
    tuesday wednesday thursday friday saturday january february march april june july august september october
    november december die died dying hunt
    """.split()  # noqa: SIM905
)
"""Common words of every kind of content, uninflected."""

_NO_ADVERBS: Final = frozenset(
    """
    family lonely friendly lovely ugly lively deadly elderly ghostly silly ally belly bully chilly cuddly curly
    daily early fly holy jelly jolly july costly cowardly creepily grisly heavenly homely hilly holly italy
    likely manly melancholy monopoly only orderly prickly rally reply scholarly smelly sickly supply tally wily
    womanly woolly worldly assembly anomaly butterfly firefly lily billy kelly molly sally emily beverly wobbly
    sparkly cheesily
    """.split()  # noqa: SIM905
)
_ENDINGS: Final = (
    ("s", ""), ("es", ""), ("ies", "y"), ("ed", ""), ("ed", "e"), ("ied", "y"), ("ing", ""), ("ing", "e"), ("er", ""),
    ("est", ""), ("ly", ""),
)  # fmt: skip
_SHORTEST: Final = 5


def is_aside(word: str) -> bool:
    """Whether a word, folded, asks for nothing by itself: one of a closed class, of talking, or an adverb."""
    return word in FUNCTION or word in ASIDES or is_adverb(word) or any(stem in ASIDES for stem in stems(word))


def is_adverb(word: str) -> bool:
    """Whether a word, folded, is an adverb made of an adjective: "dreadfully", but not "family" or "lonely"."""
    return word.endswith("ly") and len(word) > _SHORTEST and word not in _NO_ADVERBS


def is_everyday(word: str) -> bool:
    """Whether a word, folded, is common English in any of its forms, and so no misspelt name."""
    if word in EVERYDAY or word in GOOD or word in BAD or is_aside(word):
        return True
    return any(stem in EVERYDAY for stem in stems(word))


def is_word(raw: str) -> bool:
    """Whether a word as it was typed is everyday English, or one that the encoder knows, written small."""
    return is_everyday(fold(raw)) or (raw.islower() and fold(raw) in known_words())


def stems(word: str) -> Iterator[str]:
    """Yield what a word may be a form of: "stopped" of "stop", "cried" of "cry"."""
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) > len(ending) + 1:
            stem = word.removesuffix(ending)
            yield stem + instead
            if len(stem) > 2 and stem[-1] == stem[-2]:  # noqa: PLR2004  (a doubled letter and one more)
                yield stem[:-1]
