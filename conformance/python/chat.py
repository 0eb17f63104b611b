"""Bots with the official Stream client, like its sample programs: a member writes in the inbox, the bot replies."""

import asyncio
import html
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time

import requests

from suite import equal

PICTURE = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\x01\0\x01\0\0\x02\x01D\0;"
PASSWORD = "long enough 1"
EXAMPLES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "examples")


class Conversation:
    """A service account with a menu, and a signed-in member."""

    def __init__(self, fixture, name):
        self.fixture = fixture
        picture = fixture.session.post(
            fixture.address("/media/upload"), data={"type": "image"}, files={"media": PICTURE}
        ).json()["media_id"]
        account = {"name": name, "desc": "长", "avatar_media_id": picture, "preview_media_id": picture}
        self.unionid = self.call("/topapi/serviceaccount/add", account)["unionid"]
        button = [{"name": "今天", "type": "click", "key": "TODAY"}]
        menu = {"enable_input": True, "status": 0, "button": button}
        self.call("/topapi/serviceaccount/menu/update", {"unionid": self.unionid, "menu": menu})
        member = {"userid": name, "name": name, "dept_id_list": "1", "exclusive_account": True, "init_password": PASSWORD}
        self.call("/topapi/v2/user/create", member)
        self.browser = requests.Session()
        self.browser.post(fixture.url + "/sign-in", data={"userid": name, "password": PASSWORD, "next": "/inbox"})
        self.path = f"{fixture.url}/inbox/a/{self.unionid}"

    def call(self, path, fields):
        answer = self.fixture.session.post(self.fixture.address(path), json=fields).json()
        equal(answer["errcode"], 0)
        return answer

    def write(self, text):
        equal(self.browser.post(self.path + "/messages", files={"text": (None, text)}).status_code, 200)

    def choose(self, position):
        equal(self.browser.post(f"{self.path}/menu/{position}").status_code, 200)

    def page(self):
        return html.unescape(self.browser.get(self.path).text)

    def wait_for(self, pattern):
        """Waits until the page matches a pattern."""
        for _ in range(300):
            if re.search(pattern, self.page()):
                return
            time.sleep(0.1)
        raise AssertionError(f"no {pattern} in {self.page()}")


class Program:
    """A Stream client in a separate thread. The constructor returns when it is connected."""

    def __init__(self, fixture, prepare):
        # The module reads it when it is loaded. Nothing else differs from a program for the vendor's server.
        os.environ["DINGTALK_OPENAPI_ENDPOINT"] = fixture.url
        import dingtalk_stream

        credential = dingtalk_stream.Credential(fixture.main["app_key"], fixture.main["app_secret"])
        self.client = dingtalk_stream.DingTalkStreamClient(credential)
        prepare(dingtalk_stream, self.client)
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_until_complete, args=(self.client.start(),), daemon=True).start()
        for _ in range(300):
            if self.client.websocket:
                return
            time.sleep(0.1)
        raise AssertionError("not connected")

    def end(self):
        # Otherwise it would reconnect at once and take messages of the next program.
        self.client.open_connection = lambda: None
        asyncio.run_coroutine_threadsafe(self.client.websocket.close(), self.loop).result()


def echo(dingtalk_stream, client):
    class Echo(dingtalk_stream.ChatbotHandler):
        async def process(self, callback):
            incoming = dingtalk_stream.ChatbotMessage.from_dict(callback.data)
            text = "\n".join(self.extract_text_from_incoming_message(incoming))
            self.reply_text(f"echo received message: {text}", incoming)
            self.reply_markdown("echo", f"**{incoming.sender_nick}** {incoming.sender_staff_id}", incoming)
            return dingtalk_stream.AckMessage.STATUS_OK, "OK"

    client.register_callback_handler(dingtalk_stream.ChatbotMessage.TOPIC, Echo())


def answers_a_member(fixture):
    conversation = Conversation(fixture, "回声")
    program = Program(fixture, echo)
    conversation.write("你好 bot")
    conversation.wait_for(r'<div class="bubble text" dir="auto">echo received message: 你好 bot</div>')
    conversation.wait_for(r"<strong>回声</strong> 回声")
    program.end()


def receives_choices(fixture):
    conversation = Conversation(fixture, "听菜单的")
    received = []

    def listen(dingtalk_stream, client):
        class Listener(dingtalk_stream.EventHandler):
            async def process(self, event):
                received.append((event.headers.event_type, event.data.get("actionKey"), event.data.get("toUser")))
                return dingtalk_stream.AckMessage.STATUS_OK, "OK"

        client.register_all_event_handler(Listener())

    program = Program(fixture, listen)
    conversation.choose(0)
    for _ in range(300):
        if any(unionid == conversation.unionid for _, _, unionid in received):
            break
        time.sleep(0.1)
    equal([one for one in received if one[2] == conversation.unionid], [("isw_user_event_received", "TODAY", conversation.unionid)])
    program.end()


def the_example_answers(fixture):
    conversation = Conversation(fixture, "示例")
    # From now on the server stores messages of this channel until the bot connects.
    request = {
        "clientId": fixture.main["app_key"], "clientSecret": fixture.main["app_secret"],
        "subscriptions": [{"type": "CALLBACK", "topic": "/v1.0/im/bot/messages/get"}],
    }
    equal(requests.post(fixture.url + "/v1.0/gateway/connections/open", json=request).status_code, 200)
    conversation.write("你好 example")
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump({"base_url": fixture.url, "app": fixture.main}, file)
        file.flush()
        # The program logs to standard output, which is for results here.
        command = [sys.executable, os.path.join(EXAMPLES, "echo_bot.py"), file.name]
        program = subprocess.Popen(command, stdout=sys.stderr)
        try:
            conversation.wait_for(r'<div class="bubble text" dir="auto">You wrote: 你好 example</div>')
        finally:
            program.kill()
            program.wait()


def run(fixture, suite):
    suite.attempt("the echo bot of the official client answers a member", answers_a_member, fixture)
    suite.attempt("examples/echo_bot.py answers a member", the_example_answers, fixture)
    suite.attempt("an event handler of the official client receives the choice of a menu item", receives_choices, fixture)
