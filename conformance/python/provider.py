"""Single sign-on with the provider of OpenID Connect for tests that Python programs use, `oidc-provider-mock`."""

import secrets
import subprocess
import tempfile
import urllib.parse
from contextlib import contextmanager

import requests
from oidc_provider_mock import run_server_in_thread

from suite import equal

LABEL = "Python"


class Provider:
    """A provider, and the sign-in of one organisation by it."""

    def __init__(self, fixture, port):
        self.fixture = fixture
        self.issuer = f"http://127.0.0.1:{port}"

    def configure(self, *more):
        with tempfile.NamedTemporaryFile("w") as secret:
            secret.write(secrets.token_hex(16))
            secret.flush()
            self.command("set", "--issuer", self.issuer, "--client-id", "carillon", "--label", LABEL,
                         "--client-secret-file", secret.name, *more)

    def command(self, *arguments):
        common = ["--corp", self.fixture.corp, "--data", self.fixture.data]
        subprocess.run([self.fixture.program, "sign-on", *arguments, *common], check=True, stdout=subprocess.DEVNULL)

    def knows(self, subject, **claims):
        requests.put(f"{self.issuer}/users/{subject}", json=claims).raise_for_status()

    def sign_in(self, subject, form=None, path="/me"):
        """Signs in as a browser does, and returns its session and the last page."""
        browser = requests.Session()
        asked = browser.get(self.fixture.url + "/sign-in/provider", params={"next": path}, allow_redirects=True)
        assert asked.url.startswith(self.issuer), asked.url
        equal(urllib.parse.parse_qs(urllib.parse.urlsplit(asked.url).query)["code_challenge_method"], ["S256"])
        return browser, browser.post(asked.url, data=form or {"sub": subject})


@contextmanager
def provider(fixture):
    with run_server_in_thread() as server:
        known = Provider(fixture, server.server_port)
        try:
            yield known
        finally:
            known.command("remove")


def member(fixture, **more):
    userid = "oidc" + secrets.token_hex(4)
    body = {"userid": userid, "name": "登录者", "mobile": f"139{secrets.randbelow(10**8):08}", "dept_id_list": "1", **more}
    equal(fixture.session.post(fixture.address("/topapi/v2/user/create"), json=body).json()["errcode"], 0)
    return userid


def by_userid(fixture):
    with provider(fixture) as known:
        known.configure()
        userid = member(fixture)
        known.knows("a subject", preferred_username=userid)
        browser, page = known.sign_in("a subject")
        equal((page.status_code, page.url), (200, fixture.url + "/me"))
        assert userid in page.text, page.text
        # The subject is kept: a name that changes at the provider changes nothing here.
        known.knows("a subject", preferred_username="another" + userid)
        assert userid in known.sign_in("a subject")[1].text


def by_verified_email(fixture):
    with provider(fixture) as known:
        known.configure("--match-by", "email")
        address = f"{secrets.token_hex(4)}@example.com"
        userid = member(fixture, email=address)
        known.knows("not verified", email=address, email_verified=False)
        _, page = known.sign_in("not verified")
        assert userid not in page.text and page.url != fixture.url + "/me", page.url
        known.knows("verified", email=address, email_verified=True)
        assert userid in known.sign_in("verified")[1].text


def enrolled_with_a_role(fixture):
    with provider(fixture) as known:
        known.configure("--enrol", "--groups-claim", "groups", "--group-role", "newsroom=editor")
        userid = "new" + secrets.token_hex(4)
        known.knows(userid, preferred_username=userid, name="新成员", groups=["newsroom"])
        browser, page = known.sign_in(userid, path="/console")
        equal((page.status_code, page.url), (200, fixture.url + "/console"))
        assert "/console/articles" in page.text and "/console/calls" not in page.text
        equal(browser.get(fixture.url + "/console/calls").status_code, 403)


def unknown_people_and_denials(fixture):
    with provider(fixture) as known:
        known.configure()
        known.knows("stranger", preferred_username="nobody" + secrets.token_hex(4))
        for form in (None, {"action": "deny"}):
            browser, page = known.sign_in("stranger", form)
            assert page.url.startswith(fixture.url), page.url
            equal(browser.get(fixture.url + "/me", allow_redirects=False).status_code, 303)


def run(fixture, suite):
    suite.attempt("a member is found by the userid, then by the subject", by_userid, fixture)
    suite.attempt("a member is found by an e-mail that is verified", by_verified_email, fixture)
    suite.attempt("groups give a new member a role", enrolled_with_a_role, fixture)
    suite.attempt("a stranger and a denial come back without a session", unknown_people_and_denials, fixture)
