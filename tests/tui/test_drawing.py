"""Lines, bars and the pane of reasons, drawn from values made by hand."""

from dataclasses import replace

import pytest
from textual.content import Content

from kgrec.tui.glyphs import bar, moved, signed
from kgrec.tui.ledger_page import _draw_contender
from kgrec.tui.ledger_view import Contender
from kgrec.tui.lines import clip, flow, hanging
from kgrec.tui.reasons import fact_lines, reason_lines

from .views import COLLATERAL


def test_the_pane_of_reasons_shows_shares_words_paths_places_sum_and_facts():
    lines = [line.plain for line in reason_lines(COLLATERAL, 44)]
    assert lines[0].startswith("+1.12  ██████  you love Heat (1995):")
    assert any("Heat (1995) ─ Michael Mann" in line for line in lines)
    assert any(line.startswith(" +.31  █▋ ") for line in lines)
    assert any(line.startswith(" −.05") for line in lines)
    assert any("films.yaml:14:5" in line for line in lines)
    assert any(line.startswith("+1.38 = taste +.84  affinity +.59") for line in lines)
    assert any(line.startswith("running time  120 min") for line in lines)
    assert all(Content(line).cell_length <= 44 for line in lines)


def test_names_of_facts_are_whole_where_there_is_room_and_broken_where_there_is_not():
    facts = (("place in the series", "3"), ("year", "1995"))
    assert [line.plain.rstrip() for line in fact_lines(facts, 60)] == [
        "place in the series  3",
        "year" + " " * 17 + "1995",
    ]
    assert [line.plain.rstrip() for line in fact_lines(facts, 30)] == [
        "place in the  3",
        "series",
        "year" + " " * 10 + "1995",
    ]


@pytest.mark.parametrize("width", [20, 33, 60, 120])
def test_no_line_is_wider_than_the_pane(width: int):
    assert all(line.cell_length <= max(width, 26) for line in reason_lines(COLLATERAL, width))


def test_bars_signs_and_moves():
    assert (bar(0.5, 4), bar(0.3, 4), bar(2.0, 2), bar(-1.0, 2)) == ("██  ", "█▎  ", "██", "  ")
    assert (signed(0.314), signed(-0.05), signed(-0.001), signed(1.5)) == ("+.31", "−.05", " .00", "+1.50")
    assert (moved(3), moved(-1), moved(None), moved(0)) == ("▲ 3", "▼ 1", "new", "")


@pytest.mark.parametrize("width", range(10, 40))
@pytest.mark.parametrize("text", ["nothing that is too long tonight", "x" * 31, "x", "a b"])
def test_a_tail_is_never_alone_on_its_line(text: str, width: int):
    lines = hanging(Content(), Content.styled(text, "bold"), width, Content(" ◂"))
    assert "".join(line.plain for line in lines).replace(" ", "") == text.replace(" ", "") + "◂"
    assert len(lines[-1].plain) > 2
    assert all(line.cell_length <= width for line in lines)


def test_text_hangs_beside_its_lead():
    lines = hanging(Content("1 "), Content("one two three four"), 12)
    assert [line.plain for line in lines] == ["1 one two", "  three four"]


def test_pieces_flow_and_are_never_broken():
    lines = flow([Content("aaa"), Content("bb"), Content("cccccccc"), Content("d")], 6, " ")
    assert [line.plain for line in lines] == ["aaa bb", "cccccccc", "d"]


def test_a_label_is_cut_in_its_middle():
    assert clip("Heat (1995): loved it", 40) == "Heat (1995): loved it"
    assert clip("The Usual Suspects (1995)", 14) == "The Usu…(1995)"
    assert clip("The Assassination of Jesse James (2007): loved it", 30) == "The Assassination o…: loved it"
    assert Content(clip("天空の城ラピュタ" * 5, 30)).cell_length <= 30


def test_of_an_item_that_nothing_speaks_for_no_sum_is_drawn():
    silent = replace(COLLATERAL, reason="nothing speaks for it yet", reasons=(), totals=())
    assert reason_lines(silent, 44)[0].plain == "nothing speaks for it yet"
    assert not any("─" in line.plain or "=" in line.plain for line in reason_lines(silent, 44))


def test_what_a_question_would_tell_is_broken_not_cut():
    one = Contender("Which brewery would you like?", 0.07, 0.8, 1.1, 0.85, 0.05)
    drawn = _draw_contender(one, 1, 0.05, 40).plain
    assert "×.85 for repeating" in drawn
    assert max(map(len, drawn.splitlines())) <= 40
