"""Programs that come with HotPy: benchmarks that `hotpy -m test.NAME` runs. The standard library's own `test` package goes on behind them."""

import os

_installed = os.path.join(os.path.dirname(os.__file__), "test")
if os.path.isdir(_installed):
    __path__.append(_installed)
del os
