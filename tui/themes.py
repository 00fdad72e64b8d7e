"""The looks of the app: dark and light, each also with high contrast, and one that a user may make of any of them.

The colours of high contrast are those of old terminals, so that nothing is lost where there are only sixteen.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from textual.theme import Theme

OWN: Final = "own"
"""What the theme of the user's configuration is called."""


def _complete(theme: Theme, border: str, blurred: str, muted: str, cursor: str = "none") -> Theme:
    """Return a theme with what Textual would otherwise make up.

    Args:
        theme: its colours.
        border: of panes.
        blurred: of panes without the focus.
        muted: for words beside the point.
        cursor: the style of the highlighted line of a list, beside its colour.
    """
    selection = "35%" if theme.dark else "25%"
    variables = {
        "border": border,
        "border-blurred": blurred,
        "footer-background": str(theme.surface),
        "footer-key-foreground": str(theme.accent),
        "footer-description-foreground": muted,
        "text-muted": muted,
        "input-selection-background": f"{theme.primary} {selection}",
        "block-cursor-text-style": cursor,
    }
    return replace(theme, variables=variables)


DARK: Final = _complete(
    Theme(
        name="kgrec-dark",
        primary="#8ab4f8",
        secondary="#b9a3ff",
        accent="#f2b35e",
        success="#7fd6a3",
        warning="#f2b35e",
        error="#f28b82",
        foreground="#dfe4ee",
        background="#10131a",
        surface="#161a23",
        panel="#232a38",
        dark=True,
    ),
    border="#3a4459",
    blurred="#2c3445",
    muted="#98a3b8",
)
LIGHT: Final = _complete(
    Theme(
        name="kgrec-light",
        primary="#1a56b0",
        secondary="#6b3fc4",
        accent="#8f4706",
        success="#11633d",
        warning="#8f4706",
        error="#a8201a",
        foreground="#20242c",
        background="#f7f5f1",
        surface="#fffefb",
        panel="#e8e4db",
        dark=False,
    ),
    border="#b9b2a4",
    blurred="#d5cfc3",
    muted="#505766",
)
CONTRAST_DARK: Final = _complete(
    Theme(
        name="kgrec-contrast-dark",
        primary="#55ffff",
        secondary="#ff55ff",
        accent="#ffff55",
        success="#55ff55",
        warning="#ffff55",
        error="#ff7b7b",
        foreground="#ffffff",
        background="#000000",
        surface="#000000",
        panel="#555555",
        dark=True,
    ),
    border="#aaaaaa",
    blurred="#aaaaaa",
    muted="#ffffff",
    cursor="bold underline",
)
CONTRAST_LIGHT: Final = _complete(
    Theme(
        name="kgrec-contrast-light",
        primary="#0000aa",
        secondary="#7a007a",
        accent="#8a0000",
        success="#004d00",
        warning="#8a0000",
        error="#8a0000",
        foreground="#000000",
        background="#ffffff",
        surface="#ffffff",
        panel="#d0d0d0",
        dark=False,
    ),
    border="#555555",
    blurred="#555555",
    muted="#000000",
    cursor="bold underline",
)
THEMES: Final = (DARK, LIGHT, CONTRAST_DARK, CONTRAST_LIGHT)
COLOURS: Final = (
    *("primary", "secondary", "accent", "success", "warning", "error"),
    *("foreground", "background", "surface", "panel"),
)
"""What a theme has colours for."""
_ACROSS: Final = {
    DARK.name: LIGHT.name,
    LIGHT.name: DARK.name,
    CONTRAST_DARK.name: CONTRAST_LIGHT.name,
    CONTRAST_LIGHT.name: CONTRAST_DARK.name,
}


def across(theme: Theme) -> str:
    """Return the name of the light theme for a dark one, and the other way round."""
    return _ACROSS.get(theme.name) or (LIGHT.name if theme.dark else DARK.name)


def own_theme(base: Theme, colours: Mapping[str, str]) -> Theme:
    """Return a theme of the user's: another one with some of its :data:`COLOURS` replaced."""
    theme = Theme(**{"name": OWN, "dark": base.dark, **{name: getattr(base, name) for name in COLOURS}, **colours})
    names = ("border", "border-blurred", "footer-description-foreground", "block-cursor-text-style")
    return _complete(theme, *(base.variables[name] for name in names))
