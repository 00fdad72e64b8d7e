"""The vocabulary: one word, one meaning, as frozen values.

Everything that passes between the layers is one of these; they hold no arrays and import nothing of kgrec but ties, so
any layer may use them. Entities are named by their id (text), never by their index, so that beliefs and events survive
a rebuilt graph.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from numbers import Real
from typing import Any, Final, overload

from kgrec.ties import Tie

Value = str | float | bool | tuple[str, ...]
"""What an answer or a user fact may hold."""

UserFact = str | float | tuple[str, ...]
"""What the graph may know of a user under one name."""

SCORERS: Final = (
    "popularity", "affinity", "walk", "linear", "transitions", "items", "users", "factors", "bayes", "content", "text",
    "values", "taste", "people", "context", "two-tower", "sequence",
)  # fmt: skip
"""The scorers that the blend weighs; what a rule may tune."""


# --- the graph ------------------------------------------------------------------------------------------------------


class FacetKind(StrEnum):
    """What the values of a facet are."""

    CATEGORY = "category"  # a concept of a vocabulary, maybe with a broader one: genre, mood
    ENTITY = "entity"  # a thing with a name of its own: person, company
    NUMBER = "number"
    DATE = "date"  # days since 1970-01-01 in arrays, ISO dates outside
    ORDERED = "ordered"  # a category whose values have an order: small < medium < large
    TEXT = "text"

    @property
    def is_numeric(self) -> bool:
        """Whether items have one number each for it, rather than links to values."""
        return self in (FacetKind.NUMBER, FacetKind.DATE)

    @property
    def is_linked(self) -> bool:
        """Whether its values are entities of the graph."""
        return self in (FacetKind.CATEGORY, FacetKind.ENTITY, FacetKind.ORDERED)

    @property
    def is_category(self) -> bool:
        """Whether its values are concepts of a vocabulary, which mean something even where no item has them."""
        return self in (FacetKind.CATEGORY, FacetKind.ORDERED)


@dataclass(frozen=True, slots=True)
class Facet:
    """A kind of attribute that items have, as the ontology declares it."""

    name: str
    iri: str
    kind: FacetKind
    label: str
    plural: str
    columns: tuple[str, ...] = ()  # the names it goes by in tables
    unit: str = ""
    question: str = ""  # how to ask for one of its values; empty: never asked
    affirm: str = ""  # how to ask about one value, with {value}; empty: never asked
    phrase: str = "{value}"  # how a value reads in a reason: "directed by {value}"
    wanted: str = "{value}"  # how it reads to ask for one: "something {value}"
    refused: str = "no {value}"  # how it reads to refuse one: "nothing {value}"
    choose: str = "{a} or {b}?"  # how to put two of its values against each other
    is_ceiling: bool = False  # a number asked about as "how much at most?", not "which stretch?"
    less: str = ""  # the word of the critique that lowers it: "shorter"
    more: str = ""
    order: tuple[str, ...] = ()  # the values of an ordered facet, lowest first
    weight: float = 1.0  # how much sharing a value says about liking; 0: nothing
    is_prior: bool = False  # a number that says how widely known an item is
    is_controlled: bool = False  # tables may only use the values that the ontology declares
    prefix: str = ""  # what ids of its values begin with; empty: its name
    cues: tuple[str, ...] = ()  # what people say before a value of it: "by", "starring"
    asked: tuple[str, ...] = ()  # how they ask for the value of {item}: "who directed {item}"
    low: tuple[str, ...] = ()  # what low values of a number are called: "short"
    high: tuple[str, ...] = ()

    @property
    def folder(self) -> str:
        """What the ids of its values begin with, up to and with the stroke: "genre/"."""
        return f"{self.prefix or self.name}/"


@dataclass(frozen=True, slots=True)
class Ontology:
    """The facets of a domain and the words it speaks of its items with."""

    name: str
    item_class: str  # IRI
    base: str  # namespace of the ids: IRI = base + id
    singular: str
    plural: str
    facets: tuple[Facet, ...]
    qualifier: str = ""  # the facet that tells items of one label apart: year
    separator: str = "|"  # between the values of one table cell
    familiar: str = "Do you know {item}?"  # how to ask whether an item is known, and how it was
    unfamiliar: str = "don't know it"  # the answer that it is not
    choose: str = "{a} or {b}?"  # how to put two items against each other
    loved: str = "Which of these do you love?"  # how to ask which of several items are loved
    synonyms: tuple[str, ...] = ()  # other words for an item: movie, movies
    language: str = "en"  # whose labels and texts are read where there are several: a tag of BCP 47

    def facet(self, name: str) -> Facet:
        """Return the facet of that name; raises KeyError."""
        for facet in self.facets:
            if facet.name == name:
                return facet
        raise KeyError(name)


# --- where things come from -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """A position in a file or an expression; lines and columns count from 1."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class OriginKind(StrEnum):
    """Who brought a wish or an opinion up."""

    REQUEST = "request"  # typed, or passed by a caller
    RATING = "rating"  # or another answer or opinion of this conversation
    RULE = "rule"
    PROFILE = "profile"  # said in earlier sessions
    HISTORY = "history"  # done before: the interactions of the data, or what a caller passes
    DEFAULT = "default"  # what is meant unless something else is said


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a wish or an opinion comes from; ``label`` is how to refer to it."""

    kind: OriginKind
    label: str = ""
    place: Place | None = None


REQUESTED: Final = Origin(OriginKind.REQUEST)


# --- what we think of a user ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Constraint:
    """A hard wish: only items for which the expression holds. The stronger, the later it is given up."""

    expression: str
    strength: float = 1.0
    origin: Origin = REQUESTED
    because: str = ""

    @property
    def label(self) -> str:
        """How to name it to a person."""
        return self.origin.label or self.expression


UNSEEN: Final = Constraint("unseen", 1.5, Origin(OriginKind.DEFAULT, "new to you"))
"""The wish every list begins with: nothing that was seen or judged already.

It can be given up like any other, but its mask follows from the belief, not from its expression. It costs more to give
up than one wish of ordinary strength and less than two.
"""

EXCLUDED: Final = Constraint("excluded", 2.0, Origin(OriginKind.REQUEST, "none of those you excluded"))
"""The wish behind :attr:`Belief.excluded`; its mask follows from the belief as well."""


@dataclass(frozen=True, slots=True)
class Preference:
    """A soft wish: items for which the expression holds gain ``weight`` points of score (may be negative)."""

    expression: str
    weight: float = 1.0
    origin: Origin = REQUESTED
    because: str = ""

    @property
    def label(self) -> str:
        """How to name it to a person."""
        return self.origin.label or self.expression


Wish = Constraint | Preference


class OpinionKind(StrEnum):
    """How an opinion was uttered, which decides how much noise it carries."""

    RATED = "rated"  # an item, on a scale
    LIKED = "liked"  # an entity, by name
    CHOSEN = "chosen"  # one of several options, for now
    AVOIDED = "avoided"  # not today

    @property
    def is_for_now(self) -> bool:
        """Whether it is over with the session; taste lasts."""
        return self in (OpinionKind.CHOSEN, OpinionKind.AVOIDED)


@dataclass(frozen=True, slots=True)
class Occasion:
    """One of the times that somebody judged something: its value, and the circumstances by column."""

    value: float
    context: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a user thinks of one entity: -1 hates it, 0 indifferent, 1 loves it."""

    entity: str
    value: float
    kind: OpinionKind = OpinionKind.LIKED
    origin: Origin = REQUESTED
    age_days: float = 0.0  # since it was uttered, seen from the beginning of this session
    occasions: tuple[Occasion, ...] = ()  # where the data tell in which circumstances


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a user thinks of one entity beside another: 1 would rather have it, 0 likes both alike."""

    entity: str
    other: str
    value: float = 1.0
    origin: Origin = REQUESTED
    age_days: float = 0.0


@dataclass(frozen=True, slots=True)
class TextWish:
    """A wish in free words that only the sentence encoder can read."""

    text: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Dials:
    """How a list shall be made, beside what scores best; at 0 a dial changes nothing; ValueError off its scale.

    >>> Dials(familiar=-2)
    Traceback (most recent call last):
    ValueError: familiar lies between -1 and 1, not -2
    """

    diversity: float = 0.0  # 0 to 1: how much items that are unlike those before them come first
    calibrated: float = 0.0  # 0 to 1: how much the list shall have the kinds of what is liked, in their proportions
    familiar: float = 0.0  # -1 to 1: hidden gems to what is well known
    contextual: float = 0.0  # 0 to 1: how much less what was done in other circumstances than those of now counts

    def __post_init__(self) -> None:
        for name, least in (("diversity", 0), ("calibrated", 0), ("familiar", -1), ("contextual", 0)):
            if not (isinstance(value := getattr(self, name), Real) and least <= float(value) <= 1):
                raise ValueError(f"{name} lies between {least} and 1, not {value!r}")

    @property
    def is_reordering(self) -> bool:
        """Whether what stands on a list depends on what else does."""
        return self.diversity > 0 or self.calibrated > 0


NEUTRAL: Final = Dials()
"""All dials at 0."""


@dataclass(frozen=True, slots=True)
class Belief:
    """Everything we think about one user now. Later opinions on an entity replace earlier ones."""

    opinions: tuple[Opinion, ...] = ()
    wishes: tuple[Wish, ...] = ()
    texts: tuple[TextWish, ...] = ()
    facts: tuple[tuple[str, Value], ...] = ()  # user.*
    seen: frozenset[str] = frozenset()
    asked: frozenset[str] = frozenset()  # ids of the questions put, answered or not
    dropped: frozenset[str] = frozenset()  # expressions the user gave up in a repair
    comparisons: tuple[Comparison, ...] = ()
    passed_over: frozenset[str] = frozenset()  # values offered when "something else" was wanted
    excluded: frozenset[str] = frozenset()  # items that no list shall hold, known or not
    dials: Dials = NEUTRAL
    people: tuple[Tie, ...] = ()  # whom the user knows
    withheld: frozenset[str] = frozenset()  # names of facts that are not to count, whoever knows them
    context: tuple[tuple[str, Value], ...] = ()  # context.*, as told in this session

    @property
    def fact(self) -> dict[str, Value]:
        """The user's facts by name."""
        return dict(self.facts)


# --- what comes out -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reason:
    """One share of a score: who gave it, how much, why in words, and the path through the graph (entity ids)."""

    scorer: str
    share: float
    text: str  # shares with the same one, path and place have one cause, of which several scorers heard
    path: tuple[str, ...] = ()
    place: Place | None = None  # of the rule behind it
    channels: tuple[tuple[str, float], ...] = ()  # what the share is made of, where the scorer has channels; sums to it
    is_rest: bool = False  # a sum of what is not named one by one, or what is left over: told last


@dataclass(frozen=True, slots=True)
class Forecast:
    """What somebody will make of an item they try, calibrated on ratings held out."""

    probability: float  # of a like, 0 to 1
    rating: float  # what they would rate it, on the data's own scale
    low: float  # the ends of the interval that holds four of five such ratings
    high: float


@dataclass(frozen=True, slots=True)
class Recommendation:
    """An item on a slate. ``score`` is the sum of the shares; ``match`` maps it to (0, 1)."""

    item: str
    label: str
    score: float
    match: float
    reasons: Sequence[Reason] = ()  # a tuple, or what reads as one
    matches: tuple[tuple[str, float], ...] = ()  # of a list for several people: the name and match of each
    forecast: Forecast | None = None  # what is to be expected, where enough is known: see kgrec.outlooks
    chances: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Relaxation:
    """A minimal set of wishes to drop, the number of items that puts on the list, and the best of them."""

    drop: tuple[Constraint, ...]
    items: int
    best: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """A minimal set of wishes that no item satisfies, UNSEEN maybe among them, with the ways out, cheapest first."""

    wishes: tuple[Constraint, ...]
    relaxations: tuple[Relaxation, ...]


@dataclass(frozen=True, slots=True)
class Slate(Sequence[Recommendation]):
    """An ordered, scored, explained list; empty exactly when there is a conflict."""

    items: tuple[Recommendation, ...]
    left: int = 0  # items that could be listed
    total: int = 0  # items in the catalogue
    conflict: Conflict | None = None

    @overload
    def __getitem__(self, position: int) -> Recommendation: ...
    @overload
    def __getitem__(self, position: slice) -> tuple[Recommendation, ...]: ...
    def __getitem__(self, position: int | slice) -> Recommendation | tuple[Recommendation, ...]:
        return self.items[position]

    def __len__(self) -> int:
        return len(self.items)

    def to_frame(self) -> Any:
        """Return a pandas DataFrame: a row an item: item, label, score, match, any forecast, and a column a scorer."""
        import pandas as pd

        rows: list[dict[str, Any]] = []
        for entry in self.items:
            row = {"item": entry.item, "label": entry.label, "score": entry.score, "match": entry.match}
            rows.append(row | (asdict(entry.forecast) if entry.forecast is not None else {}))
            for reason in entry.reasons:
                rows[-1][reason.scorer] = rows[-1].get(reason.scorer, 0.0) + reason.share
        return pd.DataFrame(rows, columns=None if rows else ["item", "label", "score", "match"]).fillna(0.0)
