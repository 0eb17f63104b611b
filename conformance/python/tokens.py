"""Tokens from the generated client for v1.0. Only endpoint and protocol differ from the documentation of the client."""

import asyncio

from alibabacloud_dingtalk.oauth2_1_0.client import Client
from alibabacloud_dingtalk.oauth2_1_0.models import GetAccessTokenRequest

from generated import configuration, assert_raises
from suite import equal


def client(fixture):
    return Client(configuration(fixture))


def request(app, secret=None):
    return GetAccessTokenRequest(app_key=app["app_key"], app_secret=secret or app["app_secret"])


def gets_a_token(fixture):
    answer = client(fixture).get_access_token(request(fixture.main))
    equal(answer.status_code, 200)
    equal(answer.body.expire_in, 7200)
    equal(answer.body.access_token, fixture.token())


def gets_a_token_asynchronously(fixture):
    answer = asyncio.run(client(fixture).get_access_token_async(request(fixture.main)))
    equal(answer.body.access_token, fixture.token())


def works_on_the_legacy_host(fixture):
    token = client(fixture).get_access_token(request(fixture.main)).body.access_token
    answer = fixture.session.post(fixture.address("/topapi/serviceaccount/list", token), json={}).json()
    equal(answer["errcode"], 0)


def assert_plain_errors(fixture):
    get = lambda **names: fixture.session.get(fixture.url + "/gettoken", params=names).json()
    equal(get(appkey="none", appsecret="none")["errcode"], 40096)
    equal(get(appkey="none")["errcode"], 40035)
    both = get(corpid=fixture.main["app_key"], corpsecret=fixture.main["app_secret"])
    equal(both["access_token"], fixture.token())


def assert_wrapped_errors(fixture):
    path = "/topapi/serviceaccount/list"
    post = lambda token: fixture.session.post(f"{fixture.url}{path}?access_token={token}", json={}).json()
    for token, sub_code in (("", "40000"), ("wrong", "40014"), (fixture.token(fixture.bare), "60011")):
        answer = post(token)
        equal((answer["errcode"], answer["sub_code"]), (88, sub_code))
        assert answer["errmsg"].startswith(f"ding talk error[subcode={sub_code},submsg="), answer


def run(fixture, suite):
    suite.attempt("the generated client gets a token", gets_a_token, fixture)
    suite.attempt("its asynchronous half gets the same", gets_a_token_asynchronously, fixture)
    for name, invalid, code in (
        ("a wrong secret", request(fixture.main, "wrong"), "invalidClientIdOrSecret"),
        ("a wrong key", GetAccessTokenRequest(app_key="wrong", app_secret="wrong"), "invalidClientIdOrSecret"),
        ("a missing secret", GetAccessTokenRequest(app_key="wrong"), "MissingappSecret"),
    ):
        suite.attempt(f"{name} is the exception {code}", assert_raises, code, client(fixture).get_access_token, invalid)
    suite.attempt("its token works on the legacy host", works_on_the_legacy_host, fixture)
    suite.attempt("gettoken returns errors without the wrapper of the gateway", assert_plain_errors, fixture)
    suite.attempt("the gateway wraps its errors", assert_wrapped_errors, fixture)
