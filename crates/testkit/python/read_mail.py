"""Reads messages (base64, one a line) and prints what Python's own reader of mail finds in each (JSON, one a line)."""

import base64
import email
import email.policy
import json
import sys


def defects_of(message):
    found = []
    for part in message.walk():
        found += [f"{part.get_content_type()}: {defect!r}" for defect in part.defects]
        for name, value in part.items():
            found += [f"{name}: {defect!r}" for defect in getattr(value, "defects", ())]
    return found


for line in sys.stdin:
    raw = base64.b64decode(line)
    message = email.message_from_bytes(raw, policy=email.policy.default)
    body = {part.get_content_type(): part.get_content() for part in message.walk() if part.get_content_maintype() == "text"}
    longest = max(len(one) for one in raw.splitlines())
    print(
        json.dumps(
            {
                "headers": {name.lower(): str(value) for name, value in message.items()},
                "type": message.get_content_type(),
                "plain": body.get("text/plain", ""),
                "html": body.get("text/html", ""),
                "defects": defects_of(message),
                "longest_line": longest,
            }
        )
    )
