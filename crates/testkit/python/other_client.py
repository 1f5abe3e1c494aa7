"""Another client of a CalDAV collection, and another opinion on what takes place: reads commands (JSON, one a line) and prints what came of each
(JSON, one a line). Without a server it only expands what it is given."""

import base64
import datetime
import http.client
import json
import sys
import xml.etree.ElementTree
import zoneinfo

import dateutil.rrule
import icalendar
import recurring_ical_events

settings = json.loads(sys.argv[1])
UTC = datetime.timezone.utc
ZONE = zoneinfo.ZoneInfo("Europe/Vienna")
HOUR = datetime.timedelta(hours=1)
TRIES = 20
deleted = []


def ask(method, path, body="", **headers):
    if settings.get("user"):
        login = base64.b64encode(f"{settings['user']}:{settings['password']}".encode()).decode()
        headers["Authorization"] = f"Basic {login}"
    connection = http.client.HTTPConnection("127.0.0.1", settings["port"], timeout=60)
    connection.request(method, path, body.encode(), {name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    return answer.status, answer.headers, answer.read().decode()


def names():
    _, _, body = ask("PROPFIND", settings["path"], Depth="1", Content_Type="text/xml")
    hrefs = [element.text for element in xml.etree.ElementTree.fromstring(body).iter("{DAV:}href")]
    return sorted(href for href in hrefs if href.endswith(".ics"))


def name_of(uid):
    return f"{settings['path']}{uid.replace('@', '-')}.ics"


def read(name):
    status, headers, body = ask("GET", name)
    return (headers["ETag"], body) if status == 200 else (None, None)


def write(name, calendar, **condition):
    status, _, _ = ask("PUT", name, calendar, Content_Type="text/calendar; charset=utf-8", **condition)
    return status in (200, 201, 204)


def calendar_of(events):
    calendar = icalendar.Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", "-//Another//Client//EN")
    for event in events:
        calendar.add_component(event)
    calendar.add_missing_timezones()
    return calendar.to_ical().decode()


def put(event, name, value):
    event.pop(name, None)
    if value is not None:
        event.add(name, value)


def touched(event):
    put(event, "DTSTAMP", datetime.datetime.now(UTC).replace(microsecond=0))
    put(event, "LAST-MODIFIED", datetime.datetime.now(UTC).replace(microsecond=0))
    return event


def new(uid, said, start, end, rule):
    event = icalendar.Event()
    event.add("UID", uid)
    event.add("SUMMARY", said)
    event.add("DTSTART", start)
    event.add("DTEND", end)
    if rule:
        event.add("RRULE", icalendar.vRecur.from_ical(rule))
    return touched(event)


def times(event, name):
    lists = event.get(name, [])
    return [time.dt for part in (lists if isinstance(lists, list) else [lists]) for time in part.dts]


def originals(master):
    """Every date of a series by its rule, those that are off left out."""
    if "RRULE" not in master:
        return []
    start = master["DTSTART"].dt
    is_day = not isinstance(start, datetime.datetime)
    begin = datetime.datetime.combine(start, datetime.time()) if is_day else start
    rule = dateutil.rrule.rrulestr(master["RRULE"].to_ical().decode(), dtstart=begin)
    found = [date.date() if is_day else date for date in rule[:60]]
    return [date for date in found if date not in times(master, "EXDATE")]


def later(time, by):
    """On the wall clock."""
    return time + by if isinstance(time, datetime.datetime) else time + datetime.timedelta(days=by.days)


def stamp(time):
    return time.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ") if isinstance(time, datetime.datetime) else time.strftime("%Y%m%d")


def edited(events, edit):
    """The events of a series after an edit, and the date that it was about; none where it cannot be made."""
    kind, said, pick = edit["kind"], edit.get("said", ""), edit.get("pick", 0)
    master = next(event for event in events if "RECURRENCE-ID" not in event)
    exceptions = [event for event in events if "RECURRENCE-ID" in event]
    length = master.end - master.start
    is_day = not isinstance(master["DTSTART"].dt, datetime.datetime)
    touched(master)
    if kind == "title":
        put(master, "SUMMARY", said)
    elif kind == "place":
        put(master, "LOCATION", said)
    elif kind == "time":
        if is_day:
            return None
        start = master["DTSTART"].dt.replace(hour=8 + pick % 12, minute=pick % 2 * 30)
        by = start.replace(tzinfo=None) - master["DTSTART"].dt.replace(tzinfo=None)
        off = [later(date, by) for date in times(master, "EXDATE")]
        put(master, "DTSTART", start)
        put(master, "DTEND", start + length)
        put(master, "EXDATE", off or None)
        exceptions = []
    elif kind == "rule":
        put(master, "RRULE", icalendar.vRecur.from_ical(["FREQ=WEEKLY;COUNT=6", "FREQ=WEEKLY;COUNT=9", "FREQ=DAILY;COUNT=12"][pick % 3]))
        put(master, "EXDATE", None)
        exceptions = []
    else:
        dates = originals(master)
        if not dates:
            return None
        date = dates[pick % len(dates)]
        others = [event for event in exceptions if event["RECURRENCE-ID"].dt != date]
        if kind == "off":
            put(master, "EXDATE", [*times(master, "EXDATE"), date])
            return [master, *others], stamp(date)
        if kind == "following":
            if date == dates[0]:
                return None
            rule = master["RRULE"]
            rest = new(edit["uid"], said, date, later(date, length), None)
            rest.add("RRULE", icalendar.vRecur({**{name: value for name, value in rule.items() if name not in ("COUNT", "UNTIL")}, "COUNT": [3]}))
            put(rest, "LOCATION", master.get("LOCATION"))
            is_before = lambda other: stamp(other) < stamp(date)
            until = date - datetime.timedelta(days=1) if is_day else (date - HOUR).astimezone(UTC)
            put(master, "RRULE", icalendar.vRecur({**{name: value for name, value in rule.items() if name not in ("COUNT", "UNTIL")}, "UNTIL": [until]}))
            put(master, "EXDATE", [off for off in times(master, "EXDATE") if is_before(off)] or None)
            return [master, *[event for event in exceptions if is_before(event["RECURRENCE-ID"].dt)], rest], ""
        known = next((event for event in exceptions if event["RECURRENCE-ID"].dt == date), None)
        if known is None:
            known = new(str(master["UID"]), str(master["SUMMARY"]), date, later(date, length), None)
            put(known, "LOCATION", master.get("LOCATION"))
            known.add("RECURRENCE-ID", date)
        touched(known)
        put(known, "SUMMARY", said)
        if kind == "move":
            start = later(date, datetime.timedelta(days=1) if is_day else HOUR)
            put(known, "DTSTART", start)
            put(known, "DTEND", later(start, length))
        return [master, *others, known], stamp(date)
    return [master, *exceptions], ""


def create(edit):
    if edit.get("day"):
        start = datetime.date(2027, 3, 6) + datetime.timedelta(days=edit["pick"] % 30)
        end = start + datetime.timedelta(days=1 + edit["pick"] % 2)
    else:
        start = datetime.datetime(2027, 3, 6, 8 + edit["pick"] % 12, tzinfo=ZONE)
        end = start + 2 * HOUR
    event = new(edit["uid"], edit["said"], start, end, edit["rule"])
    name = name_of(edit["uid"])
    return {"name": name, "date": ""} if write(name, calendar_of([event]), If_None_Match="*") else None


def change(edit):
    name = edit["name"]
    for _ in range(TRIES):
        etag, body = read(name)
        if etag is None:
            return None
        if edit["kind"] == "delete":
            status, _, _ = ask("DELETE", name, If_Match=etag)
            if status in (200, 204):
                deleted.append((name, body))
                return {"name": name, "date": ""}
            continue
        found = edited(icalendar.Calendar.from_ical(body).walk("VEVENT"), edit)
        if found is None:
            return None
        events, date = found
        rest = [event for event in events if str(event["UID"]) == edit.get("uid")]
        if write(name, calendar_of([event for event in events if event not in rest]), If_Match=etag):
            if rest:
                write(name_of(edit["uid"]), calendar_of(rest), If_None_Match="*")
            return {"name": name_of(edit["uid"]) if rest else name, "date": date}
    raise RuntimeError(f"{name} changes all the time")


def restore():
    if not deleted:
        return None
    name, body = deleted.pop()
    return {"name": name, "date": ""} if write(name, body, If_None_Match="*") else None


def moment(time):
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(time, datetime.datetime) else time.isoformat()


def occurrences(bodies):
    found = []
    for body in bodies:
        for event in recurring_ical_events.of(icalendar.Calendar.from_ical(body)).between((2026, 1, 1), (2029, 1, 1)):
            if str(event.get("STATUS", "")) != "CANCELLED":
                found.append([moment(event.start), moment(event.end), str(event.get("SUMMARY", "")), str(event.get("LOCATION", ""))])
    return sorted(found)


for line in sys.stdin:
    command = json.loads(line)
    kind = command["kind"]
    if kind == "names":
        answer = names()
    elif kind == "occurrences":
        answer = occurrences([command["calendar"]] if "calendar" in command else [read(name)[1] for name in names()])
    elif kind == "create":
        answer = create(command)
    elif kind == "restore":
        answer = restore()
    else:
        answer = change(command)
    print(json.dumps(answer), flush=True)
