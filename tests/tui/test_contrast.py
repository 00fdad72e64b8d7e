"""Every word on every screen can be read: in each theme its colour stands off its ground as WCAG 2 asks of text."""

from collections.abc import Callable, Iterator

import pytest
from rich.terminal_theme import DEFAULT_TERMINAL_THEME
from textual.color import Color
from textual.theme import Theme

from kgrec.tui import OpenSession
from kgrec.tui.themes import COLOURS, CONTRAST_DARK, CONTRAST_LIGHT, LIGHT, THEMES

from .conftest import User, Using

ENOUGH, HIGH = 4.5, 7.0
HIGHLIGHT = 0.2
"""The most of the primary colour that a highlighted line has in its ground."""


def luminance(colour: Color) -> float:
    parts = (part / 255 for part in colour.rgb)
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: Color, second: Color) -> float:
    bright, dim = sorted((luminance(first), luminance(second)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def drawn(user: User) -> Iterator[tuple[str, Color, Color]]:
    """Yield each piece of text on the screen, or in the window over it, with its colour and its ground."""
    screen = user.app.screen
    window = next((found.region for found in screen.query(".window, #--container")), screen.region)
    for y, strip in enumerate(screen._compositor.render_strips()):
        if y not in window.line_range:
            continue
        for text, style, _ in strip.crop(window.x, window.right):
            if any(map(str.isalnum, text)) and style is not None and style.color and style.bgcolor:
                colours = [Color.from_rich_color(part, DEFAULT_TERMINAL_THEME) for part in (style.color, style.bgcolor)]
                yield text.strip(), *colours[:: -1 if style.reverse else 1]


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
@pytest.mark.parametrize("role", ["foreground", "text-muted", *COLOURS[:6]])
def test_what_is_said_in_a_colour_can_be_read_on_each_ground(theme: Theme, role: str):
    colours = {name: Color.parse(getattr(theme, name)) for name in COLOURS}
    said = Color.parse(theme.variables[role]) if role in theme.variables else colours[role]
    grounds = [colours["background"], colours["surface"]]
    for ground in (*grounds, *(ground.blend(colours["primary"], HIGHLIGHT) for ground in grounds)):
        assert contrast(said, ground) >= ENOUGH, ground.hex
    if role in ("foreground", "accent"):  # of chips
        assert contrast(said, colours["panel"]) >= ENOUGH


@pytest.mark.parametrize("theme", [CONTRAST_DARK, CONTRAST_LIGHT], ids=lambda theme: theme.name)
@pytest.mark.parametrize("role", ["foreground", "primary", "accent", "success", "warning", "error", "secondary"])
def test_high_contrast_is_high(theme: Theme, role: str):
    assert contrast(Color.parse(getattr(theme, role)), Color.parse(theme.background)) >= HIGH
    assert contrast(Color.parse(theme.foreground), Color.parse(theme.panel)) >= HIGH


async def test_every_word_stands_off_its_ground(open_with: Callable[..., OpenSession], using: Using):
    """In the theme that leaves least room for it; the others have the same colours on the same grounds."""
    async with using(open_with(), size=(120, 40)) as user:
        user.app.theme = LIGHT.name
        await user.press("1")
        faint = {}
        for key in (*"hictrsy", "escape", "f1", "escape", "ctrl+p"):
            await user.press(key)
            for text, colour, ground in drawn(user):
                if contrast(colour, ground) < ENOUGH:
                    faint[key, text] = colour.hex, ground.hex
        assert faint == {}
