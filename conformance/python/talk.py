"""Echo bots made of the official Stream client, as its sample programs are: a member writes in the inbox, the bot answers."""

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


class Office:
    """A service account, a member with the inbox open, and a program that serves the account."""

    def __init__(self, world, name):
        self.world = world
        picture = world.session.post(
            world.address("/media/upload"), data={"type": "image"}, files={"media": PICTURE}
        ).json()["media_id"]
        account = {"name": name, "desc": "长", "avatar_media_id": picture, "preview_media_id": picture}
        self.unionid = self.call("/topapi/serviceaccount/add", account)["unionid"]
        button = [{"name": "今天", "type": "click", "key": "TODAY"}]
        menu = {"enable_input": True, "status": 0, "button": button}
        self.call("/topapi/serviceaccount/menu/update", {"unionid": self.unionid, "menu": menu})
        member = {"userid": name, "name": name, "dept_id_list": "1", "exclusive_account": True, "init_password": PASSWORD}
        self.call("/topapi/v2/user/create", member)
        self.browser = requests.Session()
        self.browser.post(world.url + "/sign-in", data={"userid": name, "password": PASSWORD, "next": "/inbox"})
        self.path = f"{world.url}/inbox/a/{self.unionid}"

    def call(self, path, fields):
        answer = self.world.session.post(self.world.address(path), json=fields).json()
        equal(answer["errcode"], 0)
        return answer

    def write(self, text):
        equal(self.browser.post(self.path + "/messages", files={"text": (None, text)}).status_code, 200)

    def choose(self, position):
        equal(self.browser.post(f"{self.path}/menu/{position}").status_code, 200)

    def page(self):
        return html.unescape(self.browser.get(self.path).text)

    def shows(self, pattern):
        """Waits until the conversation has something."""
        for _ in range(300):
            if re.search(pattern, self.page()):
                return
            time.sleep(0.1)
        raise AssertionError(f"no {pattern} in {self.page()}")


class Program:
    """A Stream client in a thread of its own, from when it is connected."""

    def __init__(self, world, prepare):
        # Read when the module is loaded, and the only thing that differs from a program that serves the vendor's accounts.
        os.environ["DINGTALK_OPENAPI_ENDPOINT"] = world.url
        import dingtalk_stream

        credential = dingtalk_stream.Credential(world.main["app_key"], world.main["app_secret"])
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
        # It would come back at once, and take messages that are meant for the next one.
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


def answers_a_member(world):
    office = Office(world, "回声")
    program = Program(world, echo)
    office.write("你好 bot")
    office.shows(r'<div class="bubble text" dir="auto">echo received message: 你好 bot</div>')
    office.shows(r"<strong>回声</strong> 回声")
    program.end()


def hears_what_is_chosen(world):
    office = Office(world, "听菜单的")
    heard = []

    def listen(dingtalk_stream, client):
        class Listener(dingtalk_stream.EventHandler):
            async def process(self, event):
                heard.append((event.headers.event_type, event.data.get("actionKey"), event.data.get("toUser")))
                return dingtalk_stream.AckMessage.STATUS_OK, "OK"

        client.register_all_event_handler(Listener())

    program = Program(world, listen)
    office.choose(0)
    for _ in range(300):
        if any(unionid == office.unionid for _, _, unionid in heard):
            break
        time.sleep(0.1)
    equal([one for one in heard if one[2] == office.unionid], [("isw_user_event_received", "TODAY", office.unionid)])
    program.end()


def the_example_answers(world):
    office = Office(world, "示例")
    # From here on the server stores messages for this channel, so a message may come before the bot has connected.
    request = {
        "clientId": world.main["app_key"], "clientSecret": world.main["app_secret"],
        "subscriptions": [{"type": "CALLBACK", "topic": "/v1.0/im/bot/messages/get"}],
    }
    equal(requests.post(world.url + "/v1.0/gateway/connections/open", json=request).status_code, 200)
    office.write("你好 example")
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump({"base_url": world.url, "app": world.main}, file)
        file.flush()
        # The program logs on standard output, which is for results here.
        command = [sys.executable, os.path.join(EXAMPLES, "echo_bot.py"), file.name]
        program = subprocess.Popen(command, stdout=sys.stderr)
        try:
            office.shows(r'<div class="bubble text" dir="auto">You wrote: 你好 example</div>')
        finally:
            program.kill()
            program.wait()


def run(world, suite):
    suite.attempt("the echo bot of the official client answers a member", answers_a_member, world)
    suite.attempt("examples/echo_bot.py answers a member", the_example_answers, world)
    suite.attempt("an event handler of the official client hears what a member chose", hears_what_is_chosen, world)
