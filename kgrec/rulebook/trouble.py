"""The mistakes found while one expression is resolved."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from kgrec.errors import RuleError, RuleErrors
from kgrec.rulebook.parser import Operand
from kgrec.rulebook.source import Source

MOST_ERRORS: Final = 10
"""After so many mistakes an expression is given up: the rest follow from them, or it is no expression at all."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Collects the mistakes of one expression."""

    source: Source
    errors: list[RuleError] = field(default_factory=list)

    def add(self, operand: Operand, message: str, hint: str = "") -> None:
        """Note what is wrong with a part of the expression; raises RuleErrors when that is enough."""
        self.errors.append(self.source.error(operand.offset, message, hint))
        if len(self.errors) >= MOST_ERRORS:
            raise RuleErrors(self.errors)
