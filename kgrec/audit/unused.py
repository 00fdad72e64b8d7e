"""Names that rule files declare by ``let`` and no expression uses: often the rule that should is misspelt."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kgrec.audit.findings import Code, Finding, Severity
from kgrec.audit.situations import expressions_of
from kgrec.errors import RuleError
from kgrec.rulebook import RuleBook
from kgrec.rulebook.document import ScalarNode, read_bytes, read_document
from kgrec.rulebook.entries import read_sheet


def unused_lists(book: RuleBook) -> Iterator[Finding]:
    """Yield the names of ``let`` that stand in no expression of a book, each where it is declared."""
    if not book.names.lists:
        return
    texts = [part.text for rule in book.rules for part in expressions_of(rule)]
    texts += [part.text for test in book.expectations for part in (test.expression, *test.where)]
    used = {word for text in texts for word in re.findall(r"[\w-]+", text)}
    for key in _declared(book):
        if key.text not in used:
            message = f"no rule uses the list {key.text!r}"
            yield Finding(Severity.WARNING, Code.UNUSED_LIST, key.text, key.place, message, "use or drop it")


def _declared(book: RuleBook) -> Iterator[ScalarNode]:
    """Yield the names as the files have them: a book knows what they mean, not where they stand."""
    for path in book.files:
        ignored: list[RuleError] = []  # reported when the book was read
        try:
            sheet = read_sheet(read_document(read_bytes(path), path, ignored), ignored)
        except RuleError:
            continue  # changed since
        yield from (key for key, _ in sheet.lists)
