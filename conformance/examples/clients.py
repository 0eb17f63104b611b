"""What the official clients of the v1.0 host call each operation: `crates/reference/clients.json`.

It is read from the installed clients for Python and Node. Those for Java and Go come from the same source, so their names follow from the name of
the action. With `--check`, the file is only compared. The classes of the client of the legacy host, which is for Java, stay as they are.
"""

import ast
import json
import re
import sys
from pathlib import Path

import alibabacloud_dingtalk

ROOT = Path(__file__).parents[2]
FILE = ROOT / "crates/reference/clients.json"
PYTHON = Path(alibabacloud_dingtalk.__file__).parent
NODE = ROOT / "conformance/node_modules/@alicloud/dingtalk/src"
TYPES = {"int": "number", "float": "number", "bool": "boolean"}


def template(pathname):
    """A path without the names of its fields, which the clients spell in their own way."""
    return re.sub(r"\$?\{\w+\}", "{}", pathname)


def operations():
    """The operations of the vendor's v1.0 host: id, method, path."""
    document = json.loads((ROOT / "openapi/openapi.json").read_text())
    for path, methods in document["paths"].items():
        if path.startswith("/v1.0/") and not path.startswith("/v1.0/carillon"):
            for method, operation in methods.items():
                yield operation["operationId"], method.upper(), path


def query_types(models, action, source):
    """The fields of the query that are not texts."""
    names = dict(re.findall(r"query\['(\w+)'\] = request\.(\w+)", source))
    request = next((node for node in models.body if isinstance(node, ast.ClassDef) and node.name == f"{action}Request"), None)
    if not names or request is None:
        return {}
    arguments = next(node for node in request.body if getattr(node, "name", "") == "__init__").args.args
    hints = {one.arg: ast.unparse(one.annotation) for one in arguments if one.annotation}
    kind = lambda hint: "list" if hint.startswith("List") else TYPES.get(hint)
    return {wire: kind(hints[name]) for wire, name in names.items() if kind(hints[name])}


def actions(wanted):
    """The actions of the Python client by method and template of the path: those that are wanted."""
    found = {}
    for client in sorted(PYTHON.glob("*/client.py")):
        text = client.read_text()
        if "pathname=" not in text:
            continue
        models = None
        for function in re.split(r"\n    def ", text)[1:]:
            head = re.match(r"(\w+)_with_options\(", function)
            path = re.search(r"pathname=f'([^']+)',\s+method='(\w+)'", function)
            if not head or not path or (path[2], template(path[1])) not in wanted:
                continue
            body = function.split("\n    async def ")[0]
            arguments = re.findall(r"^        (\w+): (.+),$", body.split(") ->")[0], re.M)
            action = re.search(r"action='(\w+)'", body)[1]
            entry = {"path": path[1], "package": client.parent.name, "action": action, "python": head[1]}
            names = [name for name, _ in arguments]
            if dict(arguments)["headers"].startswith("Dict"):
                entry["plainHeaders"] = True
            if "query[" in body:
                models = models or ast.parse(client.with_name("models.py").read_text())
                if types := query_types(models, action, body):
                    entry["types"] = types
            entry["hasRequest"] = "request" in names
            # The examples pass the values of the path in its order.
            fields = re.findall(r"\{(\w+)\}", path[1])
            assert names == fields + ["request"] * ("request" in names) + ["headers", "runtime"], (client, head[1], names)
            found[path[2], template(path[1])] = entry
    return found


def node_actions():
    """The same of the client for Node: package and action."""
    found = {}
    for client in sorted(NODE.glob("*/client.ts")):
        for action, path, method in re.findall(r'action: "(\w+)",\s+version: "[^"]+",\s+protocol: "HTTPS?",\s+pathname: `([^`]+)`,\s+method: "(\w+)"', client.read_text()):
            found[method, template(path)] = (client.parent.name, action)
    return found


def entries():
    previous = json.loads(FILE.read_text())
    result = {id: entry for id, entry in previous.items() if "class" in entry}
    wanted = {id: (path, (method, template(path))) for id, method, path in operations()}
    python, node = actions({call for _, call in wanted.values()}), node_actions()
    for id, (path, call) in wanted.items():
        entry = python.get(call)
        if entry is None:
            continue
        action = node.get(call)
        if action is None:
            has_request = entry.pop("hasRequest")
            entry |= {"withoutNode": True, "hasRequest": has_request}
        else:
            assert action == (entry["package"], entry["action"]), (id, action, entry)
        result[id] = entry | {"path": path}
    lines = [f"  {json.dumps(id)}: {json.dumps(result[id], ensure_ascii=False)}" for id in sorted(result)]
    return "{\n" + ",\n".join(lines) + "\n}\n"


made = entries()
if "--check" in sys.argv:
    sys.exit(0 if FILE.read_text() == made else f"{FILE} is not what the clients have: run {Path(__file__).name} with their Python")
FILE.write_text(made)
