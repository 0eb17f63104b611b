"""Answers members who write to a service account, over Stream: no public address is needed.

    pip install dingtalk-stream
    python3 examples/echo_bot.py [DEMO_JSON]

DEMO_JSON defaults to data/demo.json, which `carillon demo` writes. Write to 信息服务台 in the inbox and see the reply.
For your own organisation, set the address, the app key and the secret below. The app needs the permission
`qyapi_service_account_message`.
"""

import json
import os
import sys

with open(sys.argv[1] if len(sys.argv) > 1 else "data/demo.json", encoding="utf-8") as file:
    demo = json.load(file)

# The only difference from a program that talks to DingTalk. The client reads the variable when it is imported.
os.environ["DINGTALK_OPENAPI_ENDPOINT"] = demo["base_url"]

import dingtalk_stream
from dingtalk_stream import AckMessage, ChatbotMessage


class EchoBot(dingtalk_stream.ChatbotHandler):
    async def process(self, callback):
        incoming = ChatbotMessage.from_dict(callback.data)
        # Pictures have no text.
        text = "".join(self.extract_text_from_incoming_message(incoming) or []) or "a picture"
        self.reply_text(f"You wrote: {text}", incoming)
        return AckMessage.STATUS_OK, "OK"


credential = dingtalk_stream.Credential(demo["app"]["app_key"], demo["app"]["app_secret"])
client = dingtalk_stream.DingTalkStreamClient(credential)
client.register_callback_handler(ChatbotMessage.TOPIC, EchoBot())
client.start_forever()
