"""Prints a token that the official generated client got, for what is written in other languages.

The argument is the file that tells where the server is.
"""

import sys

from tokens import client, request
from world import World

world = World(sys.argv[1])
print(client(world).get_access_token(request(world.main)).body.access_token)
