"""Reads source code by the grammar of its language, and fails if there is an error. Arguments: the language and the file."""

import pathlib
import sys

from tree_sitter_language_pack import get_parser


def errors(node):
    if node.is_error or node.is_missing:
        yield f"{node.type} at line {node.start_point.row + 1}"
    for child in node.children:
        yield from errors(child)


language, path = sys.argv[1:]
found = list(errors(get_parser(language).parse(pathlib.Path(path).read_bytes()).root_node))
if found:
    sys.exit("; ".join(found))
