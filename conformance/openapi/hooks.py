"""Adapts schemathesis to the two dialects.

The legacy host returns status 200 for everything, and the v1.0 host tells some errors by `code` instead of the status, as documented. The
document and each response are translated to the usual statuses, so that all checks work for both hosts.
"""

import copy
import json
import os
import re

import schemathesis
from schemathesis.core import NotSet
from schemathesis.core.failures import AcceptedNegativeData
from schemathesis.openapi.checks import AllowHeaderMismatch, RejectedPositiveData, UnsupportedMethodResponse
from schemathesis.transport.requests import REQUESTS_TRANSPORT

import lenient

IDS = json.loads(os.environ["CARILLON_IDS"])
# Legacy codes and the statuses for the checks. All other errors of that host are 400.
LEGACY = {"-1": 500, "40000": 401, "40014": 401, "60011": 403, "60020": 403, "22": 404, "43001": 405, "43002": 405}
# The error without a token, of operations outside the gateway.
TOKEN_MISSING = {"errcode": 40035, "errmsg": "缺少参数 access_token"}
# v1.0 codes of token errors, and of bad requests that are documented with status 500.
V1 = {
    "AuthenticationFailed.MissingParameter": 401,
    "InvalidAuthentication": 401,
    "statDate.is.null": 400,
    "statDate.format.iserror": 400,
    "params.error": 400,
    "conference.not.found": 400,
    "listsize.too.long": 400,
}
# Error texts of invalid fields (`Problem` in crates/wire/src/schema_decoder.rs).
FORM = re.compile(
    r": ([\w.\[\]-]+) (is missing|must have at|cannot be read|must be (an object|a whole number|a number|true or false|one of|at least|at most))"
)
# Operations whose required fields depend on the kind of message (`msg_type`) or account (`exclusive_account`). Schemas do not express that, so
# a missing field there is not a violation of the schema.
BY_KIND = {
    "/gettoken",
    "/robot/sendBySession",
    "/topapi/message/mass/send",
    "/topapi/v2/user/create",
    "/v1.0/carillon/groups/messages/send",
    "/v1.0/carillon/members",
    "/v1.0/carillon/message/mass/reach",
    "/v1.0/carillon/message/mass/schedule",
    "/v1.0/carillon/service-accounts/{unionid}/auto-replies",
    "/v1.0/exclusive/follow/message/send",
}


def is_v1(path):
    return path.startswith("/v1.0/")


@schemathesis.hook
def before_load_schema(context, schema):
    for path, methods in schema["paths"].items():
        for operation in methods.values():
            translate_responses(schema, operation["responses"], is_v1(path))
            contents = operation.get("requestBody", {}).get("content", {}).values()
            for shown in [*operation.get("parameters", []), *contents]:
                if "example" in shown:
                    shown["example"] = with_ids(shown["example"])


def with_ids(value):
    """Replaces the ids of an example, whether they are numbers or texts."""
    if isinstance(value, dict):
        return {name: with_ids(inside) for name, inside in value.items()}
    if isinstance(value, list):
        return [with_ids(inside) for inside in value]
    return type(value)(IDS[str(value)]) if str(value) in IDS else value


def translate_responses(schema, responses, v1):
    def resolved(response):
        reference = response.get("$ref")
        return schema["components"]["responses"][reference.split("/")[-1]] if reference else response

    def body(response):
        return resolved(response)["content"]["application/json"]["schema"]

    def response(schema):
        return {"description": "Translated.", "content": {"application/json": {"schema": schema}}}

    if v1:
        of_request = [body(responses[status]) for status in ("400", "401", "500") if status in responses]
        responses["400"] = responses["401"] = response({"anyOf": of_request})
        responses["405"] = responses["404"]
        return
    any_of = body(responses["200"])
    success, *failures = any_of["anyOf"]
    failure = response({"anyOf": failures})
    responses["200"] = response(success)
    blocked = copy.deepcopy(failure)
    blocked["content"]["text/html"] = {"schema": {"type": "string"}}
    responses.update({"400": failure, "401": failure, "403": blocked, "404": failure, "405": failure, "500": failure})


def status_of(path, response):
    try:
        body = json.loads(response.content)
    except ValueError:
        return response.status_code
    if not isinstance(body, dict):
        return response.status_code
    if is_v1(path):
        code = body.get("code")
        if code == "InvalidAction.NotFound" and "allow" in response.headers:
            return 405
        return V1.get(code, response.status_code) if isinstance(code, str) else response.status_code
    if body == TOKEN_MISSING:
        return 401
    if response.status_code == 200 and body.get("errcode", 0) != 0:
        return LEGACY.get(str(body["sub_code"] if body["errcode"] == 88 else body["errcode"]), 400)
    return response.status_code


send = REQUESTS_TRANSPORT.send


def send_and_translate(case, **arguments):
    """Wraps the transport, because the probes of some checks bypass the hooks."""
    response = send(case, **arguments)
    response.status_code = status_of(case.operation.path, response)
    return response


REQUESTS_TRANSPORT.send = send_and_translate


@schemathesis.serializer("application/x-ndjson")
def lines(context, value):
    return value.encode(errors="replace") if isinstance(value, str) else json.dumps(value).encode()


@schemathesis.hook
def filter_failure(context, failure, case, response):
    if isinstance(failure, (UnsupportedMethodResponse, AllowHeaderMismatch)):
        return not takes_other_methods(case, response)
    if isinstance(failure, AcceptedNegativeData):
        return not is_lenient(case)
    if isinstance(failure, RejectedPositiveData) and response.content:
        return is_refused_for_its_fields(case, response)
    return True


def takes_other_methods(case, response):
    """Returns true if a legacy operation was called by an additional method, which it accepts and lists in `Allow`."""
    others = set(case.operation.definition.raw.get("x-other-methods", []))
    allowed = {method.strip() for value in response.headers.get("allow", []) for method in value.split(",")}
    return response.request.method in others or (bool(others) and allowed == {case.operation.method.upper(), *others})


def is_lenient(case):
    """Returns true if the server must accept a request although the document does not allow it."""
    operation = case.operation.definition.raw
    try:
        for name, values in (("path", case.path_parameters), ("query", case.query)):
            schemas = {one["name"]: one["schema"] for one in operation.get("parameters", []) if one["in"] == name}
            required = [one["name"] for one in operation.get("parameters", []) if one["in"] == name and one["required"]]
            lenient.read({"type": "object", "properties": schemas, "required": required}, dict(values or {}))
        content = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if content and isinstance(case.body, NotSet):
            lenient.check(not is_v1(case.operation.path))
            lenient.read(content["schema"], {})
        elif content:
            # A field that is missing in the body may be in the query.
            lenient.read(content["schema"], {**dict(case.query or {}), **lenient.fields_of(case.body)})
        elif "application/x-ndjson" in operation.get("requestBody", {}).get("content", {}):
            # Any text is valid.
            pass
        elif operation.get("requestBody"):
            return False
    except lenient.Refused:
        return False
    return True


def is_refused_for_its_fields(case, response):
    """Returns true if a request that the document allows was refused because of its fields.

    Other errors are fine: no schema can express that something does not exist or is not allowed now. Examples and the tests in Rust cover
    success.
    """
    body = json.loads(response.content)
    found = FORM.search(body.get("message") or body.get("errmsg") or "")
    return found is not None and not (found[2] == "is missing" and case.operation.path in BY_KIND)
