"""Official clients and their clothes, in Python: prints a line for each thing that was tried.

Run by `cargo xtask test`; the argument is the file that tells where the server is.
"""

import sys

import catalogue
import contact
import days
import exclusive
import groups
import legacy
import talk
import tokens
import uploads
from office import Office
from suite import Suite
from world import World

world = World(sys.argv[1])
office = Office(world)
for module in (tokens, uploads, legacy, contact, exclusive):
    module.run(world, Suite("python " + module.__name__))
for module in (groups, days, catalogue):
    module.run(world, office, Suite("python " + module.__name__))
talk.run(world, Suite("python talk"))
