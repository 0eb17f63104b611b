"""Lines of results."""

import sys
import traceback


class Suite:
    def __init__(self, name):
        self.name = name

    def attempt(self, what, function, *arguments):
        """Prints whether a function went through; why not is for the reader of the log."""
        try:
            function(*arguments)
            result = "ok"
        except Exception:  # whatever a client raises is a result
            traceback.print_exc(file=sys.stderr)
            result = "failed"
        print(f"{self.name}: {what}: {result}", flush=True)

    def operations(self, group, names):
        """Success and errors of operations, each tried by a method of its own."""
        for name in names:
            self.attempt(f"{name}, success", getattr(group, name))
            self.attempt(f"{name}, errors", getattr(group, name + "_errors"))


def equal(found, expected):
    """Both, in the message, when they differ."""
    if found != expected:
        raise AssertionError(f"expected {expected!r}, found {found!r}")
