"""Sends a text to some members, shows how many have read it, and recalls it.

    python3 examples/send_and_recall.py [--demo data/demo.json] [--to USERID,USERID] [TEXT]

The text stays in the inbox until you press Enter. Without --to it goes to the first two members of the demonstration.
For your own organisation, construct `Carillon` and `account` below from your own values. Standard library only.
"""

import argparse
import json
import urllib.error
import urllib.parse
import urllib.request
import uuid


class Refused(Exception):
    """The server refused a call. The text has the code and the reason."""


class Carillon:
    """A client of both hosts. On a self-hosted server they have the same address."""

    def __init__(self, url, app_key, app_secret):
        self.url = url
        query = urllib.parse.urlencode({"appkey": app_key, "appsecret": app_secret})
        # Valid for two hours. A program that runs longer has to fetch another one.
        self.token = self._request(f"/gettoken?{query}")["access_token"]

    def legacy(self, path, **fields):
        """Calls a legacy operation such as `/topapi/message/mass/send`."""
        return self._request(f"{path}?access_token={self.token}", fields)

    def v1(self, path, **fields):
        """Calls a v1.0 operation by POST."""
        return self._request(path, fields, {"x-acs-dingtalk-access-token": self.token})

    def _request(self, path, fields=None, headers=None):
        body = None if fields is None else json.dumps(fields).encode()
        headers = {"Content-Type": "application/json", **(headers or {})}
        request = urllib.request.Request(self.url + path, data=body, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                answer = json.load(response)
        except urllib.error.HTTPError as error:
            # v1.0 operations report errors by status, with a JSON body.
            raise Refused(f"{path.split('?')[0]}: {error.code} {error.read().decode()}") from None
        # Legacy operations report errors with status 200.
        if answer.get("errcode", 0) != 0:
            raise Refused(f"{path.split('?')[0]}: {answer['errcode']} {answer['errmsg']}")
        return answer


def main():
    parser = argparse.ArgumentParser(description="Sends a text to some members and recalls it.")
    parser.add_argument("text", nargs="?", default="The canteen closes early today.")
    parser.add_argument("--demo", default="data/demo.json", help="the file that `carillon demo` writes")
    parser.add_argument("--to", help="userids, separated by commas")
    arguments = parser.parse_args()

    with open(arguments.demo, encoding="utf-8") as file:
        demo = json.load(file)
    carillon = Carillon(demo["base_url"], demo["app"]["app_key"], demo["app"]["app_secret"])
    account = demo["service_accounts"][0]["unionid"]
    receivers = arguments.to or ",".join(member["userid"] for member in demo["members"][:2])

    sent = carillon.legacy(
        "/topapi/message/mass/send",
        unionid=account,
        msg_type="text",
        text_content=arguments.text,
        is_to_all=False,
        userid_list=receivers,
        # The idempotency key: a second send with the same one is refused.
        uuid=str(uuid.uuid4()),
    )
    task = sent["task_id"]
    print(f"sent {task} to {receivers}: open {demo['base_url']}/inbox", flush=True)

    input("Press Enter to recall it. ")
    # Carillon's own operation: the documented ones count the readers of articles only.
    progress = carillon.v1("/v1.0/carillon/message/mass/progress", unionid=account, task_id=task)
    print(f"read by {progress['readers']} of {progress['receivers']}")
    carillon.legacy("/topapi/message/mass/recall", unionid=account, task_id=task)
    print("recalled")


if __name__ == "__main__":
    main()
