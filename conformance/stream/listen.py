"""The official client for Python. Prints each frame of its handler, and acknowledges it as the id of the member says."""

import json
import sys

import dingtalk_stream
from dingtalk_stream import AckMessage, ChatbotMessage

_, _, key, secret = sys.argv
seen = set()


class Listener(dingtalk_stream.EventHandler):
    async def process(self, event):
        headers = event.headers
        frame = {
            "type": headers.event_type, "id": headers.event_id, "corp": headers.event_corp_id,
            "message": headers.message_id, "data": event.data,
        }
        print(json.dumps(frame), flush=True)
        first = headers.event_id not in seen
        seen.add(headers.event_id)
        userid = event.data["userId"][0]
        if first and userid == "later":
            return AckMessage.STATUS_SYSTEM_EXCEPTION, "later"
        if first and userid == "raise":
            raise RuntimeError("requested by the test")
        return AckMessage.STATUS_OK, "OK"


class Robot(dingtalk_stream.ChatbotHandler):
    async def process(self, callback):
        return AckMessage.STATUS_OK, "OK"


client = dingtalk_stream.DingTalkStreamClient(dingtalk_stream.Credential(key, secret))
client.register_all_event_handler(Listener())
client.register_callback_handler(ChatbotMessage.TOPIC, Robot())
client.start_forever()
