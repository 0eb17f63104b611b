"""The server and its apps."""

import json
import urllib.parse

import requests


class Fixture:
    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            settings = json.load(file)
        self.url = settings["url"]
        self.host = urllib.parse.urlsplit(self.url).netloc
        self.main = settings["main"]
        self.bare = settings["bare"]
        self.isv = settings["isv"]
        self.corp = settings["corp_id"]
        self.program = settings["program"]
        self.data = settings["data"]
        self.session = requests.Session()
        document = self.session.get(self.url + "/openapi.json").json()
        self.operations = {path: method for path, methods in document["paths"].items() for method in methods.values()}

    def token(self, app=None):
        """Returns a token from the legacy host."""
        app = app or self.main
        names = {"appkey": app["app_key"], "appsecret": app["app_secret"]}
        answer = self.session.get(self.url + "/gettoken", params=names).json()
        return answer["access_token"]

    def address(self, path, token=None):
        """Returns the address of a legacy operation, with a token."""
        return f"{self.url}{path}?access_token={token or self.token()}"
