"""Writes recurrences.json: rules, zones and the starts that python-dateutil gives them.

    pip install python-dateutil tzdata
    PYTHONTZPATH= python generate.py > recurrences.json

Each row is [zone, DTSTART, RRULE, first start as a Unix time, then the seconds from each start to the next].
Rules are expanded as wall clock time and placed by PEP 495 with fold=0, which is RFC 5545's rule for gaps and overlaps.
Left out is what dateutil reads otherwise than RFC 5545: a weekday with and one without a number in one BYDAY, BYWEEKNO
without BYDAY or at the edge of the year, and BYSETPOS in a first week that begins before DTSTART.
DTSTART counts as the first occurrence even where the rule does not give it.
"""

import itertools
import json
import random
import sys
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

ZONES = [
    "UTC", "America/Chicago", "America/New_York", "America/Los_Angeles", "America/Sao_Paulo", "America/St_Johns", "Europe/London",
    "Europe/Berlin", "Europe/Dublin", "Africa/Cairo", "Asia/Kolkata", "Asia/Kathmandu", "Australia/Sydney", "Australia/Lord_Howe",
    "Pacific/Auckland", "Pacific/Chatham", "Asia/Tokyo",
]
DAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
MOST = 24
LAST = datetime(2060, 1, 1)

FIXED = [
    "FREQ=DAILY", "FREQ=WEEKLY", "FREQ=MONTHLY", "FREQ=YEARLY", "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
    "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8", "FREQ=MONTHLY;BYDAY=TU,WE,TH;BYSETPOS=3",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2", "FREQ=YEARLY;BYDAY=20MO", "FREQ=YEARLY;BYDAY=-1FR,1MO",
    "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", "FREQ=YEARLY;BYYEARDAY=1,100,200,-1", "FREQ=YEARLY;BYMONTHDAY=1,-1",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "FREQ=MONTHLY;BYMONTHDAY=31", "FREQ=MONTHLY;BYMONTHDAY=-31", "FREQ=MONTHLY;BYDAY=5WE",
    "FREQ=DAILY;BYMONTHDAY=-1,-2", "FREQ=DAILY;BYMONTH=1;BYDAY=SU", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=MO", "FREQ=WEEKLY;BYMONTH=3,10;BYDAY=SA,SU", "FREQ=YEARLY;BYMONTH=6,7,8;BYDAY=TH",
    "FREQ=HOURLY;INTERVAL=5", "FREQ=HOURLY;BYDAY=SU;BYHOUR=1,2,3", "FREQ=MINUTELY;INTERVAL=90", "FREQ=MINUTELY;BYHOUR=2;BYMINUTE=0,30",
    "FREQ=SECONDLY;INTERVAL=86399", "FREQ=DAILY;BYHOUR=1,2,3;BYMINUTE=15,45", "FREQ=DAILY;BYHOUR=0;BYMINUTE=0;BYSECOND=0,59",
    "FREQ=MONTHLY;BYMONTHDAY=10,20;BYHOUR=9,17;BYSETPOS=-1,1", "FREQ=DAILY;BYHOUR=8,12,16;BYSETPOS=2", "FREQ=YEARLY;BYDAY=MO;BYSETPOS=1,-1",
    "FREQ=HOURLY;BYMINUTE=5,25,45;BYSETPOS=-1", "FREQ=DAILY;INTERVAL=400", "FREQ=MONTHLY;INTERVAL=18;BYDAY=-1SU",
]


def several(chance, low, high, most, signed=False):
    numbers = chance.sample(range(low, high + 1), chance.randint(1, most))
    return ",".join(str(-n if signed and chance.random() < 0.3 else n) for n in numbers)


def random_rule(chance):
    frequency = chance.choices(["YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY"], [5, 7, 6, 5, 2, 1])[0]
    parts = [f"FREQ={frequency}"]
    if chance.random() < 0.5:
        parts.append(f"INTERVAL={chance.randint(2, 5)}")
    sometimes = lambda share: chance.random() < share
    if sometimes(0.3):
        parts.append("BYMONTH=" + several(chance, 1, 12, 4))
    if frequency != "WEEKLY" and sometimes(0.3):
        parts.append("BYMONTHDAY=" + several(chance, 1, 31, 5, signed=True))
    numbered = False
    if sometimes(0.5):
        days = chance.sample(DAYS, chance.randint(1, 3))
        if frequency in ("YEARLY", "MONTHLY") and sometimes(0.5):
            numbered = True
            days = [f"{chance.choice([1, 2, 3, 4, -1, -2])}{day}" for day in days]
        parts.append("BYDAY=" + ",".join(days))
        if frequency == "YEARLY" and not numbered and sometimes(0.2):
            parts.append("BYWEEKNO=" + several(chance, 3, 50, 3))
    if frequency == "YEARLY" and sometimes(0.1):
        parts.append("BYYEARDAY=" + several(chance, 1, 365, 4, signed=True))
    if sometimes(0.2):
        parts.append("BYHOUR=" + several(chance, 0, 23, 3))
    if sometimes(0.15):
        parts.append("BYMINUTE=" + several(chance, 0, 59, 2))
    lists = sum(part.startswith("BY") for part in parts)
    if lists and frequency in ("YEARLY", "MONTHLY", "DAILY") and sometimes(0.2):
        parts.append("BYSETPOS=" + several(chance, 1, 3, 2, signed=True))
    if sometimes(0.2):
        parts.append("WKST=" + chance.choice(DAYS))
    end = chance.random()
    if end < 0.2:
        parts.append(f"COUNT={chance.randint(1, 20)}")
    return ";".join(parts), end > 0.85


def starts(rule, start, until):
    parts = [part for part in rule.split(";") if not part.startswith(("COUNT", "UNTIL"))]
    count = next((int(part[6:]) for part in rule.split(";") if part.startswith("COUNT")), MOST)
    given = rrulestr(";".join(parts), dtstart=start).xafter(start, inc=False)
    bounded = itertools.takewhile(lambda time: time < LAST and (until is None or time <= until), given)
    return list(itertools.islice(itertools.chain([start], bounded), min(count, MOST)))


def main():
    chance = random.Random(20270314)
    rows = []
    for number in range(460):
        zone = chance.choice(ZONES)
        start = datetime(chance.randint(1996, 2028), chance.randint(1, 12), chance.randint(1, 28), chance.choice([0, 1, 2, 2, 9, 13, 23]), chance.choice([0, 0, 15, 30]))
        if number < 3 * len(FIXED):
            rule, ends = FIXED[number % len(FIXED)], False
        else:
            rule, ends = random_rule(chance)
        until = None
        if ends:
            until = start + timedelta(days=chance.randint(30, 2000))
            utc = until.replace(tzinfo=ZoneInfo(zone)).astimezone(timezone.utc)
            if utc.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != until:
                continue
            rule += f";UNTIL={utc:%Y%m%dT%H%M%SZ}"
        try:
            local = starts(rule, start, until)
        except ValueError:  # dateutil refuses a rule that gives nothing
            continue
        instants = [int(time.replace(tzinfo=ZoneInfo(zone)).timestamp()) for time in local]
        steps = [after - before for before, after in zip(instants, instants[1:])]
        rows.append([zone, f"{start:%Y%m%dT%H%M%S}", rule, instants[0], *steps])
    sys.stdout.write("[\n" + ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows) + "\n]\n")


main()
