"""Checks the server against its OpenAPI document: validates the document, and runs schemathesis.

`cargo xtask test` runs it. Arguments: the address of a server, and the `demo.json` of its demonstration.
"""

import json
import os
import pathlib
import subprocess
import sys

import requests
from openapi_spec_validator import validate

url, demo_file = sys.argv[1:3]
folder = pathlib.Path(__file__).resolve().parent
document = requests.get(f"{url}/openapi.json").json()
validate(document)

with open(demo_file, encoding="utf-8") as file:
    demo = json.load(file)
app = demo["app"]
names = {"appkey": app["app_key"], "appsecret": app["app_secret"]}
token = requests.get(f"{url}/gettoken", params=names).json()["access_token"]
account = demo["service_accounts"][0]["unionid"]
member = demo["members"][0]["userid"]
department = demo["departments"][0]["dept_id"]
role = demo["roles"][0]["role_id"]
owner = next(operator for operator in demo["operators"] if operator["role"] == "owner")
form = {"userid": owner["userid"], "password": owner["password"]}
session = requests.post(f"{url}/sign-in", data=form, allow_redirects=False).cookies["carillon_session"]
query = {"operatorUserId": member, "uuid": "1", "pageStart": 1, "pageSize": 1}
headers = {"x-acs-dingtalk-access-token": token}
groups = requests.get(f"{url}/v1.0/exclusive/securities/orgGroupInfos", params=query, headers=headers).json()
group = groups["items"][0]["openConversationId"]
# Ids of the demonstration in place of those that examples of the document have, which do not exist.
ids = {
    "svcUnionId0001": account,
    "user01": member,
    "101": department,
    "2001": role,
    "cidSample0001==": group,
    "dingappkey0001": app["app_key"],
    "APP_SECRET": app["app_secret"],
}
program = pathlib.Path(sys.executable).absolute().with_name("schemathesis")
# They would take the permissions of the app whose token is used, or end the session, which all other requests need.
harmful = ["carillon.app_permissions", "carillon.member_session_end"]
excluded = [argument for operation in harmful for argument in ("--exclude-operation-id", operation)]
command = [program, "--config-file", folder / "schemathesis.toml", "run", f"{url}/openapi.json", *excluded, *sys.argv[3:]]
environment = {
    **os.environ,
    "CARILLON_TOKEN": token,
    "CARILLON_SESSION": session,
    "CARILLON_IDS": json.dumps(ids),
    # The hooks import another file of this folder.
    "PYTHONPATH": str(folder),
    "SCHEMATHESIS_HOOKS": "hooks",
}
# Its output files go beside the data folder.
sys.exit(subprocess.run(command, env=environment, cwd=pathlib.Path(demo_file).parent.parent).returncode)
