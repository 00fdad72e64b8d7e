"""One thread for algebra on small matrices, where several only wait for each other.

On a machine whose processors are busy two threads of OpenBLAS took 540 ms for what one does in 0.3: solving for one
user's vector. kgrec's own commands set that for their process; who imports kgrec has it around the places that matter.
"""

from contextlib import AbstractContextManager
from functools import cache
from typing import Any


def one_thread() -> AbstractContextManager[Any]:
    """Return a context in which linear algebra keeps to one thread; to enter and leave it takes 10 microseconds."""
    return _controller().limit(limits=1, user_api="blas")  # type: ignore[no-any-return]  # threadpoolctl has no types


@cache
def _controller() -> Any:
    """Return what knows the libraries of linear algebra; finding them takes a millisecond."""
    import scipy.linalg  # noqa: F401  (brings a library of its own, which has to be there to be found)
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
