"""A running `carillon` with an app. It has the same port after a restart."""

import json
import os
import shutil
import socket
import subprocess
import time

import requests

GRANTS = "qyapi_base,qyapi_manage_addresslist,qyapi_get_member"
# Short times for retries, and for detecting a dead client.
SETTINGS = {
    "CARILLON_DELIVERY_RETRY_MS": "[100, 100, 100]",
    "CARILLON_DELIVERY_ACKNOWLEDGE_MS": "2000",
    "CARILLON_DELIVERY_PING_MS": "1000",
}


class Server:
    def __init__(self, program, folder):
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        self.program, self.folder = program, folder
        self.corp = self.run_json("corp", "create", "--name", "测试组织")["corp_id"]
        self.app = self.run_json("app", "create", "--corp", self.corp, "--name", "app", "--grant", GRANTS)
        # Events are stored until the client connects.
        self.run_json("subscription", "set", self.app["app_key"], "--events", "user_*")
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.address = f"127.0.0.1:{free.getsockname()[1]}"
        self.url = f"http://{self.address}"
        self.start()

    def run_json(self, *arguments):
        command = [self.program, *arguments, "--json", "--data", self.folder]
        return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)

    def start(self):
        command = [self.program, "serve", "--listen", self.address, "--log", "warn", "--data", self.folder]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, **SETTINGS})
        line = self.process.stdout.readline().decode()
        assert line.startswith("carillon listening on "), line

    def terminate(self):
        self.process.terminate()
        return self.process.wait(60)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def token(self):
        parameters = {"appkey": self.app["app_key"], "appsecret": self.app["app_secret"]}
        return requests.get(self.url + "/gettoken", params=parameters).json()["access_token"]

    def call(self, path, fields):
        answer = requests.post(f"{self.url}{path}?access_token={self.token()}", json=fields).json()
        assert answer["errcode"] == 0, answer

    def add_member(self, userid):
        fields = {
            "userid": userid, "name": userid, "dept_id_list": "1", "exclusive_account": True,
            "exclusive_account_type": "dingtalk", "login_id": userid, "init_password": "long enough 1",
        }
        self.call("/topapi/v2/user/create", fields)

    def rename_member(self, userid, name):
        self.call("/topapi/v2/user/update", {"userid": userid, "name": name})

    def log(self):
        headers = {"x-acs-dingtalk-access-token": self.token()}
        path = "/v1.0/carillon/event/delivery/list"
        return requests.post(self.url + path, headers=headers, json={"max_results": 100}).json()["events"]

    def settled(self):
        """Waits until no event is pending. Returns the delivery log, newest first."""
        for _ in range(1_000):
            events = self.log()
            if all(event["state"] != "waiting" for event in events):
                return events
            time.sleep(0.02)
        raise AssertionError(f"events are still pending: {events}")
