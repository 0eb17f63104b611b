"""The server, and what an operator made on it."""

import json
import urllib.parse

import requests


class World:
    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            made = json.load(file)
        self.url = made["url"]
        self.host = urllib.parse.urlsplit(self.url).netloc
        self.main = made["main"]
        self.bare = made["bare"]
        self.isv = made["isv"]
        self.session = requests.Session()
        document = self.session.get(self.url + "/openapi.json").json()
        self.operations = {path: method for path, methods in document["paths"].items() for method in methods.values()}

    def token(self, app=None):
        """As callers of the legacy host get it."""
        app = app or self.main
        names = {"appkey": app["app_key"], "appsecret": app["app_secret"]}
        answer = self.session.get(self.url + "/gettoken", params=names).json()
        return answer["access_token"]

    def address(self, path, token=None):
        """The whole address of a legacy operation, as callers write it."""
        return f"{self.url}{path}?access_token={token or self.token()}"
