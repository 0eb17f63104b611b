"""Calls by the generated client of the v1.0 package exclusive_1_0: its own requests, headers and typed answers."""

import asyncio

from alibabacloud_dingtalk.exclusive_1_0 import models
from alibabacloud_dingtalk.exclusive_1_0.client import Client
from alibabacloud_tea_openapi.models import Config
from alibabacloud_tea_util.models import RuntimeOptions
from Tea.exceptions import TeaException

from suite import equal


def client(world):
    config = Config()
    config.protocol = "http"
    config.region_id = "central"
    config.endpoint = world.host
    return Client(config)


def model(operation, kind):
    """The class of an operation's request or headers, which is named after it."""
    return getattr(models, "".join(word.title() for word in operation.split("_")) + kind)


def arguments(world, operation, in_path, fields, token):
    headers = model(operation, "Headers")()
    headers.x_acs_dingtalk_access_token = token or world.token()
    request = [model(operation, "Request")(**fields)] if fields else []
    return (*in_path, *request, headers, RuntimeOptions())


def body(world, operation, *in_path, token=None, **fields):
    """The typed body that an operation answers with success."""
    call = getattr(client(world), operation + "_with_options")
    answer = call(*arguments(world, operation, in_path, fields, token))
    equal(answer.status_code, 200)
    return answer.body


def body_asynchronously(world, operation, *in_path, **fields):
    call = getattr(client(world), operation + "_with_options_async")
    return asyncio.run(call(*arguments(world, operation, in_path, fields, None))).body


def refused(world, status, code, operation, *in_path, token=None, **fields):
    """The exception that an operation raises has a status and a code."""
    try:
        body(world, operation, *in_path, token=token, **fields)
    except TeaException as error:
        equal((error.data["statusCode"], error.code), (status, code))
        equal(len(error.data["requestid"]), 36)
        return error
    raise AssertionError("no exception")
