"""Fails while it is imported."""


def compute(x):
    return 10 / x


result = compute(0)
