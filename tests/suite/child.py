"""Runs one file of CPython's own suite, as `-m test FILE` would, and notes what becomes of each test.

usage: child.py FILE NOTES LEFT_OUT

NOTES gets a line per event, written at once, so that nothing is lost when the process dies:
    > ID           a test begins
    = OUTCOME ID   it has ended
    ! ID TEXT      why it failed: the last line of the traceback
    . OUTCOME      the whole file has ended
LEFT_OUT names a file with the ids of tests that are not to be run, or is empty.

Both interpreters run this very program.
"""

import os
import runpy
import sys
import unittest

BAD = {"pass": 0, "expected": 1, "skip": 2, "unexpected": 3, "fail": 4, "error": 5}


class Notes:
    """What is known of the tests of one result object: the first that starts a test, for tests of unittest make their own."""

    def __init__(self, path):
        self.file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)
        self.process = os.getpid()
        self.result = self.running = self.outcome = None
        # Tests replace functions of `os`.
        self.write, self.getpid = os.write, os.getpid

    def line(self, *words):
        if self.getpid() == self.process:
            text = " ".join(" ".join(str(word).split()) for word in words)
            self.write(self.file, (text + "\n").encode("ascii", "backslashreplace"))

    def ours(self, result):
        if self.result is None:
            self.result = result
        return self.result is result

    def start(self, test):
        self.running, self.outcome = identity(test), None
        self.line(">", self.running)

    def note(self, test, outcome, error=None):
        name = identity(test)
        if error is not None:
            try:
                why = f"{error[0].__name__}: {error[1]}"[:300]
            except Exception:
                why = error[0].__name__
            self.line("!", name.split()[0], why)
        if self.running is None:
            self.line("=", outcome, name)
        elif self.outcome is None or BAD[outcome] > BAD[self.outcome]:
            self.outcome = outcome

    def stop(self):
        if self.running is not None:
            self.line("=", self.outcome or "unknown", self.running)
        self.running = None


def identity(test):
    try:
        return test.id()
    except Exception:
        return str(test)


def watch(notes):
    """Every result class of the run derives from this one, and calls its methods."""
    cls = unittest.TestResult

    def wrap(name, before=None, after=None):
        method = getattr(cls, name)

        def wrapped(self, *args):
            ours = notes.ours(self)
            if ours and before:
                before(*args)
            try:
                return method(self, *args)
            finally:
                if ours and after:
                    after(*args)

        setattr(cls, name, wrapped)

    def subtest(test, part, error):
        if error is not None:
            notes.note(test, "fail" if issubclass(error[0], test.failureException) else "error", error)

    wrap("startTest", before=notes.start)
    wrap("stopTest", after=lambda test: notes.stop())
    wrap("addSuccess", before=lambda test: notes.note(test, "pass"))
    wrap("addError", before=lambda test, error: notes.note(test, "error", error))
    wrap("addFailure", before=lambda test, error: notes.note(test, "fail", error))
    wrap("addSkip", before=lambda test, reason: notes.note(test, "skip"))
    wrap("addExpectedFailure", before=lambda test, error: notes.note(test, "expected"))
    wrap("addUnexpectedSuccess", before=lambda test: notes.note(test, "unexpected"))
    wrap("addSubTest", before=subtest)


def leave_out(names):
    run = unittest.TestCase.run

    def selective(self, result=None):
        return result if identity(self) in names else run(self, result)

    unittest.TestCase.run = selective


def main():
    name, path, left_out = sys.argv[1:]
    notes = Notes(path)
    watch(notes)
    if left_out:
        with open(left_out) as file:
            leave_out(set(file.read().split("\n")))
    # What `-m` would have put there.
    sys.path[0] = os.getcwd()
    sys.argv = ["test", "--randseed", "1", name]
    try:
        runpy.run_module("test", run_name="__main__", alter_sys=True)
    except SystemExit as end:
        notes.line(".", "pass" if not end.code else f"status {end.code}")
        raise
    notes.line(".", "pass")


if __name__ == "__main__":
    main()
