"""Data sets of numbered users, items and values."""

from pathlib import Path

import pytest

from kgrec.errors import DataError
from kgrec.ingest.datasets import load
from kgrec.ingest.pairs import import_pairs


def write(folder: Path, pairs: str, triples: str) -> tuple[Path, Path]:
    (folder / "pairs.txt").write_text(pairs, encoding="utf-8")
    (folder / "kg.txt").write_text(triples, encoding="utf-8")
    return folder / "pairs.txt", folder / "kg.txt"


def test_pairs_that_never_happened_and_triples_about_others_are_left_out(tmp_path: Path):
    triples = "10\tmusic.artist.origin\t77\n11\tmusic.artist.origin\t77\n11\tfilm.actor.film\t77\n99\tx\t5\n"
    import_pairs(*write(tmp_path, "0\t10\t1\n0\t11\t1\n1\t10\t1\n1\t11\t0\n", triples), name="numbers")
    graph = load("numbers")
    assert graph.item_ids == ("10", "11")
    assert [facet.name for facet in graph.linked_facets] == ["music_artist_origin", "film_actor_film"]
    assert graph.interactions.history("1") == {0: 1.0}
    assert graph.entity_ids[graph.values_of(1, "film_actor_film")[0]] == "value/77"
    assert graph.values_of(1, "film_actor_film") == graph.values_of(0, "music_artist_origin")


@pytest.mark.parametrize("apart", [" ", ",", "\t"])
def test_cells_may_be_apart_by_spaces_commas_or_tabs(tmp_path: Path, apart: str):
    rows = ["0 10", "1 10", "1 11"], ["10 r 5", "11 r 5"]
    import_pairs(*write(tmp_path, *("\n".join(row.replace(" ", apart) for row in table) for table in rows)), name="n")
    assert load("n").summary()["interactions"] == 3


def test_a_row_that_is_too_short_is_named_with_its_line(tmp_path: Path):
    with pytest.raises(DataError, match=r"kg\.txt:2: '11 r' has not the 3 cells"):
        import_pairs(*write(tmp_path, "0 10\n1 11\n", "10 r 5\n11 r\n"), name="n")
    with pytest.raises(DataError, match="there is no file"):
        import_pairs(tmp_path / "nowhere.txt", tmp_path / "kg.txt", name="n")
    with pytest.raises(DataError, match="no row is left"):
        import_pairs(*write(tmp_path, "0 10\n", "11 r 5\n"), name="n")
