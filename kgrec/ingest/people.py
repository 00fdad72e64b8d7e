"""Networks of people: who knows whom, from a table, with consent for each tie.

A row names a user, somebody they know, how (friend, follow, trust) and what of it may be used: ``yes``, ``unnamed``
(their likes count, nobody is told whose they are) or ``no``. Where a table says nothing of consent, nobody is named. A
friendship holds both ways, with one consent, unless the other way has a row of its own. Of several rows that tie one
user to one other the last counts, but what one of them refuses stays refused.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from kgrec.domain import Place
from kgrec.errors import DataError
from kgrec.graph.people import People
from kgrec.ingest.cells import is_unknown, read_truth
from kgrec.ingest.datasets import PEOPLE
from kgrec.ingest.naming import so_many
from kgrec.ingest.scales import words_of
from kgrec.ingest.tables import Problems, Source, source_of
from kgrec.text import clean
from kgrec.ties import Consent, Tie, TieKind

COLUMNS: Final = ("user", "friend", "kind", "consent")
"""Of people.csv in a data set's folder."""

_USERS: Final = frozenset({"user", "users", "userid", "uid", "source", "from", "follower", "truster"})
_PERSONS: Final = frozenset(
    {"friend", "friends", "friendid", "person", "contact", "knows", "other", "target", "to"}
    | {"follows", "followee", "followed", "trusts", "trustee", "trusted"}
)
_KINDS: Final = frozenset({"kind", "type", "relation", "tie"})
_CONSENTS: Final = frozenset({"consent", "consents", "consented"})
_NAMING: Final = _USERS | _PERSONS | _KINDS | _CONSENTS | {"id", "ids", "name", "names"}
_WRITE_KIND: Final = "write friend, follow or trust"
_WRITE_CONSENT: Final = "write yes, unnamed or no"
_NAMES: Final = {
    "follow": TieKind.FOLLOW,
    "trust": TieKind.TRUST,
}  # what names of columns that tell the kind begin with


@dataclass(frozen=True, slots=True)
class Row:
    """One row: who knows whom, what of it may be used, and the place of the second name."""

    user: str
    person: str
    kind: TieKind
    consent: Consent
    place: Place

    @property
    def tie(self) -> Tie:
        """The tie, whether it may be used or not."""
        return Tie(self.person, self.kind, self.consent is Consent.YES)


def read_people(path: Path, users: Collection[str]) -> People:
    """Return the network in people.csv; raises DataError with all mistakes, somebody unknown to the data among them."""
    problems = Problems()
    rows = _rows(source_of(path), "", problems)
    _check_known(rows, users, problems)
    problems.check()
    told = {(row.user, row.person): row for row in rows}
    for row in rows:
        if row.kind is TieKind.FRIEND:
            told.setdefault((row.person, row.user), replace(row, user=row.person, person=row.user))
    return People.of_ties((row.user, row.tie) for row in told.values() if row.consent is not Consent.NO)


def import_people(path: Path, users: Collection[str], folder: Path) -> str:
    """Write the network of a table into a data set's folder as people.csv; return what there is to say of it.

    Ties to people who are no users of the data are left out.

    Raises:
        DataError: mistakes, at file:line:column, or nobody in it is a user of the data.
    """
    source, problems = source_of(path), Problems()
    rows = list(_rows(source, "", problems))
    problems.check()
    known = [row for row in rows if row.person in users]
    if not known:
        example = repr(rows[0].person) if rows else "none"
        raise DataError(f"{path}: nobody in it is a user of the ratings; it tells of people such as {example}")
    _write(folder, ((row.user, row.person, row.kind.value, row.consent.value) for row in known))
    left_out = f"; {len(rows) - len(known):,} to nobody who rated anything, left out" if len(known) < len(rows) else ""
    told = f"{so_many(len(known), 'tie')} of {so_many(len({row.user for row in known}), 'user')}"
    return f"{path.name}: {_headed(source)}; {told}{left_out}"


def keep_people(before: Path, users: Collection[str], folder: Path) -> bool:
    """Write what an earlier people.csv tells of those who are still users into a data set's folder.

    Returns whether there is anything to keep; raises DataError for mistakes in it.
    """
    problems = Problems()
    rows = [row for row in _rows(source_of(before), "", problems) if row.person in users]
    problems.check()
    if rows:
        _write(folder, ((row.user, row.person, row.kind.value, row.consent.value) for row in rows))
    return bool(rows)


def write_people(folder: Path, ties: Sequence[tuple[str, Tie]]) -> None:
    """Write (user, tie) pairs into a data set's folder as people.csv; nothing where there are none."""
    consents = {True: Consent.YES.value, False: Consent.UNNAMED.value}
    if ties:
        _write(folder, ((user, tie.person, tie.kind.value, consents[tie.is_named]) for user, tie in ties))


def _write(folder: Path, rows: Iterable[tuple[str, str, str, str]]) -> None:
    with (folder / PEOPLE).open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(COLUMNS)
        out.writerows(rows)


def read_own_people(path: Path, user: str, users: Collection[str]) -> tuple[Row, ...]:
    """Return whom a user knows, from a table of their own, which need not repeat who they are.

    Raises:
        DataError: mistakes, at file:line:column: somebody who is no user of the data, the user themselves, a kind
            or consent that is none, rows of somebody else.
    """
    problems = Problems()
    rows = tuple(_rows(source_of(path), user, problems))
    _check_known(rows, users, problems)
    problems.check()
    if not rows:
        raise DataError(f"{path}: there is nobody in it; a row names a user of the data, and maybe kind and consent")
    return rows


def refusals(rows: Iterable[Row], told: Path) -> frozenset[str]:
    """Return the people of a user's own rows who are not to count, by those rows or by the people.csv of the data."""
    mine = list(rows)
    refused = {row.person for row in mine if row.consent is Consent.NO}
    if told.is_file() and mine:
        theirs = (row for row in _rows(source_of(told), "", Problems()) if row.consent is Consent.NO)
        refused |= {row.person for row in theirs if row.user == mine[0].user} & {row.person for row in mine}
    return frozenset(refused)


def _check_known(rows: Iterable[Row], users: Collection[str], problems: Problems) -> None:
    """Note everybody who is known to somebody and no user of the data."""
    for row in rows:
        if row.person not in users:
            near = get_close_matches(row.person, users, 1)
            cure = f"did you mean {near[0]!r}? Or drop the row" if near else "mend the name or drop the row"
            problems.add(row.place, f"{row.person[:40]!r} is no user of the data; {cure}")


# --- rows -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Shape:
    """Which column, counted from 0, is what; None: there is none."""

    person: int
    user: int | None
    kind: int | None
    consent: int | None
    usual: TieKind


def _rows(source: Source, user: str, problems: Problems) -> Collection[Row]:
    """Return the rows of a table, one a tie, those that are wrong noted; ``user``: whose it is, "" for everybody's."""
    source = _headed(source)
    table = source.open(problems)
    has_names = source.dialect is None or source.dialect.has_header
    shape = _shape(table.header if has_names else (), len(table.header), is_own=bool(user), shown=table.shown)
    told: dict[tuple[str, str], Row] = {}
    for line, cells in table.rows:
        place = Place(table.shown, line, shape.person + 1)
        who = user if shape.user is None else clean(cells[shape.user])
        person = clean(cells[shape.person])
        if not who or not person:
            problems.add(place, "a name is missing; name both people or drop the row")
        elif user and who != user:
            problems.add(place, f"a row of {who[:40]!r}, but the table is to be that of {user!r}; drop it")
        elif who == person:
            problems.add(place, f"{who[:40]!r} is tied to themselves; drop the row")
        else:
            kind, consent = _kind(cells, shape), _consent(cells, shape)
            if kind is None:
                cell = clean(cells[shape.kind or 0])[:40]
                problems.add(replace(place, column=(shape.kind or 0) + 1), f"{cell!r} is no kind of tie; {_WRITE_KIND}")
            if consent is None:
                cell = clean(cells[shape.consent or 0])[:40]
                problems.add(
                    replace(place, column=(shape.consent or 0) + 1), f"{cell!r} is no consent; {_WRITE_CONSENT}"
                )
            before = told.get((who, person))
            if before is not None and before.consent is Consent.NO:
                consent = Consent.NO
            told[who, person] = Row(who, person, kind or shape.usual, consent or Consent.NO, place)
    return told.values()


def _headed(source: Source) -> Source:
    """Return a table with a header if its first row names columns: what else stands there may well be people."""
    if source.dialect is None:
        return source
    plain = replace(source, dialect=replace(source.dialect, has_header=False))
    first = next(plain.open(Problems()).rows, (0, [""]))[1]
    names = [set(words_of(cell.partition(":")[0])) for cell in first]
    named = [bool(words) and words <= _NAMING for words in names]
    has_header = named[0] or 2 * sum(named) > len(named)  # among others, "friend" may be the kind of a tie
    return replace(plain, dialect=replace(source.dialect, has_header=has_header))


def _shape(header: Sequence[str], width: int, *, is_own: bool, shown: str) -> _Shape:
    words = [set(words_of(name)) for name in header]

    def first(wanted: frozenset[str], *taken: int | None) -> int | None:
        return next((at for at, own in enumerate(words) if own & wanted and at not in taken), None)

    person = first(_PERSONS)
    user = first(_USERS, person)
    if is_own and person is None:
        person, user = (user, None) if user is not None else (0, None)
    elif not is_own:
        if width < 2:  # noqa: PLR2004  (who, and whom they know)
            raise DataError(f"{shown}:1:1: one column is no network; a row needs a user and somebody they know")
        user = user if user is not None else next(at for at in range(width) if at != person)
        person = person if person is not None else next(at for at in range(width) if at != user)
    assert person is not None, "one was found above"
    name = " ".join(words_of(header[person])) if header else ""
    usual = next((kind for opening, kind in _NAMES.items() if opening in name), TieKind.FRIEND)
    return _Shape(person, user, first(_KINDS, user, person), first(_CONSENTS, user, person), usual)


def _kind(cells: Sequence[str], shape: _Shape) -> TieKind | None:
    """Return what a row says of the kind; None where it is none."""
    cell = "" if shape.kind is None else clean(cells[shape.kind]).lower()
    if is_unknown(cell):
        return shape.usual
    return TieKind(cell) if cell in set(TieKind) else None


def _consent(cells: Sequence[str], shape: _Shape) -> Consent | None:
    """Return what a row says of consent; None where it is none."""
    cell = "" if shape.consent is None else clean(cells[shape.consent]).lower()
    if is_unknown(cell):
        return Consent.UNNAMED
    if cell in set(Consent):
        return Consent(cell)
    truth = read_truth(cell)
    return None if truth is None else Consent.YES if truth else Consent.NO


__all__ = [
    "COLUMNS",
    "Row",
    "import_people",
    "keep_people",
    "read_own_people",
    "read_people",
    "refusals",
    "write_people",
]
