"""Programs that come with HotPy: benchmarks that `hotpy -m test.NAME` runs. The standard library's own `test` package goes on behind them."""

import os

_installed = os.path.join(os.path.dirname(os.__file__), "test")
if os.path.isdir(_installed):
    __path__.append(_installed)
    # Its data files are looked for beside it.
    __file__ = os.path.join(_installed, "__init__.py")
del os
