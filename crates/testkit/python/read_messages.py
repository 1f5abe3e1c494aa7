"""Reads messages (base64, one a line) and prints what icalendar finds in each (JSON, one a line)."""

import base64
import email
import email.policy
import json
import sys

import icalendar


def text(value):
    return None if value is None else str(value)


def moment(component, name):
    value = component.get(name)
    return None if value is None else {"value": value.dt.isoformat(), "tzid": value.params.get("TZID")}


def addresses(component, name):
    value = component.get(name, [])
    values = value if isinstance(value, list) else [value]
    return [{"address": str(one), **{key.lower(): str(found) for key, found in one.params.items()}} for one in values]


def errors_of(calendar):
    found = []
    for component in calendar.walk():
        found += [f"{component.name} {name or ''}: {words}" for name, words in getattr(component, "errors", [])]
        found += [f"{component.name} lacks {name}" for name in getattr(component, "required", ()) if name not in component]
    zones = {str(zone.get("TZID")) for zone in calendar.walk("VTIMEZONE")}
    for event in calendar.walk("VEVENT"):
        for name in ("DTSTART", "DTEND", "RECURRENCE-ID"):
            zone = event[name].params.get("TZID") if name in event else None
            if zone and zone not in zones:
                found.append(f"VEVENT {name}: no VTIMEZONE for {zone}")
    return found


def read(raw):
    message = email.message_from_bytes(raw, policy=email.policy.default)
    answer = {"to": text(message["To"]), "from": text(message["From"]), "subject": text(message["Subject"]), "errors": []}
    parts = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
    answer["attachments"] = [part.get_filename() for part in message.walk() if part.get_filename()]
    if not parts:
        answer["errors"].append("the message has no text/calendar part")
        return answer
    answer["header_method"] = text(parts[0].get_param("method"))
    raw_calendar = parts[0].get_payload(decode=True)
    answer["errors"] += [f"line {number} has over 75 octets" for number, line in enumerate(raw_calendar.split(b"\r\n"), 1) if len(line) > 75]
    try:
        calendar = icalendar.Calendar.from_ical(raw_calendar)
    except ValueError as error:
        answer["errors"].append(str(error))
        return answer
    answer["errors"] += errors_of(calendar)
    answer["method"] = text(calendar.get("METHOD"))
    events = calendar.walk("VEVENT")
    answer["events"] = len(events)
    if events:
        event = events[0]
        answer.update(
            uid=text(event.get("UID")),
            recurrence_id=moment(event, "RECURRENCE-ID"),
            sequence=event.get("SEQUENCE"),
            dtstamp=moment(event, "DTSTAMP"),
            organizer=(addresses(event, "ORGANIZER") or [None])[0],
            attendees=addresses(event, "ATTENDEE"),
            summary=text(event.get("SUMMARY")),
            start=moment(event, "DTSTART"),
            end=moment(event, "DTEND"),
            status=text(event.get("STATUS")),
            rrule=event["RRULE"].to_ical().decode() if "RRULE" in event else None,
        )
    return answer


for line in sys.stdin:
    if line.strip():
        print(json.dumps(read(base64.b64decode(line))))
