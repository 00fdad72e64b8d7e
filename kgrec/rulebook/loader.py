"""From rule files to rules, with every mistake of every file in one report.

The order is given by who needs whom: read the files; settle which entry counts where several files have one of a name;
gather the names that the files declare (facts, lists, derived values); then check the rules against the graph and
those names, and the tests against the rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from kgrec.domain import Place
from kgrec.errors import RuleError, RuleErrors
from kgrec.graph import KnowledgeGraph
from kgrec.rulebook.checking import Checker
from kgrec.rulebook.derivations import Derivation, Derived, derive
from kgrec.rulebook.document import ScalarNode
from kgrec.rulebook.entries import RuleEntry, Sheet
from kgrec.rulebook.expecting import Expecting, facts_used
from kgrec.rulebook.files import Drafts, RuleFiles, read_files
from kgrec.rulebook.lexicon import lexicon_of
from kgrec.rulebook.names import Facts, Names
from kgrec.rulebook.rules import Expectation, Rule, RuleKind
from kgrec.rulebook.schema import LIST_NAME, RESERVED
from kgrec.rulebook.suggest import did_you_mean, nearest

MOST_ERRORS: Final = 100
"""So many mistakes are reported at once: nobody reads more, and finding what was meant takes time."""

MAX_LISTED: Final = 1000
"""How many values a list may have: every expression that names it looks them all up."""

MAX_DERIVED: Final = 200
"""How many values rules may derive: putting them in order takes the square of their number."""


@dataclass(frozen=True, slots=True)
class Override:
    """A rule that takes the place of another one of its name, or switches it off."""

    name: str
    place: Place
    earlier: Place


@dataclass(frozen=True, slots=True)
class Loaded:
    """What some files hold.

    Attributes:
        rules: in the order in which they count.
        expectations: the tests, likewise.
        names: the facts, lists and derived values that the files declare.
        files: all files that were read, included ones too.
        fingerprint: a hash of what was read.
        warnings: what does no harm and yet is not as its author thinks.
        overrides: which rules replace or switch off which, of those that are in force or were.
    """

    rules: tuple[Rule, ...]
    expectations: tuple[Expectation, ...]
    names: Names
    files: tuple[Path, ...]
    fingerprint: str
    warnings: tuple[RuleError, ...] = ()
    overrides: tuple[Override, ...] = ()


def load_rules(
    paths: Sequence[Path], graph: KnowledgeGraph, own: Path | None = None, drafts: Drafts | None = None
) -> Loaded:
    """Read and check rule files.

    Args:
        paths: the files; a rule of a later one replaces one of the same name in an earlier one.
        graph: whose facets and values the names are looked up among.
        own: one more file that comes last and need not be there: the user's.
        drafts: texts to be read in place of files.

    Raises:
        RuleErrors: with all mistakes of all files, in the order of the files and their lines.
    """
    files = read_files(paths, own, drafts)
    errors = files.errors
    settled = _Settled(errors)
    for number, sheet in enumerate(files.sheets):
        settled.add(sheet, is_own=number >= files.n_shared)
    entries = [*settled.entries.values(), *settled.seconds]
    names = Names(_declared_facts(entries), _lists(files.sheets, graph, errors))
    names, derived = _derived(entries, graph, names, errors)
    checker = Checker(graph, names, errors)
    rules = []
    for number, entry in enumerate(entries):
        if len(errors) <= MOST_ERRORS and (rule := checker.rule(entry, derived.get(number))) is not None:
            rules.append(rule)
    expecting = Expecting(checker, facts_used(rules))
    tests = [entry for sheet in files.sheets for entry in sheet.tests]
    expectations = [test for entry in tests if (test := expecting.expectation(entry)) is not None]
    if errors:
        raise _report(errors, files)
    warnings = tuple(settled.warnings)
    for warning in warnings:
        warning.excerpt = files.line(warning.place)
    found = tuple(rules), tuple(expectations), names, tuple(files.read), files.fingerprint
    return Loaded(*found, warnings, tuple(settled.overrides))


def _report(errors: Iterable[RuleError], files: RuleFiles) -> RuleErrors:
    """Return the mistakes in order, each with the line it is in."""
    found = sorted(_flat(errors), key=lambda error: files.order(error.place))
    if len(found) > MOST_ERRORS:
        found[MOST_ERRORS:] = [RuleError("there are more mistakes", found[MOST_ERRORS].place, "mend those above first")]
    for error in found:
        error.excerpt = files.line(error.place)
    return RuleErrors(found, files.tried)


def _flat(errors: Iterable[RuleError]) -> Iterator[RuleError]:
    for error in errors:
        yield from error.errors if isinstance(error, RuleErrors) else (error,)


@dataclass(slots=True)
class _Settled:
    """Which entries count: a later file replaces or switches off what earlier ones have of a name.

    In the user's own file a rule that is not there may be switched off: the data set's rules, or those given in their
    place, are not the user's, and may have lost it since.
    """

    errors: list[RuleError]
    entries: dict[str, RuleEntry] = field(default_factory=dict)
    warnings: list[RuleError] = field(default_factory=list)
    overrides: list[Override] = field(default_factory=list)
    seconds: list[RuleEntry] = field(default_factory=list)  # of a name that the file has already: read for mistakes
    _known: dict[str, Place] = field(default_factory=dict)  # of the files before, what was switched off there too

    def add(self, sheet: Sheet, *, is_own: bool) -> None:
        """Take in the entries of the next file."""
        here: dict[str, Place] = {}
        for entry in sheet.rules:
            first = here.setdefault(entry.name, entry.place)
            if first is not entry.place:
                message = f"a second rule is called {entry.name!r}"
                self.errors.append(RuleError(message, entry.place, f"the first one is at {first}"))
                if entry.kind is not None:
                    self.seconds.append(entry)
                continue
            if entry.name in self._known:
                self.overrides.append(Override(entry.name, entry.place, self._known[entry.name]))
            elif entry.kind is None:
                said = self.warnings if is_own else self.errors
                said.append(_nothing_to_switch_off(entry, self._known))
            if entry.is_off:
                self.entries.pop(entry.name, None)
            elif entry.kind is not None:
                self.entries[entry.name] = entry
        self._known |= here


def _nothing_to_switch_off(entry: RuleEntry, known: Iterable[str]) -> RuleError:
    near = nearest(entry.name, sorted(known)) if entry.name else ()
    hint = did_you_mean(near) if near else "to switch off a rule of this file, write 'off: true' below its other keys"
    return RuleError(f"no earlier file has a rule {entry.name!r}", entry.place_of("name"), hint)


def _declared_facts(entries: Iterable[RuleEntry]) -> Facts:
    """Return the facts that are asked for, each with the options it is asked with."""
    facts: dict[str, tuple[str, ...]] = {}
    for entry in entries:
        if entry.kind is RuleKind.ASK:
            silent = replace(entry, errors=[])  # mistakes are reported when the rule itself is checked
            fact = silent.text("ask").removeprefix("user.")
            facts[fact] = (*facts.get(fact, ()), *(option.label for option in silent.options("options")))
    return facts


def _lists(sheets: Iterable[Sheet], graph: KnowledgeGraph, errors: list[RuleError]) -> dict[str, tuple[str, ...]]:
    """Return the names of ``let``; a later file has the last word."""
    lists: dict[str, tuple[str, ...]] = {}
    for sheet in sheets:
        for key, texts in sheet.lists:
            problem = _wrong_name(key, graph)
            if len(texts) > MAX_LISTED:
                errors.append(RuleError(f"{key.text!r} has more than {MAX_LISTED:,} values", key.place, "shorten it"))
            if problem is not None:
                errors.append(problem)
            lists[key.text] = texts[:MAX_LISTED]
    return lists


def _wrong_name(key: ScalarNode, graph: KnowledgeGraph) -> RuleError | None:
    if LIST_NAME.fullmatch(key.text) is None:
        hint = "write one word of letters, digits, _ and -"
        return RuleError(f"{key.text!r} cannot be the name of a list", key.place, hint)
    if key.text in RESERVED:
        return RuleError(f"{key.text!r} is a word of the language", key.place, "choose another name")
    if lexicon_of(graph).facet(key.text) is not None:
        return RuleError(f"{key.text!r} is a field of {graph.ontology.plural}", key.place, "choose another name")
    return None


def _derived(
    entries: Sequence[RuleEntry], graph: KnowledgeGraph, names: Names, errors: list[RuleError]
) -> tuple[Names, dict[int, Derived]]:
    """Return the names with what is derived, and what each entry that derives says, by its number."""
    numbers: list[int] = []
    derivations: list[Derivation] = []
    for number, entry in enumerate(entries):
        if entry.kind is RuleKind.DERIVE and (source := entry.source("derive")) is not None:
            if len(numbers) == MAX_DERIVED:
                message = f"more than {MAX_DERIVED} values are derived"
                errors.append(RuleError(message, entry.place, "join some of them, or ask for what they need directly"))
                break
            numbers.append(number)
            conditions = entry.source("when"), entry.source("unless")
            derivations.append(Derivation(entry.name, source, *conditions, entry.place))
    if not derivations:
        return names, {}
    names, derived = derive(derivations, graph, names, errors)
    return names, {numbers[position]: parts for position, parts in derived.items()}
