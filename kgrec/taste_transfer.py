"""Carrying a taste: what lasts of what somebody said, to a file and from one, as far as a data set knows it."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from kgrec.dialogue.lasting import Aspect, Remark
from kgrec.domain import OpinionKind
from kgrec.errors import DataError
from kgrec.graph import KnowledgeGraph
from kgrec.resources import write_atomic
from kgrec.taste_file import read_taste, write_taste


@dataclass(frozen=True, slots=True)
class Carried:
    """What a taste file says, as this data set understands it, and what of it the data set does not know."""

    known: tuple[Remark, ...]
    unknown: tuple[Remark, ...]


def as_turtle(user: str, remarks: Iterable[Remark], graph: KnowledgeGraph) -> bytes:
    """Return remarks of a user as a taste file, with the names the data set has for what they are about."""
    told = tuple(remarks)
    entities = {entity for remark in told for entity in (remark.subject, remark.other) if entity in graph}
    return write_taste(user, told, graph.ontology, {entity: graph.label(entity) for entity in entities})


def save_taste(path: Path, content: bytes) -> None:
    """Write a taste file in place of what is there; raises DataError if it cannot be written."""
    if not path.absolute().parent.is_dir():
        raise DataError(f"{path}: there is no folder {path.parent}; make it first, or name another")
    try:
        write_atomic(path, content)
    except OSError as error:
        raise DataError(f"{path}: cannot be written ({error.strerror}); name another place") from error


def load_taste(path: Path, graph: KnowledgeGraph) -> Carried:
    """Return what a taste file says; raises DataError as :func:`read_taste` does."""
    told = read_taste(path, graph.ontology).remarks
    return Carried(
        tuple(_meant(remark, graph) for remark in told if is_known(remark, graph)),
        tuple(remark for remark in told if not is_known(remark, graph)),
    )


def is_known(remark: Remark, graph: KnowledgeGraph) -> bool:
    """Whether a data set has what a remark is about."""
    match remark.aspect:
        case Aspect.FACT:
            return True
        case Aspect.SEEN:
            return graph.is_item(remark.subject)
        case Aspect.OPINION:
            return remark.subject in graph
        case Aspect.COMPARISON:
            return remark.subject in graph and remark.other in graph


def _meant(remark: Remark, graph: KnowledgeGraph) -> Remark:
    """Return a remark as said of this data set: with its name here, not later than now, items rated."""
    kind = remark.kind
    if remark.aspect is Aspect.OPINION and kind is None:
        kind = OpinionKind.RATED if graph.is_item(remark.subject) else OpinionKind.LIKED
    label = graph.label(remark.subject) if remark.subject in graph else remark.label
    return replace(remark, kind=kind, label=label, time=min(remark.time, time.time()))
