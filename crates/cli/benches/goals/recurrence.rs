//! Rules expanded, beside python-dateutil.

use std::time::Instant;

use anyhow::{Result, ensure};
use calendar::recurrence::Rule;
use jiff::civil::{DateTime, date};

use crate::peers;
use crate::table::{Goal, Peer, Table, per_second};

const RULES: [&str; 12] = [
    "FREQ=DAILY",
    "FREQ=DAILY;INTERVAL=3",
    "FREQ=WEEKLY;BYDAY=MO,WE,FR",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SA;WKST=SU",
    "FREQ=MONTHLY;BYDAY=2TU",
    "FREQ=MONTHLY;BYDAY=-1FR",
    "FREQ=MONTHLY;BYMONTHDAY=1,15,-1",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH",
    "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO",
    "FREQ=YEARLY;BYMONTH=1,7;BYMONTHDAY=4",
    "FREQ=DAILY;BYMONTH=6,7,8;BYDAY=SA,SU;BYHOUR=10,14",
];
const TAKEN: usize = 1_000;
const ROUNDS: usize = 20;

pub(crate) fn measure(table: &mut Table) -> Result<()> {
    let start = date(2001, 1, 1).at(9, 0, 0, 0);
    let began = Instant::now();
    let mut count = 0;
    let mut last = Vec::new();
    for _ in 0..ROUNDS {
        last.clear();
        for text in RULES {
            let (rule, _) = Rule::parse(text)?;
            let mut end: Option<DateTime> = None;
            for occurrence in rule.local_starts(start).filter(|occurrence| *occurrence < date(9000, 1, 1).at(0, 0, 0, 0)).take(TAKEN) {
                count += 1;
                end = Some(occurrence);
            }
            last.push(end);
        }
    }
    let ours = per_second(count, began.elapsed());
    let peer = peers::dateutil(&RULES, start, TAKEN)?;
    let goal = peer.as_ref().map_or(Goal::None, |peer| Goal::AtLeast(peer.per_second));
    let peer = match peer {
        Some(peer) => {
            let own: Vec<String> = last.iter().flatten().map(|end| end.strftime("%Y%m%dT%H%M%S").to_string()).collect();
            ensure!(own == peer.last, "python-dateutil ends elsewhere: {own:?} and {:?}", peer.last);
            Some(Peer { name: "python-dateutil, same occurrences", measured: peer.per_second })
        }
        None => None,
    };
    table.add("recurrence: occurrences of twelve rules", ours, "/s", goal, peer);
    Ok(())
}
