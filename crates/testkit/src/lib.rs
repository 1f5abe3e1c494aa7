//! What tests stand on: real servers started on free ports and stopped on drop, and fakes that say that they are fakes.
//!
//! | module | is |
//! |---|---|
//! | [`dovecot`] | a real IMAP server |
//! | [`postfix`] | a real SMTP server, with logins, deliveries and genuine bounces |
//! | [`smtp_sink`] | Postfix's own receiver, for speed |
//! | [`radicale`] | a real CalDAV server |
//! | [`xandikos`] | a real CalDAV server that differs in much |
//! | [`breaking_line`] | a line to any of them that breaks |
//! | [`watched_http`] | a line to any of them that speaks HTTP, at which a test listens |
//! | [`other_client`] | another client of a CalDAV server, by an independent library |
//! | [`troubled_line`] | a line of HTTP to any of them, with what happens on the way |
//! | [`moto`] | an independent imitation of Amazon SES, without quota and throttling, and of S3 |
//! | [`counting_smtp`] | **a fake of ours**: an SMTP server that counts, and breaks where it is told to |
//! | [`counting_sender`] | **a fake of ours**: a sender behind the port, without a network |
//! | [`counting_ses`] | **a fake of ours**: SES v2 with quota, rate and broken lines |
//! | [`fake_calendars`] | **a fake of ours**: calendars behind the port, without a network, with faults |
//! | [`fake_google`] | **a fake of ours**: Google's sign-in and Google Calendar |
//! | [`emulate`] | an independent imitation of Google's sign-in, and of a part of Google Calendar |
//! | [`google_client`] | Google's own client, pointed at that fake |
//! | [`fake_dns`] | **a fake of ours**: a name server that knows what it is told |
//! | [`fake_graph`] | **a fake of ours**: Microsoft's sign-in and calendars |
//! | [`bookings`] | a feed as a platform for bookings publishes it |
//! | [`scripted_http`] | **a fake of ours**: an HTTP server that answers as a test tells it, and breaks off |
//! | [`crowd`] | guests by the million, copied from one |
//! | [`icalendar`] | an independent reader of calendar parts |
//! | [`organizer`] | invitations in the forms of Google, Outlook and iCloud |
//! | [`sandbox`] | an engine on a folder of its own, with a clock that stands still |
//!
//! A server whose program is not installed is an error that names the package: a test that needs it fails, everywhere alike.

pub mod bookings;
pub mod breaking_line;
pub mod certificate;
mod conversation;
pub mod counting_sender;
pub mod counting_ses;
pub mod counting_smtp;
pub mod crowd;
pub mod dovecot;
pub mod emulate;
pub mod fake_calendars;
pub mod fake_dns;
pub mod fake_google;
pub mod fake_graph;
pub mod google_client;
pub mod icalendar;
pub mod moto;
pub mod organizer;
pub mod other_client;
pub mod postfix;
pub mod radicale;
pub mod sandbox;
pub mod scripted_http;
pub mod smtp_sink;
pub mod troubled_line;
pub mod watched_http;
pub mod xandikos;

pub mod http;
mod program;
