"""Bars, signs and moves as text: they say in characters whatever colour says, so that either may be missing."""

from typing import Final

_EIGHTHS: Final = " ▏▎▍▌▋▊▉█"


def bar(share: float, width: int) -> str:
    """Return a bar of ``width`` cells of which ``share`` (0 to 1) is filled, to an eighth of a cell.

    >>> bar(0.5, 4), bar(0.3, 4), bar(2.0, 2)
    ('██  ', '█▎  ', '██')
    """
    eighths = round(min(max(share, 0.0), 1.0) * width * 8)
    full, rest = divmod(eighths, 8)
    return ("█" * full + (_EIGHTHS[rest] if rest else "")).ljust(width)


def signed_bar(share: float, half: int) -> tuple[str, str]:
    """Return the two sides of a bar of ``share`` (-1 to 1) of ``half`` cells each, left and right of its middle.

    >>> signed_bar(0.5, 4), signed_bar(-0.6, 4)
    (('    ', '██  '), (' ▐██', '    '))
    """
    if share >= 0:
        return " " * half, bar(share, half)
    full, rest = divmod(round(min(-share, 1.0) * half * 2), 2)
    return ("▐" * rest + "█" * full).rjust(half), " " * half


def signed(share: float) -> str:
    """Return a share with its sign, to the hundredth.

    >>> signed(0.314), signed(-0.05), signed(-0.001)
    ('+.31', '−.05', ' .00')
    """
    size = f"{abs(share):.2f}".removeprefix("0")
    sign = " " if size == ".00" else "+" if share > 0 else "−"
    return sign + size


def moved(move: int | None) -> str:
    """Return how an item moved: up, down, new, or nothing.

    >>> moved(3), moved(-1), moved(None), moved(0)
    ('▲ 3', '▼ 1', 'new', '')
    """
    if move is None:
        return "new"
    return f"▲ {move}" if move > 0 else f"▼ {-move}" if move < 0 else ""
