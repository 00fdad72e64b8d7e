"""Taste files: what lasts of one user's taste as RDF, to be carried elsewhere and read by other programs.

An opinion is a schema:Review with a schema:Rating from -1 to 1, a comparison a schema:ChooseAction, something seen a
schema:ConsumeAction, a fact about the user a schema:Observation; entities go by the IRIs of the data set.
``ontology/kgrec.ttl`` says so with an example. A file is data of somebody else's: everything in it is checked, and
nothing is fetched.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from kgrec.dialogue.lasting import Aspect, Remark
from kgrec.domain import Ontology, OpinionKind, Value
from kgrec.errors import DataError
from kgrec.graph.store import Term, parse, serialize
from kgrec.graph.vocabulary import KGREC, RDFS, SCHEMA, TYPE, USER_FACT, XSD, to_id, to_iri
from kgrec.ingest.rdf import SUFFIXES
from kgrec.text import clean

MOST_BYTES: Final = 50_000_000
"""A file larger than this holds no taste: a hundred thousand opinions take 40 MB."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LAST_S: Final = 253_402_300_799.0  # the end of the year 9999
_KINDS: Final = {OpinionKind.RATED: "Rated", OpinionKind.LIKED: "Liked"}
_BEST, _WORST = 5.0, 1.0  # what schema.org says of a rating that does not

_Node = ox.NamedNode | ox.BlankNode
_Said = Mapping[str, list[Term]]
"""What is said of one node: property → values, in the order of the file."""

_Told = Mapping[_Node, _Said]


@dataclass(frozen=True, slots=True)
class Taste:
    """What a taste file holds: the name of a user, if it says one, and what lasts of their taste."""

    user: str
    remarks: tuple[Remark, ...]


# --- writing ----------------------------------------------------------------------------------------------------------


def write_taste(user: str, remarks: Iterable[Remark], ontology: Ontology, labels: Mapping[str, str]) -> bytes:
    """Return remarks as Turtle, UTF-8; the same remarks give the same bytes.

    Args:
        user: whose they are.
        remarks: what lasts of the taste; a kind of item or value unknown to the ontology does no harm.
        ontology: of the data set, whose base the IRIs begin with.
        labels: id → what to call an entity; those missing go by what they were called in the conversation.
    """
    told = tuple(remarks)
    me = _iri(to_iri(ontology.base, f"user/{user}"))
    triples = [ox.Triple(me, _iri(TYPE), _iri(f"{KGREC}User")), ox.Triple(me, _schema("name"), _text(user))]
    for number, remark in enumerate(told, 1):
        triples += _remark_triples(remark, number, me, ontology.base)
    called = {remark.subject: remark.label or remark.subject for remark in told if remark.aspect is not Aspect.FACT}
    others = {remark.other: remark.other for remark in told if remark.other}
    for entity, label in {**others, **called}.items():
        named = _text(labels.get(entity, label))
        triples.append(ox.Triple(_iri(to_iri(ontology.base, entity)), _iri(f"{RDFS}label"), named))
    return serialize(triples, "turtle")


def _remark_triples(remark: Remark, number: int, me: ox.NamedNode, base: str) -> Iterator[ox.Triple]:
    node = ox.BlankNode(f"{remark.aspect}{number}")
    subject = _iri(to_iri(base, remark.subject))
    if remark.aspect is Aspect.SEEN:
        yield ox.Triple(node, _iri(TYPE), _schema("ConsumeAction"))
        yield ox.Triple(node, _schema("agent"), me)
        yield ox.Triple(node, _schema("object"), subject)
        yield from _time(node, "endTime", remark.time)
        return
    if remark.aspect is Aspect.COMPARISON:
        yield ox.Triple(node, _iri(TYPE), _schema("ChooseAction"))
        yield ox.Triple(node, _schema("agent"), me)
        for option in (remark.subject, remark.other):
            yield ox.Triple(node, _schema("actionOption"), _iri(to_iri(base, option)))
        if remark.value:
            yield ox.Triple(node, _schema("object"), subject)
        yield from _time(node, "endTime", remark.time)
        return
    if remark.aspect is Aspect.FACT:
        yield ox.Triple(node, _iri(TYPE), _schema("Observation"))
        yield ox.Triple(node, _schema("observationAbout"), me)
        yield ox.Triple(node, _schema("measuredProperty"), _iri(to_iri(USER_FACT, remark.subject)))
        for value in remark.value if isinstance(remark.value, tuple) else (remark.value,):
            yield ox.Triple(node, _schema("value"), _literal(value))
        yield from _time(node, "observationDate", remark.time)
        return
    rating = ox.BlankNode(f"rating{number}")
    yield ox.Triple(node, _iri(TYPE), _schema("Review"))
    yield ox.Triple(node, _schema("author"), me)
    yield ox.Triple(node, _schema("itemReviewed"), subject)
    yield ox.Triple(node, _schema("reviewRating"), rating)
    if remark.kind is not None:
        yield ox.Triple(node, _iri(f"{KGREC}uttered"), _iri(KGREC + _KINDS[remark.kind]))
    yield from _time(node, "dateCreated", remark.time)
    yield ox.Triple(rating, _iri(TYPE), _schema("Rating"))
    yield ox.Triple(rating, _schema("ratingValue"), _literal(remark.value))
    yield ox.Triple(rating, _schema("worstRating"), ox.Literal(-1))
    yield ox.Triple(rating, _schema("bestRating"), ox.Literal(1))


def _time(node: ox.BlankNode, name: str, time: float) -> Iterator[ox.Triple]:
    """Yield when it was said, in UTC to the microsecond; nothing if that is unknown."""
    if 0.0 < time <= _LAST_S:
        text = (_EPOCH + timedelta(seconds=time)).isoformat().replace("+00:00", "Z")
        yield ox.Triple(node, _schema(name), ox.Literal(text, datatype=_iri(f"{XSD}dateTime")))


def _literal(value: object) -> ox.Literal:
    if isinstance(value, bool):
        return ox.Literal(value)
    if isinstance(value, float | int):
        return ox.Literal(repr(float(value)), datatype=_iri(f"{XSD}double"))
    return _text(str(value))


def _text(text: str) -> ox.Literal:
    return ox.Literal(text.encode("utf-8", "replace").decode("utf-8"))


def _iri(iri: str) -> ox.NamedNode:
    return ox.NamedNode(iri)


def _schema(name: str) -> ox.NamedNode:
    return ox.NamedNode(SCHEMA + name)


# --- reading ----------------------------------------------------------------------------------------------------------


def read_taste(path: Path, ontology: Ontology) -> Taste:
    """Return what a taste file says, in the order of the file; ids are those of the data set where they can be.

    Ratings on another scale (bestRating, worstRating; 1 to 5 if it says neither) are brought to -1 to 1.

    Raises:
        DataError: the file cannot be read, is no RDF (with file:line:column), holds several people's taste or none, or
            something in it makes no sense; the message names it.
    """
    told = _read(path)
    found: list[Remark] = []
    people: dict[_Node, None] = {}
    for node, said in told.items():
        try:
            for kind, read, author in _READERS:
                if _iri(SCHEMA + kind) in said.get(TYPE, ()):
                    found.append(read(said, told, ontology.base))
                    people |= dict.fromkeys(who for who in said.get(SCHEMA + author, ()) if isinstance(who, _Node))
        except ValueError as error:
            raise DataError(f"{path}: {_about(node, said)}: {error}") from error
    names = [_name(told, person, ontology.base) for person in people]
    if len(names) > 1:
        raise DataError(f"{path}: holds the taste of {len(names)} people ({', '.join(names)}); make a file of each")
    if not found:
        raise DataError(f"{path}: no opinion, nothing seen and no fact in it; kgrec taste export writes such files")
    return Taste(names[0] if names else "", tuple(found))


def _read(path: Path) -> _Told:
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise DataError(f"{path}: cannot tell the RDF format from its name; known are {', '.join(SUFFIXES)}")
    try:
        size = path.stat().st_size
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror})") from error
    if size > MOST_BYTES:
        raise DataError(f"{path}: {size:,} bytes are too many for a taste file, {MOST_BYTES:,} is the most")
    told: dict[_Node, dict[str, list[Term]]] = {}
    for triple in parse(path, SUFFIXES[suffix]):
        subject, value = triple.subject, triple.object
        assert not isinstance(subject, ox.Triple), "parse lets no quoted triples through"
        assert not isinstance(value, ox.Triple), "as above"
        values = told.setdefault(subject, {}).setdefault(_https(triple.predicate.value), [])
        values.append(_iri(_https(value.value)) if isinstance(value, ox.NamedNode) else value)
    return told


def _https(iri: str) -> str:
    """Return the one spelling of schema.org's terms that is compared with."""
    return iri.replace("http://schema.org/", SCHEMA, 1) if iri.startswith("http://schema.org/") else iri


def _review(said: _Said, told: _Told, base: str) -> Remark:
    subject = _entity(said, "itemReviewed", base)
    rating = _one(said, "reviewRating")
    scale = told.get(rating, {}) if isinstance(rating, _Node) else {}
    value, worst, best = (
        _number(scale, name, default)
        for name, default in (("ratingValue", None), ("worstRating", _WORST), ("bestRating", _BEST))
    )
    if not worst <= value <= best or worst == best:
        raise ValueError(f"its rating {value:g} does not lie between {worst:g} and {best:g}")
    value = value if (worst, best) == (-1.0, 1.0) else 2.0 * (value - worst) / (best - worst) - 1.0
    uttered: dict[Term, OpinionKind] = {_iri(KGREC + name): kind for kind, name in _KINDS.items()}
    kinds = [uttered[term] for term in said.get(f"{KGREC}uttered", ()) if term in uttered]
    kind = kinds[0] if kinds else None
    return Remark(Aspect.OPINION, subject, value, kind, _moment(said, "dateCreated"), _label(told, subject, base))


def _consumed(said: _Said, told: _Told, base: str) -> Remark:
    subject = _entity(said, "object", base)
    return Remark(Aspect.SEEN, subject, None, None, _moment(said, "endTime"), _label(told, subject, base))


def _choice(said: _Said, told: _Told, base: str) -> Remark:
    options = [
        to_id(base, term.value) for term in said.get(f"{SCHEMA}actionOption", ()) if isinstance(term, ox.NamedNode)
    ]
    if len(options) != 2:  # noqa: PLR2004  (one or the other)
        raise ValueError(f"it has {len(options) or 'no'} IRIs as schema:actionOption, two are needed")
    chosen = _entity(said, "object", base) if said.get(f"{SCHEMA}object") else ""
    if chosen and chosen not in options:
        raise ValueError("its schema:object is none of its options")
    one, other = options if chosen != options[1] else reversed(options)
    value = 1.0 if chosen else 0.0
    label = _label(told, one, base)
    return Remark(Aspect.COMPARISON, one, value, None, _moment(said, "endTime"), label, other=other)


def _observation(said: _Said, told: _Told, base: str) -> Remark:
    del told, base
    property_ = _one(said, "measuredProperty").value
    if not property_.startswith(USER_FACT):
        raise ValueError(f"its property {clean(property_)} is no fact about a user: those begin with {USER_FACT}")
    values = [_value(term) for term in said.get(f"{SCHEMA}value", ())]
    if not values:
        raise ValueError("it has no schema:value")
    value = values[0] if len(values) == 1 else tuple(str(part) for part in values)
    name = to_id(USER_FACT, property_)
    return Remark(Aspect.FACT, name, value, None, _moment(said, "observationDate"), name)


_READERS: Final = (
    ("Review", _review, "author"),
    ("ConsumeAction", _consumed, "agent"),
    ("WatchAction", _consumed, "agent"),
    ("ChooseAction", _choice, "agent"),
    ("Observation", _observation, "observationAbout"),
)
"""What schema.org calls it, how it is read, and the property that names the user."""


def _one(said: _Said, name: str) -> Term:
    values = said.get(SCHEMA + name, ())
    if len(values) != 1:
        raise ValueError(f"it has {len(values) or 'no'} schema:{name}, one is needed")
    return values[0]


def _entity(said: _Said, name: str, base: str) -> str:
    term = _one(said, name)
    if not isinstance(term, ox.NamedNode):
        raise ValueError(f"its schema:{name} is no IRI")  # noqa: TRY004  (what a file says, not what a caller passes)
    return to_id(base, term.value)


def _number(said: _Said, name: str, default: float | None) -> float:
    if default is not None and not said.get(SCHEMA + name):
        return default
    text = _one(said, name).value
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(f"its schema:{name} {clean(text)!r} is no number")
    return number


def _moment(said: _Said, name: str) -> float:
    """Return the time a property says, in seconds since the epoch; 0 if there is none."""
    if not said.get(SCHEMA + name):
        return 0.0
    text = _one(said, name).value
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"its schema:{name} {clean(text)!r} is no date or time, as in 2026-01-31T20:15:00Z") from None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max((aware - _EPOCH) / timedelta(seconds=1), 0.0)


def _value(term: Term) -> Value:
    if not isinstance(term, ox.Literal):
        raise ValueError(f"its value {clean(str(term))} is no literal")  # noqa: TRY004  (as above)
    kind = term.datatype.value.removeprefix(XSD)
    if kind == "boolean":
        return term.value in ("true", "1")
    if kind in ("double", "float", "decimal", "integer", "int", "long"):
        number = float(term.value)
        if not math.isfinite(number):
            raise ValueError(f"its value {term.value} is no number")
        return number
    return clean(term.value)


def _label(told: _Told, entity: str, base: str) -> str:
    said = told.get(_iri(to_iri(base, entity)), {})
    labels = said.get(f"{RDFS}label", []) or said.get(f"{SCHEMA}name", [])
    return clean(labels[0].value) if labels else entity


def _name(told: _Told, person: _Node, base: str) -> str:
    names = told.get(person, {}).get(f"{SCHEMA}name", [])
    return clean(names[0].value) if names else clean(to_id(base, person.value).removeprefix("user/"))


def _about(node: _Node, said: _Said) -> str:
    """Return how to name a node to somebody looking for it in the file."""
    targets = [term for name in ("itemReviewed", "object", "measuredProperty") for term in said.get(SCHEMA + name, ())]
    kinds = [term.value.removeprefix(SCHEMA) for term in said.get(TYPE, ())]
    of = f" of {targets[0]}" if targets else f" {node}"
    return clean(f"the {' and '.join(kinds)}{of}")
