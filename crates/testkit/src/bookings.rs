//! A feed as a platform for bookings publishes it.

use crate::scripted_http::Reply;

/// A booking of two hours on a day in March 2030, in UTC.
#[must_use]
pub fn booking(uid: &str, day: u32, hour: u32, summary: &str) -> String {
    format!(
        "BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTART:203003{day:02}T{hour:02}0000Z\r\nDTEND:203003{day:02}T{:02}0000Z\r\nSUMMARY:{summary}\r\nEND:VEVENT\r\n",
        hour + 2
    )
}

/// The answer that holds these bookings of a hall.
#[must_use]
pub fn feed(bookings: &[String]) -> Reply {
    let text =
        format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Bookings//EN\r\nX-WR-CALNAME:Hall\r\n{}END:VCALENDAR\r\n", bookings.concat());
    Reply::new(200).header("content-type", "text/calendar").body(text)
}
