"""What the page of rules shows, as frozen values, and the functions that find it out in the session's thread.

Drafts, the texts of files that are edited but not saved, are read as if they were saved; nothing of that reaches the
conversation. Only :func:`save` writes, and never over a text that the user has not seen.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kgrec.audit.case import Case
from kgrec.audit.census import Counted, census
from kgrec.audit.findings import Code, Finding, Severity
from kgrec.audit.lint import lint_rules
from kgrec.audit.trace import trace
from kgrec.audit.trace_text import effect_text
from kgrec.errors import DataError, RuleError, RuleErrors
from kgrec.ingest.starter import own_starter
from kgrec.resources import is_shipped, write_atomic
from kgrec.rulebook import Prefer, RuleBook, RuleKind
from kgrec.rulebook.document import read_bytes
from kgrec.rulebook.files import Drafts
from kgrec.rulebook.lexicon import lexicon_of
from kgrec.rulebook.schema import CLAIMS, COMMON, KINDS, OWN, RESERVED, TEST
from kgrec.tui.rule_preview import preview
from kgrec.tui.rule_words import Words
from kgrec.tui.view import LIST_LENGTH, RuleChanges

if TYPE_CHECKING:
    from kgrec.dialogue import Session
    from kgrec.domain import Place
    from kgrec.graph import KnowledgeGraph

_VERBS: Final = {
    RuleKind.REQUIRE: "keeps off",
    RuleKind.FORBID: "keeps off",
    RuleKind.PREFER: "lifts",
    RuleKind.DERIVE: "names",
    RuleKind.LIMIT: "counts",
    RuleKind.SHELF: "shelves",
}
"""What a kind of rule does to the items it touches; the others are about no items."""

_PLAIN: Final = re.compile(r"[^\W\d][\w.-]*(?: [\w.-]+)*")
"""What a name looks like that needs no quotes in an expression."""
_MOST_VALUES: Final = 500
"""So many values of a facet, the most frequent, are offered while one writes."""


@dataclass(frozen=True, slots=True)
class RuleFile:
    """One file of rules as it stands on the disk.

    Attributes:
        text: what it holds; "" if it is not there.
        is_own: it is the user's own.
        is_read_only: it cannot be changed here: it ships with kgrec, cannot be read or not be written.
        trouble: why it cannot be read; "" if it can.
        begin: what to begin it with where it is not there yet.
        kept: what was written and not saved when the app was ended from outside; "" if nothing was.
    """

    path: Path
    text: str
    is_there: bool = True
    is_own: bool = False
    is_read_only: bool = False
    is_shipped: bool = False
    trouble: str = ""
    begin: str = ""
    kept: str = ""


@dataclass(frozen=True, slots=True)
class RuleFiles:
    """The files of the rules in force, in the order in which they count, and the names rules may speak of."""

    files: tuple[RuleFile, ...]
    facets: frozenset[str]
    words: Words


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong at a place, counted from 1; ``is_mistake``: the file cannot be used, or a test fails."""

    path: Path
    line: int
    column: int
    text: str
    is_mistake: bool


@dataclass(frozen=True, slots=True)
class Tested:
    """A test of the files, its place, and what is wrong if it fails."""

    name: str
    path: Path
    line: int
    failing: str = ""


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One rule, and what it does now.

    Attributes:
        does: what it does to how many items, in a few words: "keeps off 312".
        told: the same in a sentence.
        effect: what it does to the item the page was opened over; "" without one.
        instead: where a later file replaces it or switches it off (a file and a line); None if none does.
    """

    name: str
    kind: str
    path: Path
    line: int
    column: int
    is_in_force: bool
    does: str
    told: str
    effect: str
    instead: tuple[Path, int] | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the files and drafts mean, as far as they can be read.

    Attributes:
        rules: those in force if there are mistakes.
        changes: what the drafts would change; None if they cannot be read, or mean what is in force.
        tests: those of the files; whether they hold is known once it is complete.
        is_complete: whether the tests were run and the rules looked through, too.
        fingerprint: of the rules; "" if they cannot be read.
        item: the label of the item that is looked at; "" without one.
    """

    problems: tuple[Problem, ...]
    rules: tuple[RuleRow, ...]
    changes: RuleChanges | None = None
    tests: tuple[Tested, ...] = ()
    is_complete: bool = False
    fingerprint: str = ""
    facets: frozenset[str] = frozenset()
    item: str = ""

    @property
    def can_be_read(self) -> bool:
        """Whether there is no mistake that keeps the rules from being read."""
        return bool(self.fingerprint)

    @property
    def n_failing(self) -> int:
        """How many tests fail."""
        return sum(bool(test.failing) for test in self.tests)


def rule_files(session: Session) -> RuleFiles:
    """Read the files of the rules in force."""
    rules = session.rules
    paths = dict.fromkeys((*rules.files, *rules.paths, *((rules.own,) if rules.own is not None else ())))
    files = tuple(_file(path, session.graph, is_own=path == rules.own) for path in paths)
    return RuleFiles(files, _facets(session.graph), _words(rules, session.graph))


def _words(book: RuleBook, graph: KnowledgeGraph) -> Words:
    lexicon = lexicon_of(graph)
    facets = [facet for facet in graph.ontology.facets if facet.name in {*graph.links, *graph.numbers}]
    values = {
        facet.name: tuple(
            label
            for label in (graph.labels[number] for number in lexicon.values(facet)[:_MOST_VALUES])
            if _PLAIN.fullmatch(label) and RESERVED.isdisjoint(label.casefold().split())
        )
        for facet in facets
        if facet.kind.is_linked
    }
    facts = [f"user.{name}" for name in (*book.names.facts, *lexicon.fact_names)]
    moments = [f"context.{name}" for name in lexicon.context_names]
    names = (*(facet.name for facet in facets), *book.names.derived, *book.names.lists, *facts, *moments)
    keys = (*KINDS, *COMMON, *(key for own in OWN.values() for key in own), *CLAIMS, *TEST)
    return Words(tuple(dict.fromkeys(map(str, keys))), tuple(dict.fromkeys(names)), values)


def _file(path: Path, graph: KnowledgeGraph, *, is_own: bool) -> RuleFile:
    if is_own and not os.path.lexists(path):
        return RuleFile(path, "", is_there=False, is_own=True, begin=own_starter(graph), kept=_kept(path))
    shipped = is_shipped(path)
    try:
        text = read_bytes(path).decode()
    except RuleError as error:
        return RuleFile(path, "", is_own=is_own, is_read_only=True, trouble=error.message)
    except UnicodeDecodeError:
        return RuleFile(path, "", is_own=is_own, is_read_only=True, trouble="this is not text in UTF-8")
    is_read_only = shipped or not os.access(path, os.W_OK)
    kept = "" if is_read_only else _kept(path)
    return RuleFile(path, text, is_own=is_own, is_read_only=is_read_only, is_shipped=shipped, kept=kept)


def _kept(path: Path) -> str:
    """Return a draft that was kept for a file, which is then the reader's to keep."""
    kept = _beside(path)
    try:
        text = kept.read_text(encoding="utf-8")
        kept.unlink()
    except (OSError, UnicodeDecodeError):
        return ""
    return text


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.unsaved")


def keep(drafts: Drafts) -> None:
    """Keep drafts for the next time the files are read."""
    for path, text in drafts.items():
        with contextlib.suppress(OSError):  # the app is ending: nobody is left to tell
            write_atomic(_beside(path), text)


def _facets(graph: KnowledgeGraph, book: RuleBook | None = None) -> frozenset[str]:
    declared = (*book.names.lists, *book.names.derived) if book is not None else ()
    return frozenset((*(facet.name for facet in graph.ontology.facets), *declared))


def judge(session: Session, drafts: Drafts, item: str, *, is_complete: bool) -> Judgement:
    """Return what the files mean with drafts in their place.

    Args:
        session: whose list is looked at; nothing of it changes.
        drafts: texts in place of files.
        item: an item to tell of what each rule does to it; "" for none.
        is_complete: whether to run the tests and look the rules through, which may take a moment.
    """
    rules, graph = session.rules, session.graph
    try:
        book = RuleBook.load(rules.paths, graph, own=rules.own, drafts=drafts)
    except RuleErrors as errors:
        mistakes = tuple(_mistake(error) for error in errors.errors)
        return Judgement(mistakes, _all_rows(session, rules, item), is_complete=True, item=_label(graph, item))
    is_new = book.fingerprint != rules.fingerprint
    found = lint_rules(graph, book, lambda: session.recommender) if is_complete else ()
    problems = [
        *(_mistake(warning, is_mistake=False) for warning in book.warnings),
        *(_found(finding, book) for finding in found),
    ]
    return Judgement(
        tuple(problems),
        _all_rows(session, book, item),
        preview(session, book, rules, is_complete=False) if is_new else None,
        tuple(_tests(book, found)),
        is_complete,
        book.fingerprint,
        _facets(graph, book),
        _label(graph, item),
    )


def _label(graph: KnowledgeGraph, item: str) -> str:
    return graph.label(item) if item else ""


def _tests(book: RuleBook, found: Iterable[Finding]) -> Iterator[Tested]:
    failing = {finding.place: finding.message for finding in found if finding.code is Code.BROKEN_EXPECTATION}
    for test in book.expectations:
        name = test.name or test.expression.text.strip()
        yield Tested(name, Path(test.place.file), test.place.line, failing.get(test.place, ""))


def _mistake(error: RuleError, *, is_mistake: bool = True) -> Problem:
    text = f"{error.message}, {error.hint}" if error.hint else error.message
    return _at(error.place, text, is_mistake=is_mistake)


def _found(finding: Finding, book: RuleBook) -> Problem:
    name = f"“{finding.rule}”: " if finding.code is Code.BROKEN_EXPECTATION and finding.rule else ""
    text = f"{name}{finding.message}" + (f", {finding.hint}" if finding.hint else "")
    for path in book.files:
        text = text.replace(str(path), path.name)
    return _at(finding.place, text, is_mistake=finding.severity is Severity.ERROR)


def _at(place: Place, text: str, *, is_mistake: bool) -> Problem:
    return Problem(Path(place.file), place.line, place.column, text, is_mistake)


def _all_rows(session: Session, book: RuleBook, item: str) -> tuple[RuleRow, ...]:
    """Return the rules of a book, those that others replace too, by their lines."""
    return tuple(sorted((*_rows(session, book, item), *_replaced(book)), key=lambda rule: rule.line))


def _rows(session: Session, book: RuleBook, item: str) -> Iterator[RuleRow]:
    case = Case(session.recommender, session.belief, book, session.context)
    effects: Iterable[str] = (effect_text(entry) for entry in trace(case, item).entries) if item else ()
    told = list(effects) or [""] * len(book.rules)
    for counted, effect in zip(census(case, LIST_LENGTH), told, strict=True):
        place = counted.rule.place
        does, sentence = _told(counted, session.graph)
        yield RuleRow(
            counted.rule.name,
            str(counted.kind),
            Path(place.file),
            place.line,
            place.column,
            counted.is_in_force,
            does,
            sentence,
            effect,
        )


def _replaced(book: RuleBook) -> Iterator[RuleRow]:
    """Yield the rules that do not count because a later file has one of their name."""
    names = {rule.name for rule in book.rules}
    for found in book.overrides:
        does = "replaced" if found.name in names else "off"
        later, earlier = found.place, found.earlier
        told = f"{'replaced' if does == 'replaced' else 'switched off'} in {Path(later.file).name}:{later.line}"
        instead = Path(later.file), later.line
        place = Path(earlier.file), earlier.line, earlier.column
        yield RuleRow(found.name, "", *place, is_in_force=False, does=does, told=told, effect="", instead=instead)


def _told(counted: Counted, graph: KnowledgeGraph) -> tuple[str, str]:
    """Return what a rule does in a few words, and in a sentence."""
    if not counted.is_in_force:
        return "not now", "not in force now"
    verb = _VERBS.get(counted.kind)
    if verb is None or (counted.kind is RuleKind.LIMIT and counted.touched == graph.n_items):
        return "in force", "in force"
    if isinstance(counted.rule, Prefer) and counted.rule.weight < 0:
        verb = "lowers"
    items = f"{counted.touched:,} of {graph.n_items:,} {graph.ontology.plural}"
    listed = f", {counted.listed} of them on your list" if counted.listed else ""
    return f"{verb} {counted.touched:,}", f"in force: {verb} {items}{listed}"


def save(file: RuleFile, text: str) -> RuleFile:
    """Write a file's new text, unless it changed since it was read: then return it as it is now.

    Raises:
        DataError: it cannot be written.
    """
    now = _now(file)
    if now is not None and now != file.text:
        return RuleFile(file.path, now, is_own=file.is_own)
    try:
        write_atomic(file.path.resolve(), text)  # a link stays a link
    except OSError as error:
        raise DataError(f"{file.path}: cannot be written ({error.strerror}); what you wrote is still here") from error
    return RuleFile(file.path, text, is_own=file.is_own)


def _now(file: RuleFile) -> str | None:
    """Return what a file holds now; None if it is not there."""
    if not os.path.lexists(file.path):
        return None
    try:
        return read_bytes(file.path).decode()
    except (RuleError, UnicodeDecodeError) as error:
        raise DataError(f"{file.path}: cannot be read any more ({error}); what you wrote is still here") from error
