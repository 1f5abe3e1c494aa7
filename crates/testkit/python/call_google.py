"""Google's own client for Calendar v3, pointed at another server: reads calls (JSON, one a line) and prints what came of each (JSON, one a line)."""

import json
import sys

from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

settings = json.loads(sys.argv[1])
credentials = Credentials(
    None,
    refresh_token=settings["refresh_token"],
    token_uri=settings["token_endpoint"],
    client_id=settings["client_id"],
    client_secret=settings["client_secret"],
)
options = {"api_endpoint": settings["endpoint"] + "/"}
service = build("calendar", "v3", credentials=credentials, static_discovery=True, cache_discovery=False, client_options=options)

for line in sys.stdin:
    call = json.loads(line)
    request = getattr(getattr(service, call["resource"])(), call["method"])(**call["arguments"])
    if call.get("if_match"):
        request.headers["If-Match"] = call["if_match"]
    try:
        answer = {"status": 200, "body": request.execute()}
    except HttpError as error:
        answer = {"status": int(error.status_code), "body": error.error_details}
    print(json.dumps(answer), flush=True)
