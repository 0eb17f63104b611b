"""Runs the examples of the client for Python in one process. Input: the code by id. Output: `ok` or the code of the error, by id."""

import contextlib
import io
import json
import sys


def outcome(name, code):
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(code, name, "exec"), {"__name__": "__main__"})
    except Exception as error:
        return getattr(error, "code", None) or repr(error)
    return "ok"


print(json.dumps({name: outcome(name, code) for name, code in json.load(sys.stdin).items()}))
