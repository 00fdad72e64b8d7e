"""The looks of the app: one dark and one light theme of its own."""

from typing import Final

from textual.theme import Theme

DARK: Final = Theme(
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
    variables={
        "border": "#3a4459",
        "border-blurred": "#2c3445",
        "footer-background": "#161a23",
        "footer-key-foreground": "#f2b35e",
        "footer-description-foreground": "#98a3b8",
        "input-selection-background": "#8ab4f8 35%",
        "block-cursor-text-style": "none",
    },
)

LIGHT: Final = Theme(
    name="kgrec-light",
    primary="#1a56b0",
    secondary="#6b3fc4",
    accent="#a3540a",
    success="#18734a",
    warning="#a3540a",
    error="#b3261e",
    foreground="#20242c",
    background="#f7f5f1",
    surface="#fffefb",
    panel="#e8e4db",
    dark=False,
    variables={
        "border": "#b9b2a4",
        "border-blurred": "#d5cfc3",
        "footer-background": "#efece5",
        "footer-key-foreground": "#a3540a",
        "footer-description-foreground": "#5a6170",
        "input-selection-background": "#1a56b0 25%",
        "block-cursor-text-style": "none",
    },
)
