"""Keeps a calendar for each recipient of the messages (base64, one a line) as RFC 5546 says, and prints what stands in each between two
days (JSON). Two clients are kept for each: one whose REQUEST of a series replaces all that it knew of it ("replaces"), and one that keeps
occurrences which it heard of one by one ("keeps")."""

import base64
import datetime
import email
import email.policy
import json
import sys

import icalendar
import recurring_ical_events


class Client:
    def __init__(self, keeps):
        self.keeps, self.series = keeps, {}

    def apply(self, calendar):
        method = str(calendar["METHOD"])
        events = list(calendar.walk("VEVENT"))
        zones = list(calendar.walk("VTIMEZONE"))
        known = self.series.setdefault(str(events[0]["UID"]), {"parts": {}, "zones": []})
        whole = [event for event in events if "RECURRENCE-ID" not in event]
        if whole and self.is_newer(known, whole[0]) and not (self.keeps and method == "REQUEST"):
            known["parts"] = {}
        for event in events:
            if not self.is_newer(known, event):
                continue
            if method == "CANCEL" and "RECURRENCE-ID" not in event:
                known["parts"] = {}
                known["gone"] = self.rank(event)
            elif method in ("REQUEST", "CANCEL"):
                if method == "CANCEL":
                    event["STATUS"] = "CANCELLED"
                known["parts"][self.name(event)] = event
        known["zones"] = zones or known["zones"]

    def is_newer(self, known, event):
        held = known["parts"].get(self.name(event))
        return self.rank(event) > max(self.rank(held) if held else (-1, ""), known.get("gone", (-1, "")))

    def name(self, event):
        return event["RECURRENCE-ID"].dt.isoformat() if "RECURRENCE-ID" in event else ""

    def rank(self, event):
        return int(event.get("SEQUENCE", 0)), event["DTSTAMP"].dt.isoformat()

    def is_off(self, event):
        return str(event.get("STATUS", "")) == "CANCELLED"

    def standing(self, first, last):
        found = []
        for known in self.series.values():
            if "" not in known["parts"]:
                continue
            # The library takes a cancelled date for the whole day; it is exactly what its RECURRENCE-ID names.
            parts = list(known["parts"].values())
            off = [part["RECURRENCE-ID"].dt for part in parts if "RECURRENCE-ID" in part and self.is_off(part)]
            calendar = icalendar.Calendar()
            for component in known["zones"] + [part for part in parts if "RECURRENCE-ID" not in part or not self.is_off(part)]:
                calendar.add_component(component)
            for event in recurring_ical_events.of(calendar).between(first, last):
                original = event["RECURRENCE-ID" if "RECURRENCE-ID" in event else "DTSTART"].dt
                if original not in off and not self.is_off(event):
                    words = [str(event.get(name, "")) for name in ("SUMMARY", "DESCRIPTION")]
                    found.append(" | ".join([event["DTSTART"].dt.strftime("%Y-%m-%d %H:%M"), *words]))
        return sorted(found)


first, last = (datetime.date.fromisoformat(day) for day in sys.argv[1:3])
clients = {}
for line in sys.stdin:
    if line.strip():
        message = email.message_from_bytes(base64.b64decode(line), policy=email.policy.default)
        part = next(part for part in message.walk() if part.get_content_type() == "text/calendar")
        to = message["To"].addresses[0].addr_spec
        for client in clients.setdefault(to, {"replaces": Client(False), "keeps": Client(True)}).values():
            client.apply(icalendar.Calendar.from_ical(part.get_payload(decode=True)))
print(json.dumps({to: {name: client.standing(first, last) for name, client in both.items()} for to, both in clients.items()}))
