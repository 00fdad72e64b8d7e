"""RP3beta over ten million interactions against implicit's item-item neighbours: CPU seconds and memory, side by side.

The interactions are generated (seed 0): 160,000 users × 60,000 items in 50 groups; items are chosen by a power law,
users are active log-normally, and seven of ten choices fall within the user's group. Each contender runs in a process
of its own, on the same file, after a warm-up that loads (or compiles) its code. CPU time is that of the fit alone,
memory the peak of the whole process, data and imports included.
"""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from pytest_benchmark.fixture import BenchmarkFixture
from scipy import sparse

N_INTERACTIONS, N_USERS, N_ITEMS = 10_000_000, 160_000, 60_000
GROUPS = 50
K = 200
AT_MOST = 0.65
"""Of implicit's CPU seconds."""


def generate(n: int, n_users: int, n_items: int, rng: np.random.Generator) -> sparse.csr_matrix:
    """Return who chose what, users × items, 1 each."""
    active = rng.lognormal(0, 1.1, n_users)
    popular = 1 / (np.arange(n_items) + 20.0) ** 0.9
    item_group, user_group = rng.integers(0, GROUPS, n_items), rng.integers(0, GROUPS, n_users)
    drawn = int(1.35 * n)  # some pairs come twice
    users = rng.choice(n_users, drawn, p=active / active.sum()).astype(np.int32)
    items = draw(popular, rng.random(drawn))
    within = rng.random(drawn) < 0.7
    for group in range(GROUPS):
        members = np.flatnonzero(item_group == group).astype(np.int32)
        these = np.flatnonzero(within & (user_group[users] == group))
        items[these] = members[draw(popular[members], rng.random(len(these)))]
    pairs = np.unique(users.astype(np.int64) * n_items + items)
    pairs = np.sort(rng.permutation(pairs)[:n])
    ones = np.ones(len(pairs), dtype=np.float32)
    return sparse.csr_matrix((ones, (pairs // n_items, pairs % n_items)), shape=(n_users, n_items))


def draw(weights: NDArray[np.float64], chances: NDArray[np.float64]) -> NDArray[np.int32]:
    """Return one number for each chance in [0, 1), as likely as its weight."""
    found = np.searchsorted(np.cumsum(weights) / weights.sum(), chances)
    return np.minimum(found, len(weights) - 1).astype(np.int32)


def rp3beta(user_items: sparse.csr_matrix, k: int) -> sparse.csr_matrix:
    from kgrec.scorers.walk import rp3beta as walks

    return walks(user_items, 0.6, 0.65, k)


def implicit_neighbours(user_items: sparse.csr_matrix, k: int) -> sparse.csr_matrix:
    from implicit.nearest_neighbours import CosineRecommender

    model = CosineRecommender(K=k, num_threads=os.cpu_count())
    model.fit(user_items, show_progress=False)
    return model.similarity


CONTENDERS = {"kgrec": rp3beta, "implicit": implicit_neighbours}


def cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def peak_mb() -> float:
    """Return the most memory this program occupied; getrusage would count what the process was before it, too."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def measure(name: str, data: Path) -> dict[str, float]:
    """Fit once and return what it took; to be run in a process of its own."""
    user_items = sparse.load_npz(data)
    fit = CONTENDERS[name]
    if name == "kgrec":
        from kgrec.scorers import topk

        topk.WORTH_COMPILING = 0  # so that the warm-up, which is small, compiles
    fit(user_items[:50], 5)
    wall, cpu = time.perf_counter(), cpu_s()
    found = fit(user_items, K)
    return {
        "cpu_s": cpu_s() - cpu,
        "wall_s": time.perf_counter() - wall,
        "peak_mb": peak_mb(),
        "kept": found.nnz,
    }


def in_a_process(name: str, data: Path) -> dict[str, float]:
    command = [sys.executable, "-W", "ignore", __file__, name, str(data)]
    return json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)


@pytest.mark.benchmark(group="ten million interactions")
def test_rp3beta_takes_less_than_implicits_neighbours(
    benchmark: BenchmarkFixture, tmp_path: Path, tell: Callable[..., None]
):
    pytest.importorskip("numba")
    pytest.importorskip("implicit")
    data = tmp_path / "interactions.npz"
    generated = generate(N_INTERACTIONS, N_USERS, N_ITEMS, np.random.default_rng(0))
    sparse.save_npz(data, generated, compressed=False)
    other = in_a_process("implicit", data)
    ours = benchmark.pedantic(lambda: in_a_process("kgrec", data), rounds=1)
    ratio = ours["cpu_s"] / other["cpu_s"]
    tell(
        cpu_ratio=round(ratio, 3),
        memory_ratio=round(ours["peak_mb"] / other["peak_mb"], 3),
        **{f"kgrec_{name}": round(figure, 1) for name, figure in ours.items()},
        **{f"implicit_{name}": round(figure, 1) for name, figure in other.items()},
    )
    assert ours["kept"] == other["kept"]
    assert ratio <= AT_MOST
    assert ours["peak_mb"] <= other["peak_mb"]


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], Path(sys.argv[2]))))
