"""Several files make one book: what is included comes first, what comes later has the last word."""

import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from kgrec.errors import RuleError, RuleErrors
from kgrec.graph import KnowledgeGraph
from kgrec.rulebook import RuleBook, Scope
from kgrec.rulebook.document import read_bytes

Write = Callable[..., RuleBook]


@pytest.fixture
def load(tmp_path: Path, tiny_world: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Return a function that writes files, by name, and loads the first one."""
    monkeypatch.chdir(tmp_path)

    def load(files: dict[str, str], own: str | None = None) -> RuleBook:
        for name, text in files.items():
            path = Path(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return RuleBook.load(next(iter(files)), tiny_world, own=Path(own) if own else None)

    return load


def names(book: RuleBook) -> list[str]:
    return [rule.name for rule in book.rules]


def messages(caught: pytest.ExceptionInfo[RuleErrors]) -> list[str]:
    return str(caught.value).splitlines()


def test_included_files_come_first_depth_first_and_each_once(load: Write) -> None:
    book = load(
        {
            "main.yaml": "include: [parts/a.yaml, parts/b.yaml]\nrules: [{name: main, prefer: year > 1990}]",
            "parts/a.yaml": "include: deep/c.yaml\nrules: [{name: a, prefer: year > 1991}]",
            "parts/b.yaml": "include: [deep/c.yaml, ../parts/a.yaml]\nrules: [{name: b, prefer: year > 1992}]",
            "parts/deep/c.yaml": "rules: [{name: c, prefer: year > 1993}]",
        }
    )
    assert names(book) == ["c", "a", "b", "main"]
    assert [str(path) for path in book.files] == ["parts/deep/c.yaml", "parts/a.yaml", "parts/b.yaml", "main.yaml"]


def test_a_later_rule_replaces_an_earlier_one_where_that_stood(load: Write) -> None:
    book = load(
        {
            "main.yaml": "include: house.yaml\nrules: [{name: x, forbid: year < 1980}, {name: z, prefer: year > 1990}]",
            "house.yaml": "rules: [{name: x, require: yeer > 1990}, {name: y, prefer: year > 1991}]",
        }
    )
    assert names(book) == ["x", "y", "z"]  # the mistake in what is replaced harms nobody
    assert book.rules[0].place.file == "main.yaml"


def test_a_later_file_switches_an_earlier_rule_off(load: Write) -> None:
    house = "rules: [{name: x, require: year > 1990}, {name: y, ask: user.mood, question: Q, options: [a, b]}]"
    book = load({"main.yaml": "include: house.yaml\nrules: [{name: x, off: true}]", "house.yaml": house})
    assert names(book) == ["y"]
    book = load({"main.yaml": "include: house.yaml\nrules: [{name: y, off: true}, {prefer: user.mood == c}]"})
    assert book.names.facts == {}  # nobody asks any more, so nobody knows what may be answered


def test_names_of_lists_hold_in_all_files_and_the_last_one_counts(load: Write) -> None:
    book = load(
        {
            "main.yaml": "include: house.yaml\nlet: {cosy: [Family]}\nrules: [{name: x, require: genre in cosy}]",
            "house.yaml": "let: {cosy: [Comedy], unused: 3}\nrules: [{name: y, prefer: genre in cosy}]",
        }
    )
    assert book.names.lists == {"cosy": ("Family",), "unused": ("3",)}
    assert book.mask(book.constraints(Scope())[0], Scope()).tolist() == [False, False, False, False, True, False]


def test_mistakes_of_all_files_are_told_at_once(load: Write) -> None:
    with pytest.raises(RuleErrors) as caught:
        load({"main.yaml": "include: a.yaml\nrules: [{prefer: yeer > 1}]", "a.yaml": "rules: [{prefer: gnere has x}]"})
    assert messages(caught) == [
        "main.yaml:2:18: unknown field 'yeer', did you mean 'year'?",
        "a.yaml:1:18: unknown field 'gnere', did you mean 'genre'?",
    ]


def test_a_book_has_a_limited_number_of_files(load: Write) -> None:
    files = {f"{n}.yaml": f"include: {n + 1}.yaml" for n in range(70)}
    with pytest.raises(RuleErrors) as caught:
        load(files)
    assert messages(caught) == ["63.yaml:1:10: more than 64 rule files, join some of them"]


def test_a_book_has_a_limited_size(load: Write) -> None:
    long = "# " + "x" * 300_000
    with pytest.raises(RuleErrors) as caught:
        load({"main.yaml": "include: [a.yaml, b.yaml]", "a.yaml": long, "b.yaml": long})
    assert "b.yaml:1:1: rules may have 524,288 bytes in all files together" in str(caught.value)


def test_links_that_lead_in_a_circle_are_an_error(load: Write, tmp_path: Path) -> None:
    (tmp_path / "loop.yaml").symlink_to("loop.yaml")
    (tmp_path / "here").symlink_to(".")
    with pytest.raises(RuleErrors) as caught:
        load({"main.yaml": "include: [loop.yaml, here/here/main.yaml]"})
    first, second = messages(caught)
    assert first.startswith("main.yaml:1:11: loop.yaml: cannot be read (Too many levels of symbolic links)")
    assert second.startswith("main.yaml:1:22: files include each other: main.yaml → main.yaml")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_not_waited_for(load: Write, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    with pytest.raises(RuleErrors, match="this is not a file"):
        load({"main.yaml": 'include: [pipe.yaml, "a\\0b"]'})


def test_the_users_own_file_comes_last_and_need_not_be_there(load: Write) -> None:
    files = {"main.yaml": "rules: [{name: x, require: year > 1990}]"}
    assert names(load(files, own="ana.yaml")) == ["x"]
    book = load({**files, "ana.yaml": "rules: [{name: x, off: true}, {name: mine, prefer: year > 1990}]"}, "ana.yaml")
    assert names(book) == ["mine"]
    assert book.own == Path("ana.yaml")
    with pytest.raises(RuleErrors):
        load({**files, "ana.yaml": "rules: ["}, own="ana.yaml")


def test_the_fingerprint_is_that_of_all_files(load: Write) -> None:
    files = {"main.yaml": "include: a.yaml", "a.yaml": "rules: []"}
    before = load(files).fingerprint
    assert load(files).fingerprint == before
    assert load({**files, "a.yaml": "rules: [ ]"}).fingerprint != before


def test_a_file_replaced_while_it_is_read_is_read_as_it_was_or_is(load: Write, tiny_world: KnowledgeGraph) -> None:
    texts = [
        "rules:\n" + "".join(f"  - {{name: {word} {n}, prefer: year > {n}}}\n" for n in range(40)) for word in "ab"
    ]
    load({"main.yaml": texts[0]})
    done = threading.Event()

    def replace() -> None:
        while not done.is_set():
            for text in texts:
                Path("other.yaml").write_text(text, encoding="utf-8")
                Path("other.yaml").replace("main.yaml")

    thread = threading.Thread(target=replace)
    thread.start()
    try:
        for _ in range(20):
            found = names(RuleBook.load("main.yaml", tiny_world))
            assert found in ([f"{word} {n}" for n in range(40)] for word in "ab")
    finally:
        done.set()
        thread.join()


def test_a_pipe_put_in_the_place_of_a_file_is_not_waited_for_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("needs named pipes")
    os.mkfifo(tmp_path / "pipe.yaml")
    monkeypatch.setattr(Path, "is_file", lambda _: True)  # as it was when somebody looked
    for name in ("pipe.yaml", "."):
        with pytest.raises(RuleError, match="this is not a file"):
            read_bytes(tmp_path / name)


def test_the_users_own_file_may_switch_off_what_is_no_longer_there(load: Write) -> None:
    files = {"main.yaml": "rules: [{name: x, require: year > 1990}]", "ana.yaml": "rules: [{name: xx, off: true}]"}
    book = load(files, own="ana.yaml")
    assert names(book) == ["x"]
    (warning,) = book.warnings
    assert str(warning) == "ana.yaml:1:16: no earlier file has a rule 'xx', did you mean 'x'?"
    with pytest.raises(RuleErrors, match="no earlier file has a rule 'xx'"):
        load({"main.yaml": "include: ana.yaml"})


def test_a_broken_file_of_the_user_is_left_out_if_that_is_asked_for(load: Write, tiny_world: KnowledgeGraph) -> None:
    load({"main.yaml": "rules: [{name: x, require: year > 1990}]"})
    Path("ana.yaml").write_text("rules: [{name: mine, prefer: yeer > 1990}]", encoding="utf-8")
    book = RuleBook.load_leniently(["main.yaml"], tiny_world, Path("ana.yaml"))
    assert names(book) == ["x"]
    assert "did you mean 'year'?" in str(book.broken)
    assert book.own == Path("ana.yaml")
    Path("main.yaml").write_text("rules: [{name: x, require: yeer > 1990}]", encoding="utf-8")
    with pytest.raises(RuleErrors) as caught:
        RuleBook.load_leniently(["main.yaml"], tiny_world, Path("ana.yaml"))
    assert [error.place.file for error in caught.value.errors] == ["main.yaml"]


def test_a_draft_is_read_in_place_of_its_file(load: Write, tiny_world: KnowledgeGraph) -> None:
    files = {"main.yaml": "include: more.yaml\nrules: [{name: x, require: year > 1990}]", "more.yaml": "rules: []"}
    saved = load(files)
    drafts = {Path("more.yaml"): "rules: [{name: y, prefer: yeer > 1990}]"}
    with pytest.raises(RuleErrors) as caught:
        RuleBook.load("main.yaml", tiny_world, drafts=drafts)
    assert str(caught.value) == "more.yaml:1:27: unknown field 'yeer', did you mean 'year'?"
    drafts = {Path("more.yaml"): "rules: [{name: y, prefer: year > 1990}]"}
    book = RuleBook.load("main.yaml", tiny_world, drafts=drafts)
    assert names(book) == ["y", "x"]
    assert saved.fingerprint != book.fingerprint == load({**files, "more.yaml": drafts[Path("more.yaml")]}).fingerprint


def test_a_draft_may_stand_for_a_file_that_is_not_there_yet(load: Write, tiny_world: KnowledgeGraph) -> None:
    load({"main.yaml": "rules: [{name: x, require: year > 1990}]"})
    own = Path("ana.yaml")
    book = RuleBook.load("main.yaml", tiny_world, own=own, drafts={own: "rules: [{name: x, off: true}]"})
    assert names(book) == []
    assert not own.exists()
