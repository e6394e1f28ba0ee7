# A failing expression over several lines: only the first line is shown.
def combine(a, b, c):
    return (
        a
        + b
        * c["key"]
    )


result = combine(
    1,
    combine(2, 3, {"key": 4}),
    {
        "wrong": 5,
    },
)
