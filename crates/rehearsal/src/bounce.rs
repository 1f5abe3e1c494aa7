//! The report that a mail server writes when an address does not exist (RFC 3464).

use jiff::Timestamp;
use mail::port::Outgoing;

use crate::reply::date;

/// A genuine-looking report, with the headers of the message that came back.
pub(crate) fn report(message: &Outgoing, at: Timestamp) -> Vec<u8> {
    let recipient = &message.recipient;
    let domain = recipient.rsplit_once('@').map_or("mail.example", |(_, domain)| domain);
    let end = message.message.windows(4).position(|window| window == b"\r\n\r\n").unwrap_or(message.message.len());
    let headers = String::from_utf8_lossy(message.message.get(..end).unwrap_or_default()).into_owned();
    let to = if message.envelope_from.is_empty() { &message.feedback_address } else { &message.envelope_from };
    let date = date(at);
    let boundary = format!("report-{}", at.as_millisecond());
    format!(
        "From: Mail Delivery Subsystem <mailer-daemon@{domain}>\r\n\
         To: <{to}>\r\n\
         Subject: Undelivered Mail Returned to Sender\r\n\
         Date: {date}\r\n\
         Message-ID: <{boundary}.{}@{domain}>\r\n\
         Auto-Submitted: auto-replied\r\n\
         MIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=\"{boundary}\"\r\n\
         \r\n\
         --{boundary}\r\n\
         Content-Type: text/plain; charset=us-ascii\r\n\
         \r\n\
         I'm sorry to have to inform you that your message could not be delivered.\r\n\
         \r\n\
         <{recipient}>: host mx.{domain} said: 550 5.1.1 User unknown\r\n\
         \r\n\
         --{boundary}\r\n\
         Content-Type: message/delivery-status\r\n\
         \r\n\
         Reporting-MTA: dns; mx.{domain}\r\n\
         Arrival-Date: {date}\r\n\
         \r\n\
         Final-Recipient: rfc822; {recipient}\r\n\
         Action: failed\r\n\
         Status: 5.1.1\r\n\
         Remote-MTA: dns; mx.{domain}\r\n\
         Diagnostic-Code: smtp; 550 5.1.1 User unknown\r\n\
         \r\n\
         --{boundary}\r\n\
         Content-Type: text/rfc822-headers\r\n\
         \r\n\
         {headers}\r\n\
         \r\n\
         --{boundary}--\r\n",
        message.tag,
    )
    .into_bytes()
}
