"""Programs that come with HotPy: benchmarks that `hotpy -m test.NAME` runs."""
