"""Prints a token from the official generated client, for programs in other languages.

Argument: the file that describes the server and its apps.
"""

import sys

from tokens import client, request
from fixture import Fixture

fixture = Fixture(sys.argv[1])
print(client(fixture).get_access_token(request(fixture.main)).body.access_token)
