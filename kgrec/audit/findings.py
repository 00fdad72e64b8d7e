"""What a check of rules finds, as values: how grave, which kind, where, in words, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from kgrec.domain import Place


class Severity(StrEnum):
    """How grave a finding is."""

    ERROR = "error"  # the rules cannot do what they say
    WARNING = "warning"  # they can, but a part of them does nothing, or may leave nothing


class Code(StrEnum):
    """The kinds of findings, by names that stay the same."""

    NEVER_IN_FORCE = "never-in-force"  # no facts fulfil its condition
    HOLDS_NOWHERE = "holds-nowhere"  # no item fulfils its condition
    NO_EFFECT = "no-effect"  # it changes nothing on this catalogue
    UNUSED_FACT = "unused-fact"  # a question whose answer no rule uses
    UNUSED_LIST = "unused-list"  # a name of ``let`` that no expression uses
    DUPLICATE = "duplicate"  # another rule says the same
    SHADOWED = "shadowed"  # another rule says as much and more
    CONTRADICTION = "contradiction"  # together with others it leaves nothing, or does nothing
    LETS_NOTHING_THROUGH = "lets-nothing-through"  # by itself it leaves nothing
    BROKEN_EXPECTATION = "broken-expectation"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a rule that its author should know.

    Attributes:
        rule: the name of the rule, or of the expectation.
        place: where to look.
        message: what is so, in words.
        hint: what to do about it; may be empty.
    """

    severity: Severity
    code: Code
    rule: str
    place: Place
    message: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.severity}: {self.message}" + (f", {self.hint}" if self.hint else "")


def in_order(findings: Sequence[Finding], files: Sequence[str]) -> tuple[Finding, ...]:
    """Return findings by place: in the order of the files, those of other files last by name, then line by line."""
    rank = {file: number for number, file in enumerate(files)}

    def key(finding: Finding) -> tuple[int, str, int, int, str]:
        place = finding.place
        return rank.get(place.file, len(rank)), place.file, place.line, place.column, finding.code

    return tuple(sorted(findings, key=key))
