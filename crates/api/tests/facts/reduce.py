#!/usr/bin/env python3
"""Reduces the facts of the public documentation to what the contract tests read: `reduce.py FACTS`, run in this folder."""

import json
import pathlib
import sys

FIELDS = ["name", "type", "required", "list", "csv", "min_len", "max_len", "max_items", "min", "max", "enum"]


def field(given):
    """What a schema can say; "no" and "not documented" are left out alike."""
    kept = {key: given[key] for key in FIELDS if given.get(key) not in (None, False, [])}
    if given.get("children"):
        kept["fields"] = [field(child) for child in given["children"]]
    return kept


def operation(entry):
    kept = {key: entry[key] for key in ["id", "group", "host", "method", "path", "permission"]}
    kept["app_types"] = [kind for kind, may in entry["app_types"].items() if may]
    kept["request"] = [
        {**field(given), "place": place}
        for place, given_there in [("path", "path_params"), ("query", "query"), ("body", "body")]
        for given in entry.get(given_there) or []
        if given["name"] != "access_token"
    ]
    kept["response"] = [field(given) for given in entry.get("response") or []]
    kept["errors"] = [{key: error[key] for key in ["code", "http"]} for error in entry["errors"]]
    return kept


def write(name, rows):
    """One line for each, so that a change shows as the line that it is in."""
    lines = [json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows]
    pathlib.Path(name).write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")


def main():
    facts = pathlib.Path(sys.argv[1])

    def read(name):
        return json.loads((facts / name).read_text(encoding="utf-8"))

    entries = [entry for entry in read("endpoints.json") if entry["host"] != "callback" and entry["method"] != "WS"]
    write("endpoints.json", [operation(entry) for entry in entries])
    errors = read("errors.json")
    rows = [{"code": row["code"], "http": row["http"]} for table in ["oapi_global", "v1_global"] for row in errors[table]]
    write("errors.json", rows)


main()
