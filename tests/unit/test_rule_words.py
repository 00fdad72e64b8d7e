"""What is offered while a rule is being written."""

import pytest

from kgrec.tui.rule_words import Words, rest_of_word

WORDS = Words(
    ("require", "forbid", "when", "weight"),
    ("genre", "runtime", "user.audience", "context.hour"),
    {"genre": ("Crime", "Comedy", "Science Fiction")},
)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("    for", "bid: "),
        ("  - we", "ight: "),
        ("    forbid: gen", "re"),
        ("    forbid: not us", "er.audience"),
        ("    when: user.a", "udience"),
        ("    forbid: genre has C", "rime"),
        ("    forbid: genre has com", "edy"),
        ("    forbid: genre has Science F", "iction"),
        ("    forbid: genre in [Crime, S", "cience Fiction"),
        ("    forbid: runtime <= 90 and genre == Cr", "ime"),
        ("    when: user.audience == children and run", "time"),
        ("    because: gen", ""),  # words for people
        ("    forbid: genre", ""),  # complete
        ("    forbid: g", ""),  # too little to go by
        ("    # forbid: gen", ""),
        ("", ""),
    ],
)
def test_the_likeliest_rest_is_offered(line: str, expected: str):
    assert rest_of_word([line], 0, len(line), WORDS) == expected


def test_nothing_is_offered_in_the_midst_of_a_line():
    assert rest_of_word(["    forbid: gen has Crime"], 0, 15, WORDS) == ""


def test_a_broken_line_is_completed_as_what_it_belongs_to():
    assert rest_of_word(["    forbid: >-", "      runt"], 1, 10, WORDS) == "ime"
