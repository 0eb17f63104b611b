"""A program with an official client. It prints one line of JSON for each frame that its handler gets."""

import json
import os
import queue
import subprocess
import threading

TIMEOUT_SECONDS = 60


class Client:
    def __init__(self, command, server):
        app = server.app
        arguments = [*command, server.url, app["app_key"], app["app_secret"]]
        # The client for Python reads the address of its gateway from the environment.
        environment = {**os.environ, "DINGTALK_OPENAPI_ENDPOINT": server.url}
        self.process = subprocess.Popen(arguments, stdout=subprocess.PIPE, env=environment)
        self.frames = queue.Queue()
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        for line in self.process.stdout:
            # The clients also print log lines.
            if line.startswith(b"{"):
                self.frames.put(json.loads(line))

    def next(self, userid):
        """Returns the next frame, which must be about a member."""
        frame = self.frames.get(timeout=TIMEOUT_SECONDS)
        assert frame["data"]["userId"] == [userid], frame
        return frame

    def stop(self):
        self.process.kill()
        self.process.wait()
