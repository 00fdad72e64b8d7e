"""Taste files: what they hold, what is read from those of others, and what is wrong with broken ones."""

from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest

from kgrec.acts import Event, EventKind
from kgrec.dialogue.lasting import Aspect, Remark, as_events, last_session, news, remarks
from kgrec.domain import Ontology, OpinionKind
from kgrec.errors import DataError
from kgrec.taste_file import read_taste, write_taste

LOVED = Remark(Aspect.OPINION, "heat", 1.0, OpinionKind.RATED, 1_700_000_000.25, "Heat (1995)")
NO_HORROR = Remark(Aspect.OPINION, "genre/horror", -0.5, OpinionKind.LIKED, 1_700_000_100.0, "Horror")
SEEN = Remark(Aspect.SEEN, "alien", None, None, 1_700_000_200.0, "Alien (1979)")
AUDIENCE = Remark(Aspect.FACT, "audience", "just me", None, 1_700_000_300.0, "audience")
RATHER = Remark(Aspect.COMPARISON, "heat", 1.0, None, 1_700_000_400.0, "Heat (1995)", other="thief")
ALIKE = Remark(Aspect.COMPARISON, "babe", 0.0, None, 1_700_000_500.0, "babe", other="clue")
TASTE = (LOVED, NO_HORROR, SEEN, AUDIENCE, RATHER, ALIKE)

REVIEW = """\
@prefix schema: <{schema}> .
<https://example.org/me> schema:name "Ana" .
[] a schema:Review ; schema:author <https://example.org/me> ;
   schema:itemReviewed <https://w3id.org/kgrec/items/heat> ;
   schema:reviewRating [ a schema:Rating ; schema:ratingValue {value} {scale} ] {more} .
"""
CHOICE = """\
@prefix schema: <https://schema.org/> .
[] a schema:ChooseAction ; schema:actionOption <a>, <b> {more} ; schema:object <a> .
"""


def written(folder: Path, text: str | bytes, name: str = "taste.ttl") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def review(value: str = "5", scale: str = "", more: str = "", schema: str = "https://schema.org/") -> str:
    return REVIEW.format(value=value, scale=scale, more=more, schema=schema)


# --- there and back ---------------------------------------------------------------------------------------------------


def test_what_is_written_is_read_again(tmp_path: Path, tiny_ontology: Ontology):
    taste = read_taste(written(tmp_path, write_taste("ana", TASTE, tiny_ontology, {})), tiny_ontology)
    assert taste.user == "ana"
    assert taste.remarks == TASTE


def test_the_same_taste_gives_the_same_file(tiny_ontology: Ontology):
    assert write_taste("ana", TASTE, tiny_ontology, {}) == write_taste("ana", TASTE, tiny_ontology, {})


@pytest.mark.parametrize("value", ["just me", 3.5, True, False, ("Thai", "Mexican"), 'a "quoted"\\ one', "Ελλάδα"])
def test_facts_keep_their_type(tmp_path: Path, tiny_ontology: Ontology, value):
    fact = Remark(Aspect.FACT, "of mine", value, None, 0.0, "of mine")
    (read,) = read_taste(written(tmp_path, write_taste("ana", [fact], tiny_ontology, {})), tiny_ontology).remarks
    assert read == fact
    assert type(read.value) is type(value)


def test_others_can_read_it(tiny_ontology: Ontology):
    store = ox.Store()
    store.load(write_taste("ana", TASTE, tiny_ontology, {"heat": "Heat"}), format=ox.RdfFormat.TURTLE)
    query = """
        PREFIX schema: <https://schema.org/> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        SELECT ?who ?what ?value ?label WHERE {
            ?review a schema:Review ; schema:author/schema:name ?who ; schema:itemReviewed ?what ;
                schema:reviewRating/schema:ratingValue ?value . ?what rdfs:label ?label }
        ORDER BY ?label
    """
    rows = [tuple(term.value for term in row) for row in store.query(query)]
    base = tiny_ontology.base
    assert rows == [("ana", f"{base}heat", "1", "Heat"), ("ana", f"{base}genre/horror", "-0.5", "Horror")]


# --- files of others --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "scale", "meant"),
    [
        ("5", "", 1.0),
        ("3", "", 0.0),
        ("1", "", -1.0),
        ('"4"', "", 0.5),
        ("7.5", "; schema:worstRating 0 ; schema:bestRating 10", 0.5),
        ("0.25", "; schema:worstRating -1 ; schema:bestRating 1", 0.25),
    ],
)
def test_ratings_of_any_scale_are_read(tmp_path: Path, tiny_ontology: Ontology, value: str, scale: str, meant: float):
    for schema in ("https://schema.org/", "http://schema.org/"):
        taste = read_taste(written(tmp_path, review(value, scale, schema=schema)), tiny_ontology)
        (remark,) = taste.remarks
        assert (taste.user, remark.subject, remark.value) == ("Ana", "heat", pytest.approx(meant))
        assert (remark.kind, remark.time) == (None, 0.0)


@pytest.mark.parametrize(
    ("date", "time"),
    [
        ("2023-11-14T22:13:20Z", 1_700_000_000.0),
        ("2023-11-14T23:13:20+01:00", 1_700_000_000.0),
        ("2023-11-14", 1_699_920_000.0),
        ("1066-10-14", 0.0),
    ],
)
def test_times_are_read(tmp_path: Path, tiny_ontology: Ontology, date: str, time: float):
    path = written(tmp_path, review(more=f'; schema:dateCreated "{date}"'))
    assert read_taste(path, tiny_ontology).remarks[0].time == time


def test_any_rdf_will_do(tmp_path: Path, tiny_ontology: Ontology):
    quads = ox.parse(write_taste("ana", TASTE, tiny_ontology, {}), format=ox.RdfFormat.TURTLE)
    triples = [quad.triple for quad in quads]
    for name, kind in (("taste.nt", ox.RdfFormat.N_TRIPLES), ("taste.jsonld", ox.RdfFormat.JSON_LD)):
        path = written(tmp_path, ox.serialize(triples, format=kind), name)
        assert set(read_taste(path, tiny_ontology).remarks) == set(TASTE)


def test_names_are_made_harmless(tmp_path: Path, tiny_ontology: Ontology):
    text = review().replace('"Ana"', '"\\u001B[31mAna"')
    assert read_taste(written(tmp_path, text), tiny_ontology).user == "Ana"


# --- broken ones ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("@prefix schema: <https://schema.org/> .\n[] a schema:Review\n", "taste.ttl:3:1: "),
        ("<a> <b> .", "taste.ttl:1:"),
        ("", "no opinion, nothing seen and no fact"),
        (review("lots").replace("lots", '"lots"'), "the Review of <https://w3id.org/kgrec/items/heat>: its"),
        (review("6"), "its rating 6 does not lie between 1 and 5"),
        (review('"NaN"'), "is no number"),
        (review("1, 2"), "it has 2 schema:ratingValue, one is needed"),
        (review(more='; schema:dateCreated "yesterday"'), "'yesterday' is no date or time"),
        (review().replace("<https://w3id.org/kgrec/items/heat>", '"Heat"'), "its schema:itemReviewed is no IRI"),
        (review().replace("schema:itemReviewed", "schema:about"), "it has no schema:itemReviewed"),
        (CHOICE.format(more=", <c>"), "it has 3 IRIs as schema:actionOption, two are needed"),
        (CHOICE.format(more="").replace("object <a>", "object <c>"), "its schema:object is none of its options"),
        (review() + review().replace("org/me", "org/you").replace("Ana", "Ben"), "of 2 people (Ana, Ben)"),
    ],
)
def test_a_broken_file_is_told_with_what_is_wrong(tmp_path: Path, tiny_ontology: Ontology, text: str, told: str):
    with pytest.raises(DataError) as caught:
        read_taste(written(tmp_path, text), tiny_ontology)
    assert told in str(caught.value)
    assert "taste.ttl" in str(caught.value)


def test_nothing_is_fetched(tmp_path: Path, tiny_ontology: Ontology):
    remote = '{"@context": "https://example.org/context/", "@type": "Review"}'
    with pytest.raises(DataError, match="never fetched"):
        read_taste(written(tmp_path, remote, "taste.jsonld"), tiny_ontology)


def test_a_file_that_is_none(tmp_path: Path, tiny_ontology: Ontology, monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(DataError, match="cannot tell the RDF format"):
        read_taste(written(tmp_path, "", "taste.txt"), tiny_ontology)
    with pytest.raises(DataError, match="cannot be read"):
        read_taste(tmp_path / "none.ttl", tiny_ontology)
    monkeypatch.setattr("kgrec.taste_file.MOST_BYTES", 3)
    with pytest.raises(DataError, match="too many for a taste file"):
        read_taste(written(tmp_path, review()), tiny_ontology)


# --- remarks and events -----------------------------------------------------------------------------------------------


def test_only_what_is_newer_is_news():
    assert news(TASTE, ()) == TASTE
    assert news(TASTE, TASTE) == ()
    older = Remark(Aspect.OPINION, "heat", -1.0, OpinionKind.RATED, LOVED.time - 1)
    newer = Remark(Aspect.OPINION, "heat", -1.0, OpinionKind.RATED, LOVED.time + 1)
    assert news([older], TASTE) == ()
    assert news([newer], TASTE) == (newer,)
    assert news([newer, older], ()) == (newer,)


def test_what_was_said_for_an_evening_or_taken_back_does_not_last():
    events = [
        Event(EventKind.LIKED, "genre/comedy", 1.0, {"for_now": True}, id=1),
        Event(EventKind.WISHED, "year > 1980", data={"expression": "year > 1980"}, id=2),
        Event(EventKind.RATED, "heat", 1.0, id=3),
        Event(EventKind.UNDONE, "3", id=4),
        Event(EventKind.ANSWERED, "choice:genre", data={"kind": "choice", "subject": "genre", "chosen": [["a", "b"]]}),
    ]
    assert remarks(events) == ()


def test_events_of_a_file_say_which_and_nobody_goes_on_with_them():
    events = as_events(TASTE, "ana", "s", "taste.ttl")
    assert {event.data["imported"] for event in events} == {"taste.ttl"}
    assert [event.time for event in events] == [remark.time for remark in TASTE]
    assert last_session(events, 0.0) == ""
    assert last_session([*events, Event(EventKind.SEEN, "heat", session="t", time=5.0)], 5.0) == "t"
    assert remarks(events) == tuple(replace(remark, source="taste.ttl") for remark in TASTE)
