#!/bin/sh
# Sends a text to all members of the demonstration, from its first service account.
#
#   sh examples/first-send.sh [TEXT] [DEMO_JSON]
#
# TEXT defaults to "Hello from the shell", DEMO_JSON to data/demo.json, which `carillon demo` writes.
# For your own organisation, set URL, KEY, SECRET and ACCOUNT below instead of reading that file.
# Needs curl and Python 3.
set -eu

TEXT=${1:-Hello from the shell}
DEMO=${2:-data/demo.json}

# Prints one value of the JSON on standard input.
field() { python3 -c "import json, sys; print(json.load(sys.stdin)$1)"; }

URL=$(field "['base_url']" < "$DEMO")
KEY=$(field "['app']['app_key']" < "$DEMO")
SECRET=$(field "['app']['app_secret']" < "$DEMO")
ACCOUNT=$(field "['service_accounts'][0]['unionid']" < "$DEMO")

# A token is valid for two hours: real programs keep it and fetch another one before it expires.
TOKEN=$(curl -sS "$URL/gettoken?appkey=$KEY&appsecret=$SECRET" | field "['access_token']")

# `uuid` is the idempotency key. A second send with the same one is refused (800035), so retries after a timeout are safe.
BODY=$(python3 - "$ACCOUNT" "$TEXT" <<'PYTHON'
import json, sys, uuid

account, text = sys.argv[1:]
print(json.dumps({
    "unionid": account, "msg_type": "text", "text_content": text, "is_to_all": True, "uuid": str(uuid.uuid4()),
}))
PYTHON
)
RESPONSE=$(curl -sS "$URL/topapi/message/mass/send?access_token=$TOKEN" -H 'Content-Type: application/json' -d "$BODY")

# Legacy operations return HTTP 200 for errors too: `errcode` says whether the send was accepted.
echo "$RESPONSE"
[ "$(echo "$RESPONSE" | field "['errcode']")" = 0 ]
