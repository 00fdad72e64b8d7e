"""Views made by hand, so that pictures of the screen change only when the drawing does."""

from dataclasses import replace

from kgrec.tui.view import (
    Absence,
    EditedRule,
    MovedRow,
    Prompt,
    PromptKind,
    ReasonLine,
    Row,
    RuleChanges,
    Said,
    View,
    Wished,
)

WHY_COLLATERAL = (
    ReasonLine(1.12, "you love Heat (1995): directed by Michael Mann", ("Heat (1995)", "Michael Mann", "this film")),
    ReasonLine(0.31, "you want tense", ("tense", "this film")),
    ReasonLine(-0.05, "long for a weeknight", (), "films.yaml:14:5"),
)
COLLATERAL = Row(
    item="collateral",
    label="Collateral (2004)",
    score=1.38,
    match=0.87,
    move=3,
    reason="you love Heat (1995): directed by Michael Mann; you want tense",
    reasons=WHY_COLLATERAL,
    totals=(("taste", 0.84), ("affinity", 0.59), ("rules", -0.05)),
    facts=(
        ("genres", "Crime, Thriller"),
        ("director", "Michael Mann"),
        ("year", "2004"),
        ("running time", "120 min"),
        ("actors", "Tom Cruise, Jamie Foxx, Jada Pinkett Smith, Mark Ruffalo, Peter Berg, Bruce McGill, 3 more"),
    ),
    description="A taxi driver is made to drive a hired killer through the night.",
)


def other(label: str, match: float, move: int | None, reason: str) -> Row:
    """Return a row of which only the line in the list matters."""
    return replace(COLLATERAL, item=label, label=label, match=match, move=move, reason=reason)


ROWS = (
    COLLATERAL,
    other("Thief (1981)", 0.84, None, "you love Heat (1995): directed by Michael Mann"),
    other("[bold]Prisoners[/bold] & [red]Co (2013)", 0.79, -1, "you want tense"),
    other("Who Is Harry Kellerman and Why Is He Saying Those Terrible Things About Me? (1971)", 0.71, 0, "− not tense"),
    other("天空の城ラピュタ (1986)", 0.5, -12, "widely known"),
    other("Babe (1995)", 0.055, 0, "− you do not like Comedy; − nothing else speaks for it, and this line is too long"),
)
QUESTION = View(
    name="films",
    user="ana",
    opinions=2,
    said=(
        Said(is_user=False, text="What are you in the mood for?"),
        Said(is_user=True, text="tense"),
        Said(is_user=True, text="I loved Heat, but tonight it should be over before half past eleven, so nothing long"),
        Said(is_user=False, text="You love Heat (1995); running time ≤ 120 min.", is_reply=True),
        Said(is_user=False, text="Do you like the films of Michael Mann?"),
        Said(is_user=True, text="don't mind"),
    ),
    prompt=Prompt(
        PromptKind.QUESTION,
        "ask choice:genre",
        "What kind of film is it tonight?",
        ("Crime", "Drama", "Science Fiction", "Horror [not bold]"),
        "don't mind",
        "it should settle 6.3% of what I do not know yet; behind the answers: 198, 214, 80, 61",
    ),
    wished=(Wished(2, "tense"), Wished(3, "♥ Heat (1995)"), Wished(4, "running time ≤ 120 min")),
    rows=ROWS,
    left=412,
    total=990,
    singular="film",
    plural="films",
)
ABSENT = replace(
    QUESTION,
    absence=Absence(
        label="Titanic (1997)",
        reasons=(
            "You asked for “no Romance”, and that does not hold for it.",
            "The rule “nothing [b]endless[/b]” rules it out, because it is late (films.yaml:14:5).",
        ),
        standing="",
        lack="It has 1.78 points less than Babe (1995), the last on the list:",
        gap=(
            ReasonLine(-1.71, "taste: 0.40 against 2.11"),
            ReasonLine(-0.3, "children do not sit still for long: 0.00 against 0.30", (), "films.yaml:25:5"),
            ReasonLine(0.23, "walk: 0.48 against 0.25"),
        ),
        heading="To have it listed, take back “no Romance” and one of these:",
        ways=(
            "switch off the rule “nothing [b]endless[/b]” (films.yaml:14:5): it would be number 4",
            "say that you like James Cameron (director): it would be number 9",
        ),
    ),
)
DEAD_END = replace(
    QUESTION,
    prompt=Prompt(
        PromptKind.DEAD_END,
        "repair",
        "No film satisfies “no horror”, “≤ 90 min” and “from the 70s” at once. What shall I let go?",
        ("drop “≤ 90 min”: 14 films, Thief (1981) first", "drop “from the 70s”: 31 films, Babe (1995) first"),
    ),
    rows=(),
    left=0,
    empty="No film fits all of your wishes.\nThe conversation shows the ways out.",
)
LIST = replace(QUESTION, prompt=Prompt(PromptKind.LIST, "list", "6 films for you now, on the list"))
RULE_CHANGES = RuleChanges(
    summary=(
        "2 films enter your list, 2 leave, 3 change places; 120 films fit instead of 412.",
        "Rules: 1 added, 1 removed, 1 changed; 1 expectation newly broken.",
    ),
    rows=(
        MovedRow("Thief (1981)", 2, 1),
        MovedRow("Collateral (2004)", 1, 2),
        MovedRow("[bold]Prisoners[/bold] & [red]Co (2013)", None, 3),
        MovedRow("天空の城ラピュタ (1986)", 5, 4),
        MovedRow("Who Is Harry Kellerman and Why Is He Saying Those Terrible Things About Me? (1971)", None, 5),
        MovedRow("Heat (1995)", 3, None),
        MovedRow("Babe (1995)", 10, None),
    ),
    rules=(
        EditedRule("~", "late on a weeknight", "films.yaml:37", "prefer, weight"),
        EditedRule(
            "+", "nobody who works tomorrow should begin a film that ends after midnight [sic]", "films.yaml:61"
        ),
        EditedRule("−", "classics on Sunday afternoon", "films.yaml:49"),
    ),
    problems=(
        "films.yaml:70: expected never: certificate == R, but 2 of 120 films are: Heat (1995) [R], Thief (1981) [R]",
    ),
    count=8,
)
RULES_DEAD_END = RuleChanges(
    summary=("Your list would be empty: no film satisfies “≤ 90 min” and “nothing short” at once.", "Rules: 1 added."),
    rows=(MovedRow("Heat (1995)", 1, None),),
    rules=(EditedRule("+", "nothing short", "films.yaml:61"),),
    problems=(),
    count=8,
    is_dead_end=True,
)
