"""Tokens by the generated client for v1.0: only endpoint and protocol differ from its documentation."""

import asyncio

from alibabacloud_dingtalk.oauth2_1_0.client import Client
from alibabacloud_dingtalk.oauth2_1_0.models import GetAccessTokenRequest

from generated import configuration, raises
from suite import equal


def client(world):
    return Client(configuration(world))


def request(app, secret=None):
    return GetAccessTokenRequest(app_key=app["app_key"], app_secret=secret or app["app_secret"])


def gets_a_token(world):
    answer = client(world).get_access_token(request(world.main))
    equal(answer.status_code, 200)
    equal(answer.body.expire_in, 7200)
    equal(answer.body.access_token, world.token())


def gets_a_token_asynchronously(world):
    answer = asyncio.run(client(world).get_access_token_async(request(world.main)))
    equal(answer.body.access_token, world.token())


def works_on_the_legacy_host(world):
    token = client(world).get_access_token(request(world.main)).body.access_token
    answer = world.session.post(world.address("/topapi/serviceaccount/list", token), json={}).json()
    equal(answer["errcode"], 0)


def refuses_bare(world):
    get = lambda **names: world.session.get(world.url + "/gettoken", params=names).json()
    equal(get(appkey="none", appsecret="none")["errcode"], 40096)
    equal(get(appkey="none")["errcode"], 40035)
    both = get(corpid=world.main["app_key"], corpsecret=world.main["app_secret"])
    equal(both["access_token"], world.token())


def is_refused_by_the_gateway(world):
    path = "/topapi/serviceaccount/list"
    post = lambda token: world.session.post(f"{world.url}{path}?access_token={token}", json={}).json()
    for token, sub_code in (("", "40000"), ("wrong", "40014"), (world.token(world.bare), "60011")):
        answer = post(token)
        equal((answer["errcode"], answer["sub_code"]), (88, sub_code))
        assert answer["errmsg"].startswith(f"ding talk error[subcode={sub_code},submsg="), answer


def run(world, suite):
    suite.attempt("the generated client gets a token", gets_a_token, world)
    suite.attempt("its asynchronous half gets the same", gets_a_token_asynchronously, world)
    for what, refused, code in (
        ("a wrong secret", request(world.main, "wrong"), "invalidClientIdOrSecret"),
        ("a wrong key", GetAccessTokenRequest(app_key="wrong", app_secret="wrong"), "invalidClientIdOrSecret"),
        ("a missing secret", GetAccessTokenRequest(app_key="wrong"), "param.illegal"),
    ):
        suite.attempt(f"{what} is the exception {code}", raises, code, client(world).get_access_token, refused)
    suite.attempt("its token works on the legacy host", works_on_the_legacy_host, world)
    suite.attempt("gettoken answers errors bare", refuses_bare, world)
    suite.attempt("the gateway wraps its refusals", is_refused_by_the_gateway, world)
