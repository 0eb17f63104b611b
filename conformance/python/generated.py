"""A generated client for v1.0, and what its typed answers and its exceptions have to be.

Only endpoint and protocol differ from the documentation of the client.
"""

import asyncio
import json
import pathlib
import re
import time

from alibabacloud_tea_openapi.models import Config
from alibabacloud_tea_util.models import RuntimeOptions
from Tea.exceptions import TeaException

from suite import equal

# The status and the text of each code.
REFUSALS = json.loads((pathlib.Path(__file__).parents[1] / "refusals.json").read_text(encoding="utf-8"))
REQUEST_ID = re.compile("[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}")
DENIED = "Forbidden.AccessDenied.AccessTokenPermissionDenied"


class Like:
    """Equal to any text of a pattern."""

    def __init__(self, pattern):
        self.pattern = pattern

    def __eq__(self, other):
        return isinstance(other, str) and bool(re.fullmatch(self.pattern, other))

    def __repr__(self):
        return self.pattern


class Moment:
    """Equal to a time of now, in milliseconds."""

    def __eq__(self, other):
        return type(other) is int and abs(time.time() * 1000 - other) < 600_000

    def __repr__(self):
        return "now"


MOMENT = Moment()


def configuration(world):
    return Config(protocol="http", region_id="central", endpoint=world.host)


class Generated:
    """The client of one group of operations. Operations are named as its functions are."""

    def __init__(self, world, client, models):
        self.world = world
        self.client = client(configuration(world))
        self.models = models

    def typed(self, name, ending):
        return getattr(self.models, "".join(part.title() for part in name.split("_")) + ending)

    def call(self, name, *arguments, token):
        headers = self.typed(name, "Headers")(x_acs_dingtalk_access_token=token)
        return getattr(self.client, name + "_with_options")(*arguments, headers, RuntimeOptions())

    def answer(self, name, *arguments, app=None):
        """The typed answer of an operation that has to succeed."""
        answer = self.call(name, *arguments, token=self.world.token(app))
        equal((type(answer), answer.status_code), (self.typed(name, "Response"), 200))
        assert answer.headers["content-type"].startswith("application/json"), answer.headers
        return answer

    def answers(self, expected, name, *arguments, app=None):
        """Holds all that the client reads of an answer to what it has to be."""
        body = self.answer(name, *arguments, app=app).body
        equal(type(body), self.typed(name, "ResponseBody"))
        equal(body.to_map(), expected)

    def alike(self, name, *arguments):
        """The asynchronous half of the client gives the same answer."""
        headers = self.typed(name, "Headers")(x_acs_dingtalk_access_token=self.world.token())
        answer = asyncio.run(getattr(self.client, name + "_with_options_async")(*arguments, headers, RuntimeOptions()))
        equal(type(answer), self.typed(name, "Response"))
        self.answers(answer.body.to_map(), name, *arguments)

    def refused(self, code, name, *arguments, app=None, status=None):
        """Provokes the exception of a code."""
        return raises(code, self.call, name, *arguments, status=status, token=self.world.token(app))

    def guarded(self, permission, name, *arguments):
        """Provokes what all operations refuse: no token, a wrong one, and one of an app without the permission."""
        raises("AuthenticationFailed.MissingParameter", self.call, name, *arguments, token=None)
        raises("InvalidAuthentication", self.call, name, *arguments, token="wrong")
        if permission:
            error = self.refused(DENIED, name, *arguments, app=self.world.bare)
            # The client has a field for it too, which it empties when it wraps its own exception.
            equal(error.data["accessdenieddetail"], {"requiredScopes": [permission]})


def raises(code, function, *arguments, status=None, **named):
    """Holds all fields of the exception to those of the code; a few operations answer a code with a status of their own."""
    try:
        answer = function(*arguments, **named)
    except TeaException as error:
        usual, *texts = REFUSALS[code]
        status = status or usual
        equal((error.code, error.statusCode, error.data["code"]), (code, status, code))
        # The server may say more, such as which field it means.
        assert error.data["message"].startswith(tuple(texts)), error
        assert REQUEST_ID.fullmatch(error.data["requestid"]), error
        equal(error.message, f"code: {status}, {error.data['message']} request id: {error.data['requestid']}")
        return error
    raise AssertionError(f"not {code}, but {answer}")
