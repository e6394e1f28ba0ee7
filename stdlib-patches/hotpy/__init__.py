"""What HotPy shows of itself: `hotpy.dis`, `hotpy.trace`."""
