"""`-X trace-stats` only counts: programs print what they print without it, exceptions that pass through `with` and `finally` among them."""
import os
import subprocess
import sys

TESTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")


def outcome(name, *options):
    command = [sys.executable, "-E", "-S", "-B", *[w for o in options for w in ("-X", o)], name]
    done = subprocess.run(command, capture_output=True, cwd=os.path.join(TESTS, "programs"), stdin=subprocess.DEVNULL, timeout=60)
    return done.returncode, done.stdout


for area in ("exceptions", "generators", "statements"):
    for name in sorted(os.listdir(os.path.join(TESTS, "programs", area))):
        if name.endswith(".py"):
            name = os.path.join(area, name)
            plain = outcome(name)
            for options in (("trace-stats",), ("trace-stats", "notrace")):
                assert outcome(name, *options) == plain, (name, options)
