"""Prints results."""

import sys
import traceback


class Suite:
    def __init__(self, name):
        self.name = name

    def attempt(self, name, function, *arguments):
        """Runs a function and prints whether it succeeded. The exception is logged on standard error."""
        try:
            function(*arguments)
            result = "ok"
        except Exception:  # any exception of a client is a failure
            traceback.print_exc(file=sys.stderr)
            result = "failed"
        print(f"{self.name}: {name}: {result}", flush=True)

    def operations(self, group, names):
        """Tries success and errors of operations by the methods `NAME` and `NAME_errors`."""
        for name in names:
            self.attempt(f"{name}, success", getattr(group, name))
            self.attempt(f"{name}, errors", getattr(group, name + "_errors"))


def equal(found, expected):
    """Raises an error with both values if they differ."""
    if found != expected:
        raise AssertionError(f"expected {expected!r}, found {found!r}")
