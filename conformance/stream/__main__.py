"""The official Stream clients with a server that is restarted. Prints one line for each case.

`cargo xtask test` runs it. Arguments: the program, and a folder for its data.
"""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "python"))

from client import Client
from server import Server
from suite import Suite, equal

HERE = os.path.dirname(os.path.abspath(__file__))
CLIENTS = {
    "python": [sys.executable, "-B", os.path.join(HERE, "listen.py")],
    "node": ["node", os.path.join(HERE, "listen.mjs")],
}


def receives_and_acknowledges(server, client):
    server.add_member("plain")
    frame = client.next("plain")
    equal(frame["type"], "user_add_org")
    equal(frame["corp"], server.corp)
    equal(frame["data"]["userId"], ["plain"])
    event = server.settled()[0]
    equal((event["event_id"], event["state"], len(event["attempts"])), (frame["id"], "delivered", 1))


def gets_deferred_event_again(server, client):
    server.add_member("later")
    first, second = client.next("later"), client.next("later")
    equal(first["id"], second["id"])
    assert first["message"] != second["message"], first
    event = server.settled()[0]
    equal((event["state"], event["attempts"][0]["problem"] != ""), ("delivered", True))


def gets_event_again_after_exception(server, client):
    server.add_member("raise")
    first, second = client.next("raise"), client.next("raise")
    equal(first["id"], second["id"])
    event = server.settled()[0]
    equal(event["state"], "delivered")
    assert event["attempts"][0]["problem"].startswith("no acknowledgement"), event


def keeps_the_order(server, client):
    server.add_member("order")
    for number in range(20):
        server.rename_member("order", f"name {number}")
    client.next("order")
    names = [client.next("order")["data"]["diffInfo"][0]["curr"]["name"] for _ in range(20)]
    equal(names, [f"name {number}" for number in range(20)])
    server.settled()


def reconnects_after_the_end_of_the_server(server, client):
    equal(server.terminate(), 0)
    server.start()
    server.add_member("restarted")
    client.next("restarted")
    server.settled()


def reconnects_after_a_crash(server, client):
    server.kill()
    server.start()
    server.add_member("crashed")
    client.next("crashed")
    server.settled()


STEPS = {
    "receives an event and acknowledges it": receives_and_acknowledges,
    "gets an event again that it deferred": gets_deferred_event_again,
    "gets an event again after an exception": gets_event_again_after_exception,
    "gets the events of one member in order": keeps_the_order,
    "reconnects after the server stopped": reconnects_after_the_end_of_the_server,
    "reconnects after the server was killed": reconnects_after_a_crash,
}


def main(program, folder):
    for name, command in CLIENTS.items():
        suite = Suite("stream " + name)
        server = Server(program, os.path.join(folder, name))
        client = Client(command, server)
        try:
            for case, step in STEPS.items():
                # The client for Node receives nothing more after its handler has thrown.
                if (name, step) != ("node", gets_event_again_after_exception):
                    suite.attempt(case, step, server, client)
        finally:
            client.stop()
            server.kill()


main(*sys.argv[1:])
