"""Official clients, and the encodings of clients in other languages. Prints one line for each case.

`cargo xtask test` runs it. Argument: the file that describes the server and its apps.
"""

import sys

import catalogue
import chat
import contact
import days
import exclusive
import groups
import guides
import legacy
import provider
import tokens
import uploads
from organisation import Organisation
from suite import Suite
from fixture import Fixture

fixture = Fixture(sys.argv[1])
organisation = Organisation(fixture)
for module in (tokens, uploads, legacy, contact, exclusive, provider):
    module.run(fixture, Suite("python " + module.__name__))
for module in (groups, days, catalogue):
    module.run(fixture, organisation, Suite("python " + module.__name__))
chat.run(fixture, Suite("python chat"))
guides.run(fixture, Suite("python guides"))
