"""Parts of numpy that nothing here uses stay unread until somebody does use them.

Importing scipy copies every name of numpy, and so loads what numpy itself keeps for later: a reader of Fortran, tools
for tests. That was 65 ms and 11 MB of every start. Python's own lazy loader puts it off; whoever names one of these
parts gets it as ever. It is for our own process to decide: who imports kgrec as a library keeps numpy as it is.
"""

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import LazyLoader, find_spec, module_from_spec
from types import ModuleType

_PARTS = ("numpy.f2py", "numpy.polynomial", "numpy.testing")


class _BeforeScipy(MetaPathFinder):
    """Hears that scipy is about to be imported; finds nothing itself."""

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> None:
        del path, target
        if fullname == "scipy":
            sys.meta_path.remove(self)
            _put_off()


def leave_unread() -> None:
    """See to it that scipy, whenever and by whomever it is imported, loads only what is used of numpy."""
    sys.meta_path.insert(0, _BeforeScipy())


def _put_off() -> None:
    import numpy as np

    for name in _PARTS:
        spec: ModuleSpec | None = None if name in sys.modules else find_spec(name)
        if spec is not None and spec.loader is not None:
            spec.loader = LazyLoader(spec.loader)
            sys.modules[name] = module_from_spec(spec)
            spec.loader.exec_module(sys.modules[name])
            setattr(np, name.rpartition(".")[2], sys.modules[name])
