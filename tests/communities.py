"""Communities made up by seed, large enough to learn weights from and small enough to fit in no time."""

import numpy as np
import pandas as pd

from kgrec.graph import KnowledgeGraph


def community(n_users: int = 150, n_items: int = 90, *, seed: int = 0, rated: bool = True) -> KnowledgeGraph:
    """Return users who each prefer one of three genres, and within it the items that others like, too.

    Everybody rates 12 to 35 items (or all there are), one a day; items of the preferred genre get 4 or 5 stars, others
    1 to 4. ``rated`` False: nobody gives stars.
    """
    rng = np.random.default_rng(seed)
    genres = np.arange(n_items) % 3
    renown = rng.permutation(np.linspace(0.2, 3.0, n_items))
    items = pd.DataFrame(
        {
            "item": [f"i{item}" for item in range(n_items)],
            "genre": [f"genre {genre}" for genre in genres],
            "maker": [f"maker {item // 6}" for item in range(n_items)],
        }
    )
    rows = []
    for user in range(n_users):
        wanted = genres == user % 3
        chances = np.exp(renown + 1.5 * wanted)
        chosen = rng.choice(
            n_items, size=min(int(rng.integers(12, 36)), n_items), replace=False, p=chances / chances.sum()
        )
        for day, item in enumerate(chosen):
            stars = rng.integers(4, 6) if wanted[item] else rng.integers(1, 5)
            rows.append((f"u{user}", f"i{item}", float(stars), 86_400 * (day + 1)))
    ratings = pd.DataFrame(rows, columns=["user", "item", "rating", "timestamp"])
    if not rated:
        ratings = ratings.drop(columns="rating")
    return KnowledgeGraph.from_frames(items, None, ratings, name="community")
