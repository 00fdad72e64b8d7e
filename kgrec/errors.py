"""Every error a caller can be shown, in one tree.

A message says what is wrong, where, and what to do about it. Mistakes of the programmer (a wrong type, a negative
length) stay ``TypeError`` and ``ValueError``; outcomes one must expect (nothing left, not understood) are values.

    KgrecError
    ├── DataError            a file or table that cannot be read as what it should be
    │   └── UnknownEntityError   a name that no entity bears, with the nearest ones
    ├── OntologyError        a facet or hierarchy that makes no sense
    ├── RuleError            one problem of a rule file or expression, at file:line:column
    │   └── RuleErrors           all problems of a file at once
    ├── ModelError           a model that cannot be loaded or fitted
    │   └── NotFittedError       a recommender asked for something before it learned
    └── StoreError           a graph store, profile store or cache that fails
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from kgrec.domain import Place
from kgrec.excerpt import excerpt, one_line

MOST_SHOWN: Final = 10
"""So many mistakes are told in full; more are counted, for nobody mends them all at one look."""


class KgrecError(Exception):
    """Anything that goes wrong for a reason the user can act on."""


class DataError(KgrecError):
    """A file, table or graph that cannot be read as what it should be."""


class UnknownEntityError(DataError):
    """A name that no entity bears; ``nearest`` holds the labels that come closest."""

    def __init__(self, name: str, nearest: Sequence[str] = ()) -> None:
        self.name = name
        self.nearest = tuple(nearest)
        hint = f"; did you mean {', '.join(repr(label) for label in self.nearest)}?" if self.nearest else ""
        super().__init__(f"nothing is called {name!r}{hint}")


class OntologyError(KgrecError):
    """A facet, class or hierarchy that makes no sense."""


class RuleError(KgrecError):
    """One problem in a rule file or expression.

    Attributes:
        place: where it is.
        hint: what to do about it.
        excerpt: the line of ``place``; empty if there is none to show. A rule file's reader sets it.
    """

    def __init__(self, message: str, place: Place, hint: str = "", excerpt: str = "") -> None:
        self.message = message
        self.place = place
        self.hint = hint
        self.excerpt = excerpt
        super().__init__(f"{place}: {message}" + (f", {hint}" if hint else ""))

    @property
    def marked(self) -> str:
        """The line of the place and below it a mark; empty if there is no line to show."""
        return excerpt(self.excerpt, self.place) if self.excerpt.strip() else ""

    def pretty(self) -> str:
        """Return the message and, below it, the line with a mark: several lines, safe to print as they are."""
        return "\n".join(filter(None, (one_line(str(self)), self.marked)))

    def brief(self) -> str:
        """Return the same; of several mistakes only the first."""
        return self.pretty()


class RuleErrors(RuleError):  # noqa: N818  (several of them)
    """All problems of one or more rule files, in file order; ``files`` are those that were looked at."""

    def __init__(self, errors: Sequence[RuleError], files: Sequence[Path] = ()) -> None:
        if not errors:
            raise ValueError("RuleErrors needs at least one error")
        self.errors = tuple(errors)
        self.files = tuple(files)
        super().__init__(errors[0].message, errors[0].place, errors[0].hint, errors[0].excerpt)

    def __str__(self) -> str:
        return "\n".join(str(error) for error in self.errors)

    def pretty(self) -> str:
        """Return what :meth:`RuleError.pretty` returns for each of them."""
        return "\n".join(error.pretty() for error in self.errors)

    def brief(self) -> str:
        """Return what :meth:`RuleError.pretty` returns for each of the first; the rest are counted."""
        n_more = len(self.errors) - MOST_SHOWN
        more = [f"and {n_more} more {'mistake' if n_more == 1 else 'mistakes'}"] if n_more > 0 else []
        return "\n".join([*(error.pretty() for error in self.errors[:MOST_SHOWN]), *more])


class ModelError(KgrecError):
    """A model that cannot be loaded or fitted."""


class NotFittedError(ModelError, AttributeError):
    """Something was asked of what has learned nothing yet; an AttributeError too, so that ``hasattr`` says no."""


class StoreError(KgrecError):
    """A graph store, a profile store or a cache that fails."""
