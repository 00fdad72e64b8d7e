"""What understanding words needs, made before the first of them where it takes seconds: the index of a million names.

A small catalogue's is made when it is first needed, in less time than anybody notices; of a large one it would hold up
the first reply for as long as opening takes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from kgrec.progress import Progress
from kgrec.recommender import Recommender

NOTICED: Final = 50_000
"""From so many entities on it is worth making ready."""


def make_ready(recommender: Recommender, progress: Progress | None = None) -> None:
    """Make what the first words will need, if the graph is large; ``progress`` hears of the steps."""
    graph = recommender.graph_
    if graph.n_entities < NOTICED:
        return
    from kgrec.dialogue.slips import known_words  # all that understands words: most catalogues are small
    from kgrec.dialogue.vocabulary import vocabulary_of

    steps: tuple[tuple[str, Callable[[], object]], ...] = (
        ("reading the words of descriptions", lambda: graph.once(vocabulary_of)),
        ("reading the words of names", lambda: graph.once(known_words)),
        *((f"indexing names: {part}", make) for part, make in recommender.lookup_.parts()),
    )
    for done, (label, make) in enumerate(steps):
        if progress is not None:
            progress(label, done, len(steps))
        make()
    if progress is not None:
        progress("ready", len(steps), len(steps))
