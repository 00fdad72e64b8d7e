"""Networks of people as files: those of a data set, and a user's own, which leave no trace when forgotten."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from kgrec.acts import Event, EventKind
from kgrec.cli.commands import app
from kgrec.dialogue import Session
from kgrec.errors import DataError, StoreError
from kgrec.ingest.datasets import load, locate
from kgrec.ingest.people import import_people, read_own_people, read_people
from kgrec.profiles import ProfileStore, profile_path
from kgrec.recommender import Recommender
from kgrec.ties import Tie, TieKind

Kgrec = Callable[..., Result]
USERS = ("ann", "bob", "cat", "wilhelmina")

ITEMS = "id,name\n1,Ant\n2,Bee\n3,Cod\n4,Dog\n"
PLAYS = "userID\tartistID\tweight\n" + "".join(
    f"{user}\t{item}\t{100 * item}\n"
    for user, items in zip(USERS, ((1, 2), (2, 3), (3, 4), (1, 4)), strict=True)
    for item in items
)
FRIENDS = "userID\tfriendID\nann\tbob\nbob\tann\nann\tcat\nann\tnobody\n"


@pytest.fixture
def kgrec(tmp_path: Path) -> Kgrec:
    """Return ``kgrec`` for a data set in which Ann knows Bob and Cat."""
    for name, text in (("items.csv", ITEMS), ("plays.dat", PLAYS), ("friends.dat", FRIENDS)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    files = [str(tmp_path / name) for name in ("items.csv", "plays.dat", "friends.dat")]
    made = CliRunner().invoke(
        app, ["import", "csv", files[0], "--ratings", files[1], "--friends", files[2], "--name", "net"]
    )
    assert made.exit_code == 0, made.output
    assert "3 ties of 2 users; 1 to nobody who rated anything, left out" in made.output

    def run(*args: str) -> Result:
        return CliRunner().invoke(app, [*args, "--data", "net"])

    return run


@pytest.fixture
def own(tmp_path: Path) -> Callable[[str], str]:
    def write(text: str) -> str:
        (tmp_path / "own.csv").write_text(text, encoding="utf-8")
        return str(tmp_path / "own.csv")

    return write


# --- the network of a data set ----------------------------------------------------------------------------------------


def test_a_table_of_friends_becomes_part_of_the_graph(kgrec: Kgrec) -> None:
    people = load("net").people
    assert people.of("ann") == (Tie("bob"), Tie("cat"))  # nobody was asked, so nobody may be named
    assert people.of("cat") == (Tie("ann"),)  # a friendship holds both ways
    assert json.loads(kgrec("people", "list", "--user", "cat", "--json").stdout)["people"] == [
        {"id": "ann", "kind": "friend", "is_named": False, "source": "net"}
    ]


def test_an_edited_network_counts_at_the_next_start(kgrec: Kgrec) -> None:
    path = locate("net") / "people.csv"
    path.write_text("user,friend,kind,consent\nann,bob,friend,no\nann,cat,trust,yes\nbob,ann,follow,\n")
    people = load("net").people
    assert people.of("ann") == (Tie("cat", TieKind.TRUST, is_named=True),)
    assert people.of("bob") == (Tie("ann", TieKind.FOLLOW),)
    assert people.of("cat") == ()  # trust holds one way
    path.unlink()
    assert not len(load("net").people)


def test_the_other_way_of_a_friendship_may_have_a_row_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("user,friend,consent\nann,bob,yes\nbob,ann,no\nbob,cat,no\n")
    people = read_people(tmp_path / "people.csv", USERS)
    assert people.of("ann") == (Tie("bob", is_named=True),)
    assert people.of("bob") == people.of("cat") == ()


def test_a_column_may_say_the_kind_for_all(tmp_path: Path) -> None:
    (tmp_path / "trust.csv").write_text("truster;trustee\nann;bob\n")
    assert read_people(tmp_path / "trust.csv", USERS).of("ann") == (Tie("bob", TieKind.TRUST),)


@pytest.mark.parametrize(
    ("row", "place", "message"),
    [
        ("ann,bbo,friend,yes", "2:2", "'bbo' is no user of the data; did you mean 'bob'?"),
        ("ann,xyzxyz,friend,yes", "2:2", "'xyzxyz' is no user of the data; mend the name or drop the row"),
        ("ann,ann,friend,yes", "2:2", "'ann' is tied to themselves; drop the row"),
        ("ann,bob,enemy,yes", "2:3", "'enemy' is no kind of tie; write friend, follow or trust"),
        ("ann,bob,friend,perhaps", "2:4", "'perhaps' is no consent; write yes, unnamed or no"),
        ("ann,,friend,yes", "2:2", "a name is missing; name both people or drop the row"),
    ],
)
def test_mistakes_are_told_with_their_place_and_a_cure(tmp_path: Path, row: str, place: str, message: str) -> None:
    path = tmp_path / "people.csv"
    path.write_text(f"user,friend,kind,consent\n{row}\n")
    with pytest.raises(DataError) as caught:
        read_people(path, USERS)
    assert f"{path}:{place}: {message}" in str(caught.value)


def test_of_two_rows_of_a_pair_the_last_counts_and_both_ways_are_two_ties(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("user,friend,kind,consent\nann,bob,friend,no\nann,bob,trust,yes\nann,cat,follow,yes\ncat,ann,,no\n")
    people = read_people(path, USERS)
    assert people.of("ann") == (Tie("cat", TieKind.FOLLOW, is_named=True),)  # what is refused once stays refused
    assert people.of("cat") == ()
    path.write_text("user,friend,kind\nann,bob,friend\nbob,ann,follow\nann,bob,trust\n")
    people = read_people(path, USERS)
    assert (people.of("ann"), people.of("bob")) == ((Tie("bob", TieKind.TRUST),), (Tie("ann", TieKind.FOLLOW),))


@pytest.mark.parametrize("text", ["u5\nu6\n", "u5\n", "user_5\nuser_6\n", "u5,trust\nu6,friend\n"])
def test_a_first_row_that_names_no_columns_is_somebody(tmp_path: Path, text: str) -> None:
    path = tmp_path / "own.csv"
    path.write_text(text, encoding="utf-8")
    rows = read_own_people(path, "me", ("u5", "u6", "user_5", "user_6"))
    assert [row.person for row in rows] == [line.split(",")[0] for line in text.split()]


def test_a_network_without_a_header_keeps_its_first_tie(tmp_path: Path) -> None:
    path = tmp_path / "friends.csv"
    path.write_text("ann,bob\nbob,cat\n", encoding="utf-8")
    assert import_people(path, USERS, tmp_path).endswith("; 2 ties of 2 users")
    assert read_people(tmp_path / "people.csv", USERS).of("ann") == (Tie("bob"),)
    path.write_text("userID:token,friendID:token\nann,bob\n", encoding="utf-8")
    assert import_people(path, USERS, tmp_path).endswith("; 1 tie of 1 user")


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text("friend,kind\nbob,enemy\nme,friend\ncat,foe\nnobody,trust\n")
    with pytest.raises(DataError) as caught:
        read_own_people(path, "me", USERS)
    assert [line.split(":")[1] for line in str(caught.value).splitlines()] == ["2", "3", "4", "5"]


def test_importing_again_keeps_whom_users_know(kgrec: Kgrec, tmp_path: Path) -> None:
    (tmp_path / "plays.dat").write_text(PLAYS.replace("cat\t", "dan\t"), encoding="utf-8")
    words = ["import", "csv", str(tmp_path / "items.csv"), "--ratings", str(tmp_path / "plays.dat"), "--name", "net"]
    again = CliRunner().invoke(app, words)
    assert again.exit_code == 0, again.output
    people = load("net").people
    assert (people.of("ann"), people.of("bob")) == ((Tie("bob"),), (Tie("ann"),))  # Cat is no user any more
    assert "ties between users kept from before: 2" in again.output
    (tmp_path / "friends.dat").write_text("userID\tfriendID\nann\twilhelmina\n", encoding="utf-8")
    CliRunner().invoke(app, [*words, "--friends", str(tmp_path / "friends.dat")])
    assert load("net").people.of("ann") == (Tie("wilhelmina"),)


def test_a_network_of_nobody_here_is_refused(kgrec: Kgrec, tmp_path: Path) -> None:
    (tmp_path / "friends.dat").write_text("userID\tfriendID\nx\ty\n", encoding="utf-8")
    files = [str(tmp_path / name) for name in ("items.csv", "plays.dat", "friends.dat")]
    found = CliRunner().invoke(app, ["import", "csv", files[0], "--ratings", files[1], "--friends", files[2]])
    assert found.exit_code == 2
    assert "nobody in it is a user of the ratings; it tells of people such as 'y'" in found.output


def test_numbered_pairs_may_come_with_friends(tmp_path: Path) -> None:
    for name, text in (("pairs.txt", "7 1\n8 2\n9 1\n"), ("kg.txt", "1 r 5\n2 r 5\n"), ("friends.txt", "7\t8\n9\t7\n")):
        (tmp_path / name).write_text(text, encoding="utf-8")
    files = [str(tmp_path / name) for name in ("pairs.txt", "kg.txt", "friends.txt")]
    words = ["import", "pairs", files[0], "--triples", files[1], "--friends", files[2], "--name", "numbers"]
    made = CliRunner().invoke(app, words)
    assert made.exit_code == 0, made.output
    assert load("numbers").people.of("7") == (Tie("8"), Tie("9"))


# --- a user's own -----------------------------------------------------------------------------------------------------


def test_a_user_says_whom_they_know(kgrec: Kgrec, own: Callable[[str], str]) -> None:
    file = own("friend,kind,consent\nbob,follow,yes\ncat,,\nwilhelmina,trust,no\n")
    first = json.loads(kgrec("people", "import", file, "--json").stdout)
    assert first == {"user": "you", "new": 2, "known": 0, "refused": ["wilhelmina"]}
    again = json.loads(kgrec("people", "import", file, "--json").stdout)
    assert (again["new"], again["known"]) == (0, 2)
    listed = json.loads(kgrec("people", "list", "--json").stdout)["people"]
    assert [(one["id"], one["kind"], one["is_named"]) for one in listed] == [
        ("bob", "follow", True),
        ("cat", "friend", False),
    ]
    told = kgrec("recommend", "--user", "you", "-n", "4", "--json")
    assert "bob, whom you follow, likes it" in told.stdout


def test_a_conversation_goes_on_after_an_import(kgrec: Kgrec, own: Callable[[str], str]) -> None:
    recommender = Recommender(texts=False).fit(load("net"))
    with ProfileStore(profile_path("net")) as store:
        before = Session.start(recommender, log=store, user="you")
        before.rate(recommender.graph_.item_ids[0], 1.0)
        kgrec("people", "import", own("friend\nbob\n"))
        assert Session.start(recommender, log=store, user="you").id == before.id


def test_a_plain_list_of_names_will_do(kgrec: Kgrec, own: Callable[[str], str]) -> None:
    assert json.loads(kgrec("people", "import", own("friend\nbob\ncat\n"), "--json").stdout)["new"] == 2


def test_what_is_said_again_replaces_what_was_said(kgrec: Kgrec, own: Callable[[str], str]) -> None:
    kgrec("people", "import", own("friend,consent\nbob,yes\ncat,yes\n"))
    changed = json.loads(kgrec("people", "import", own("friend,consent\nbob,unnamed\ncat,no\n"), "--json").stdout)
    assert (changed["new"], changed["refused"]) == (1, ["cat"])
    listed = json.loads(kgrec("people", "list", "--json").stdout)["people"]
    assert [(one["id"], one["is_named"]) for one in listed] == [("bob", False)]


def test_a_consent_that_the_data_refuses_stays_refused(kgrec: Kgrec, own: Callable[[str], str]) -> None:
    (locate("net") / "people.csv").write_text("user,friend,consent\nyou,bob,no\n")
    found = json.loads(kgrec("people", "import", own("friend,consent\nbob,yes\n"), "--json").stdout)
    assert (found["new"], found["refused"]) == (0, ["bob"])


def test_forgetting_leaves_no_trace(kgrec: Kgrec, own: Callable[[str], str]) -> None:
    kept = Event(EventKind.RATED, "item/1", 1.0, user="you", session="s")
    with ProfileStore(profile_path("net")) as store:
        store.append_all([kept, Event(EventKind.REPLIED, "You know wilhelmina.", user="you", session="s")])
    kgrec("people", "import", own("friend\nwilhelmina\nbob\n"))
    assert b"wilhelmina" in _bytes()
    assert kgrec("people", "forget", "wilhelmina").stdout == "you: 1 forgotten\n"
    assert b"wilhelmina" not in _bytes()
    assert b"bob" in _bytes()
    assert kgrec("people", "forget").stdout == "you: 1 forgotten\n"
    assert b"bob" not in _bytes()
    assert b"knows" not in _bytes()
    assert kgrec("people", "list").exit_code == kgrec("people", "forget").exit_code == 1
    with ProfileStore(profile_path("net")) as store:
        assert [replace(event, id=0) for event in store.events("you")] == [kept]


def test_what_the_data_tells_cannot_be_forgotten_and_it_is_said_how_to_withhold_it(
    kgrec: Kgrec, own: Callable[[str], str]
) -> None:
    path = locate("net") / "people.csv"
    found = kgrec("people", "forget", "cat", "bob", "xyz", "--user", "ann")
    assert found.exit_code == 1
    assert "the data 'net' itself says that ann knows bob, cat" in found.stderr
    assert f"to withhold a tie, write no as the consent in its row of {path}" in found.stderr
    found = kgrec("people", "forget", "--user", "bob", "--json")
    assert json.loads(found.stdout) == {"user": "bob", "forgotten": 0, "in_data": ["ann"]}
    kgrec("people", "import", own("friend\nwilhelmina\n"), "--user", "bob")
    assert json.loads(kgrec("people", "forget", "wilhelmina", "--user", "bob", "--json").stdout)["in_data"] == []


def test_forgetting_says_when_another_process_keeps_a_trace(kgrec: Kgrec, own: Callable[[str], str]) -> None:
    kgrec("people", "import", own("friend\nwilhelmina\n"))
    path = profile_path("net")
    with ProfileStore(path) as reader, ProfileStore(path) as store:
        reader._connection.execute("BEGIN")
        reader._connection.execute("SELECT count(*) FROM events").fetchone()
        store._connection.execute("PRAGMA busy_timeout = 50")
        with pytest.raises(StoreError, match="another kgrec"):
            store.forget("you", EventKind.KNOWS)
        reader._connection.execute("ROLLBACK")
        assert store.forget("you", EventKind.KNOWS) == 0
    assert b"wilhelmina" not in _bytes()


def test_friends_need_ratings(kgrec: Kgrec, tmp_path: Path) -> None:
    words = ["import", "csv", str(tmp_path / "items.csv"), "--friends", str(tmp_path / "friends.dat")]
    found = CliRunner().invoke(app, words)
    assert found.exit_code == 2
    assert "--ratings" in found.output


def _bytes() -> bytes:
    """Return all there is in the files of the profile store."""
    path = profile_path("net")
    return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
