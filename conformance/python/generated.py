"""A generated client for v1.0, with checks of its typed responses and exceptions.

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

# Status and texts of each error code.
ERRORS = json.loads((pathlib.Path(__file__).parents[1] / "errors.json").read_text(encoding="utf-8"))
REQUEST_ID = re.compile("[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}")
DENIED = "Forbidden.AccessDenied.AccessTokenPermissionDenied"


class Like:
    """Equal to any text that matches a pattern."""

    def __init__(self, pattern):
        self.pattern = pattern

    def __eq__(self, other):
        return isinstance(other, str) and bool(re.fullmatch(self.pattern, other))

    def __repr__(self):
        return self.pattern


class Moment:
    """Equal to any time near now, in milliseconds."""

    def __eq__(self, other):
        return type(other) is int and abs(time.time() * 1000 - other) < 600_000

    def __repr__(self):
        return "now"


MOMENT = Moment()


def configuration(fixture):
    return Config(protocol="http", region_id="central", endpoint=fixture.host)


class Generated:
    """The client of one group of operations. Operations have the names of its functions."""

    def __init__(self, fixture, client, models):
        self.fixture = fixture
        self.client = client(configuration(fixture))
        self.models = models

    def typed(self, name, ending):
        return getattr(self.models, "".join(part.title() for part in name.split("_")) + ending)

    def send(self, name, *arguments, token):
        headers = self.typed(name, "Headers")(x_acs_dingtalk_access_token=token)
        return getattr(self.client, name + "_with_options")(*arguments, headers, RuntimeOptions())

    def call(self, name, *arguments, app=None):
        """Calls an operation. Returns its typed response, which must be a success."""
        answer = self.send(name, *arguments, token=self.fixture.token(app))
        equal((type(answer), answer.status_code), (self.typed(name, "Response"), 200))
        assert answer.headers["content-type"].startswith("application/json"), answer.headers
        return answer

    def assert_body(self, expected, name, *arguments, app=None):
        """Calls an operation and compares the body of its response."""
        body = self.call(name, *arguments, app=app).body
        equal(type(body), self.typed(name, "ResponseBody"))
        equal(body.to_map(), expected)

    def assert_async_same(self, name, *arguments):
        """Checks that the asynchronous function returns the same body."""
        headers = self.typed(name, "Headers")(x_acs_dingtalk_access_token=self.fixture.token())
        answer = asyncio.run(getattr(self.client, name + "_with_options_async")(*arguments, headers, RuntimeOptions()))
        equal(type(answer), self.typed(name, "Response"))
        self.assert_body(answer.body.to_map(), name, *arguments)

    def assert_error(self, code, name, *arguments, app=None, status=None):
        """Calls an operation, which must raise the exception of a code."""
        return assert_raises(code, self.send, name, *arguments, status=status, token=self.fixture.token(app))

    def assert_guarded(self, permission, name, *arguments):
        """Checks the errors of all operations: no token, a wrong token, and the token of an app without the permission."""
        assert_raises("AuthenticationFailed.MissingParameter", self.send, name, *arguments, token=None)
        assert_raises("InvalidAuthentication", self.send, name, *arguments, token="wrong")
        if permission:
            error = self.assert_error(DENIED, name, *arguments, app=self.fixture.bare)
            # The client empties its field for this when it wraps its exception.
            equal(error.data["accessdenieddetail"], {"requiredScopes": [permission]})


def assert_raises(code, function, *arguments, status=None, **named):
    """Checks all fields of the exception. A few operations have another status for a code."""
    try:
        answer = function(*arguments, **named)
    except TeaException as error:
        usual, *texts = ERRORS[code]
        status = status or usual
        equal((error.code, error.statusCode, error.data["code"]), (code, status, code))
        # The server may add details, such as the name of the field.
        assert error.data["message"].startswith(tuple(texts)), error
        assert REQUEST_ID.fullmatch(error.data["requestid"]), error
        equal(error.message, f"code: {status}, {error.data['message']} request id: {error.data['requestid']}")
        return error
    raise AssertionError(f"not {code}, but {answer}")
