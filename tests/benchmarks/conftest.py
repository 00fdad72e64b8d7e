"""What the benchmarks share: data sets opened once, and figures beside the times (percentiles, memory)."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from kgrec.cli.opening import choose, open_recommender
from kgrec.recommender import Recommender
from kgrec.rulebook import RuleBook

Tell = Callable[..., None]
Opened = tuple[Recommender, RuleBook]


@pytest.fixture
def tell(benchmark: BenchmarkFixture, record_property: Callable[[str, object], None]) -> Tell:
    """Return a function: figures by name, to be kept with the benchmark and shown below the table."""

    def keep(**figures: object) -> None:
        benchmark.extra_info.update(figures)
        for name, figure in figures.items():
            record_property(name, figure)

    return keep


@pytest.fixture
def tell_percentiles(benchmark: BenchmarkFixture, tell: Tell) -> Callable[[], None]:
    """Return a function: keeps the percentiles of the rounds; those of some promises are not in the table."""

    def keep() -> None:
        if benchmark.stats is not None:  # None with --benchmark-disable
            rounds = np.array(benchmark.stats.stats.data) * 1e3
            tell(**{f"p{part}_ms": round(float(np.percentile(rounds, part)), 2) for part in (50, 90, 99)})

    return keep


@pytest.fixture(params=["films", "ml"])
def data(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the name of a data set that was opened before, in the home it lives in."""
    if request.param == "ml":
        request.getfixturevalue("movielens")
    home = request.getfixturevalue({"films": "films_home", "ml": "movielens_home"}[request.param])
    monkeypatch.setenv("KGREC_HOME", str(home))
    return request.param


@pytest.fixture(scope="session")
def movielens(movielens_home: Path) -> Opened:
    """Return a recommender fitted to ml-latest-small (9,742 films), and its rules."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KGREC_HOME", str(movielens_home))
        return open_recommender(choose("ml"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show the figures that were told."""
    told = [report for report in terminalreporter.getreports("passed") if report.user_properties]
    if told:
        terminalreporter.write_sep("-", "figures beside the times")
    for report in told:
        figures = ", ".join(f"{name} {figure}" for name, figure in report.user_properties)
        terminalreporter.write_line(f"{report.nodeid.rpartition('::')[2]}: {figures}")
