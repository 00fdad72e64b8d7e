"""Progress: how work that takes a while tells how far it has come."""

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Hears what is being done, how much of it is done, and how much there is (0: unknown, and it will take a while)."""


def silent(label: str, done: int, total: int) -> None:
    """Nobody watches."""


__all__ = ["Progress", "silent"]
