"""Encodings of requests to the legacy host by its official clients.

Each function sends fields to a path and returns the response. The fields have the types of the documentation.
"""

import http.client
import json
import urllib.parse
import urllib.request

FORM = {"Content-Type": "application/x-www-form-urlencoded;charset=UTF-8"}


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def text(value):
    """Encodes a value for a form: scalars as text, others as JSON."""
    return value if isinstance(value, str) else compact(value)


def texts(fields):
    return {name: text(value) for name, value in fields.items()}


def is_read(path):
    return path.endswith(("/get", "/list"))


def as_documented(fixture, path, fields):
    return fixture.session.post(fixture.address(path), json=fields).json()


def form(fixture, path, fields):
    """Everything as text, objects and lists as JSON text."""
    return fixture.session.post(fixture.address(path), data=texts(fields), headers=FORM).json()


def form_with_token(fixture, path, fields):
    """The token as a field of the form."""
    return fixture.session.post(fixture.url + path, data={"access_token": fixture.token(), **texts(fields)}).json()


def java(fixture, path, fields):
    """JSON with scalars as texts and with escaped slashes; blank values are dropped."""
    scalars = {name: value if isinstance(value, (dict, list)) else text(value) for name, value in fields.items()}
    body = compact({name: value for name, value in scalars.items() if value != ""}).replace("/", "\\/")
    headers = {"Content-Type": "application/json;charset=UTF-8", "Accept-Encoding": "gzip"}
    return fixture.session.post(fixture.address(path), data=body.encode(), headers=headers).json()


def java_json_text(fixture, path, fields):
    """JSON with objects and lists as JSON text."""
    headers = {"Content-Type": "text/plain;charset=UTF-8"}
    return fixture.session.post(fixture.address(path), data=compact(texts(fields)).encode(), headers=headers).json()


def csharp(fixture, path, fields):
    """A byte-order mark, and explicit nulls and empty lists for all that is unset."""
    content = fixture.operations[path]["requestBody"]["content"]["application/json"]
    unset = {name: [] if "items" in schema else None for name, schema in content["schema"]["properties"].items()}
    body = b"\xef\xbb\xbf" + compact({**unset, **texts(fields)}).encode()
    return fixture.session.post(fixture.address(path), data=body, headers={"Content-Type": "text/json"}).json()


def php(fixture, path, fields):
    """Reads by GET; names with brackets; booleans as digits; multipart where a value is a media id."""
    pairs = list(bracketed("", fields))
    if is_read(path):
        return fixture.session.get(fixture.address(path), params=pairs).json()
    if any(value.startswith("@") for _, value in pairs):
        parts = [(name, (None, value)) for name, value in pairs]
        return fixture.session.post(fixture.address(path), files=parts).json()
    return fixture.session.post(fixture.address(path), data=pairs).json()


def bracketed(name, value):
    if isinstance(value, (dict, list)):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, inside in items:
            yield from bracketed(f"{name}[{key}]" if name else key, inside)
    else:
        yield name, text(int(value) if isinstance(value, bool) else value)


def go(fixture, path, fields):
    """Reads by GET with the fields in the query, the rest as JSON."""
    if is_read(path):
        return fixture.session.get(fixture.address(path), params=texts(fields)).json()
    return as_documented(fixture, path, fields)


def urllib_json(fixture, path, fields):
    """JSON with the content type of a form, as urllib sends it."""
    request = urllib.request.Request(fixture.address(path), data=compact(fields).encode())
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def untyped(fixture, path, fields):
    """JSON without a content type, with headers that have no meaning here."""
    connection = http.client.HTTPConnection(fixture.host, timeout=10)
    address = urllib.parse.urlsplit(fixture.address(path))
    headers = {"Authorization": "acs none", "x-acs-version": "1.0", "Charset": "UTF-8", "Expect": "100-continue"}
    connection.request("POST", f"{address.path}?{address.query}", compact(fields).encode(), headers)
    answer = connection.getresponse()
    assert answer.status == 200, answer.status
    return json.load(answer)


ALL = (as_documented, form, form_with_token, java, java_json_text, csharp, php, go, urllib_json, untyped)
