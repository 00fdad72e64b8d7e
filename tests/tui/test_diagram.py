"""Networks drawn with characters: whoever follows the lines finds what is linked with what."""

from collections.abc import Sequence
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from textual.content import Content

from kgrec.tui.diagram import Look, draw

ARMS = dict(zip(" ╵╷│╴╯╮┤╶╰╭├─┴┬┼", range(16), strict=True))
UP, DOWN, LEFT, RIGHT = 1, 2, 4, 8
STEPS = {UP: (0, -1), DOWN: (0, 1), RIGHT: (1, 0)}
OPPOSITE = {UP: DOWN, DOWN: UP, RIGHT: LEFT}
Chain = Sequence[str]


def picture(chains: Sequence[Chain], width: int = 78, spread: int = 1, framed: str = "") -> list[str]:
    looks = {key: Look(Content(key), key == framed) for chain in chains for key in chain}
    return [line.plain for line in draw(chains, looks, width, spread)]


def followed(lines: list[str], key: str, keys: set[str]) -> set[str]:
    """Return the nodes that lines lead to from one, never going back to the left."""
    row = next(number for number, line in enumerate(lines) if key in line.split(" "))
    start = lines[row].split(" ").index(key)
    x = sum(len(word) + 1 for word in lines[row].split(" ")[:start]) + len(key) + 1
    found, seen, open_ways = set(), set(), [(x, row, RIGHT)]
    while open_ways:
        way = open_ways.pop()
        if way in seen:
            continue
        seen.add(way)
        x, row, heading = way
        line = lines[row] if row < len(lines) else ""
        mark = line[x] if x < len(line) else " "
        if heading == RIGHT and mark == " ":
            word = line[x + 1 :].split(" ")[0] if x < len(line) else ""
            found |= {word} & keys
            continue
        arms = ARMS.get(mark, 0)
        if not arms & OPPOSITE[heading]:
            arms = heading  # the other line lies over this one
        for next_heading, (dx, dy) in STEPS.items():
            if arms & next_heading and next_heading != OPPOSITE.get(heading):
                open_ways.append((x + dx, row + dy, next_heading))
    return found


def test_what_was_said_leads_to_the_item_and_shared_nodes_are_drawn_once():
    chains = [["you", "love", "Heat", "Mann", "Ali"], ["you", "like", "Mann", "Ali"], ["you", "want", "tense", "Ali"]]
    assert picture(chains) == [
        "     ╭─ love ── Heat ──┬─ Mann ─╮",
        "you ─┼─ like ──────────╯        ├─ Ali",
        "     ╰─ want ── tense ──────────╯",
    ]


def test_a_frame_takes_three_rows():
    assert picture([["Heat", "genre", "Crime"], ["Heat", "mood"]], framed="Heat") == [
        "╭──────╮",
        "│ Heat │──┬─ genre ── Crime",
        "╰──────╯  ╰─ mood",
    ]


def test_a_node_alone_and_nothing_at_all_can_be_drawn():
    assert picture([["Heat"]]) == ["Heat"]
    assert picture([]) == []


def test_a_chain_that_leads_back_is_left_out():
    assert picture([["a", "x", "y", "b"], ["a", "y", "x", "b"]]) == ["a ── x ── y ── b"]


def test_texts_are_cut_in_a_narrow_window_and_wide_letters_keep_the_lines_in_place():
    lines = picture([["千と千尋の神隠し", "a rather long name of a thing"], ["千と千尋の神隠し", "b"]], width=40)
    assert max(Content(line).cell_length for line in lines) <= 40
    assert lines[0].startswith("千と千尋の神隠し ─┬─ a rather")
    assert Content(lines[1]).cell_length == Content(lines[0].partition(" a")[0]).cell_length + 2


KEYS = [f"{letter}{number}" for number in range(5) for letter in "abc"]
CHAINS = st.lists(
    st.lists(st.sampled_from(range(len(KEYS))), min_size=2, max_size=5, unique=True).map(
        lambda numbers: [KEYS[number] for number in sorted(numbers)]
    ),
    min_size=1,
    max_size=6,
)


@given(CHAINS, st.integers(1, 2))
def test_every_step_of_a_chain_can_be_followed_and_no_other(chains: list[Chain], spread: int):
    keys = {key for chain in chains for key in chain}
    steps = {step for chain in chains for step in pairwise(chain)}
    lines = picture(chains, 300, spread)
    assert {(start, end) for start in keys for end in followed(lines, start, keys)} == steps, "\n".join(lines)


def test_lines_that_end_at_one_node_lead_to_no_other():
    assert picture([["a", "b"], ["d", "c"], ["a", "c"]]) == [
        "a ─┬────── b",
        "   ╰────┬─ c",
        "d ──────╯",
    ]
