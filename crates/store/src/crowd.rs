//! Guests by the million, for tests of large screens: copies of one guest with everything that hangs on them.

use anyhow::Result;

use crate::Writer;

/// Each takes the guest, how many copies, and the highest id of a guest, an invitation, a delivery and a receipt.
const COPY: [&str; 8] = [
    "WITH RECURSIVE copy (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM copy WHERE number < ?2)
     INSERT INTO guest (id, address, address_shown, name, first_name, last_name, zone, language, role, fields, created_at)
     SELECT ?3 + number, 'guest' || (?3 + number) || '@crowd.example', 'guest' || (?3 + number) || '@crowd.example', 'Guest ' || (?3 + number),
            'Guest', ?3 + number, zone, language, role, fields, created_at
     FROM copy, guest WHERE guest.id = ?1 AND ?4 + ?5 + ?6 >= 0",
    "INSERT INTO guest_search (rowid, address, name)
     SELECT id, address, name FROM guest WHERE id > ?3 AND id <= ?3 + ?2 AND ?1 + ?4 + ?5 + ?6 >= 0",
    "INSERT INTO guest_list_member (list, guest, role)
     SELECT list, id, guest_list_member.role FROM guest, guest_list_member
     WHERE guest_list_member.guest = ?1 AND id > ?3 AND id <= ?3 + ?2 AND ?4 + ?5 + ?6 >= 0",
    "INSERT INTO invitation (id, guest, event, token, uid, organizer, address, provider, sequence, dtstamp, created_at)
     SELECT ?4 + copied.id - ?3, copied.id, event, token || copied.id, token || copied.id || uid, organizer, copied.address, provider,
            sequence, dtstamp, invitation.created_at
     FROM guest AS copied, invitation WHERE invitation.guest = ?1 AND copied.id > ?3 AND copied.id <= ?3 + ?2 AND ?5 + ?6 >= 0",
    "INSERT INTO delivery (id, campaign, guest, invitation, revision, method, state, tries, claim, sequence, claimed_at, begun_at, finished_at, reason)
     SELECT ?5 + copied.id - ?3, campaign, copied.id, ?4 + copied.id - ?3, revision, method, state, tries, claim, sequence, claimed_at, begun_at,
            finished_at, reason
     FROM guest AS copied, delivery WHERE delivery.guest = ?1 AND copied.id > ?3 AND copied.id <= ?3 + ?2 AND ?6 >= 0",
    "INSERT INTO receipt (id, inbox, identity, received_at, read_at, kind, state, invitation, delivery, guest, matched_by, reason, sender, subject,
            uid, recurrence_id, attendee, answer, comment, extra_guests, sequence, dtstamp, raw)
     SELECT ?6 + copied.id - ?3, inbox, identity || copied.id, received_at, read_at, kind, state, ?4 + copied.id - ?3, ?5 + copied.id - ?3,
            copied.id, matched_by, reason, sender, subject, uid, recurrence_id, attendee, answer, comment, extra_guests, sequence, dtstamp, raw
     FROM guest AS copied, receipt WHERE receipt.guest = ?1 AND copied.id > ?3 AND copied.id <= ?3 + ?2",
    "INSERT INTO holding (invitation, event, guest, revision_sent, revision_accepted, answer, answered_revision, answered_at, answer_sequence,
            answer_dtstamp, comment, receipt, campaign, provider, channel, waited)
     SELECT ?4 + copied.id - ?3, event, copied.id, revision_sent, revision_accepted, answer, answered_revision, answered_at, answer_sequence,
            answer_dtstamp, comment, iif(receipt IS NULL, NULL, ?6 + copied.id - ?3), campaign, provider, channel, waited
     FROM guest AS copied, holding WHERE holding.guest = ?1 AND copied.id > ?3 AND copied.id <= ?3 + ?2 AND ?5 >= 0",
    "INSERT INTO given (invitation, event, recurrence_id, receipt, answer, revision, sequence, dtstamp, at, extra_guests, comment)
     SELECT ?4 + copied.id - ?3, given.event, recurrence_id, ?6 + copied.id - ?3, answer, revision, given.sequence, given.dtstamp, at,
            extra_guests, comment
     FROM guest AS copied, given JOIN invitation ON invitation.id = given.invitation
     WHERE invitation.guest = ?1 AND copied.id > ?3 AND copied.id <= ?3 + ?2 AND ?5 >= 0",
];

/// Copies a guest who was invited once, to one event, and answered once at most: with the lists, the invitation, the message and the answer.
///
/// # Errors
/// When the database cannot be written.
pub fn copy(w: &Writer<'_>, guest: i64, copies: u32) -> Result<()> {
    let last = |table: &str| w.0.query_row(&format!("SELECT coalesce(max(id), 0) FROM {table}"), [], |row| row.get::<_, i64>(0));
    let (guests, invitations, deliveries, receipts) = (last("guest")?, last("invitation")?, last("delivery")?, last("receipt")?);
    for sql in COPY {
        w.0.execute(sql, (guest, copies, guests, invitations, deliveries, receipts))?;
    }
    Ok(())
}

/// Each takes the event, how many answer, and the highest id of a receipt.
const ANSWER: [&str; 3] = [
    "INSERT INTO receipt (id, identity, received_at, read_at, kind, state, invitation, guest, matched_by, uid, answer, sequence, dtstamp, raw)
     SELECT ?3 + number, 'crowd' || (?3 + number), at, at, 'reply', 'counted', invitation, guest, 'token', uid,
            CASE number % 5 WHEN 0 THEN 'no' WHEN 1 THEN 'maybe' ELSE 'yes' END, 0, at, x''
     FROM (SELECT row_number() OVER (ORDER BY i.id) AS number, i.id AS invitation, i.guest, i.uid,
                  1800000000000 + (i.id * 7919 % 100000) * (i.id * 7919 % 100000) / 10000 * 1210 AS at
           FROM invitation i JOIN holding h ON h.invitation = i.id AND h.recurrence_id = '' WHERE i.event = ?1 AND h.answer = '' LIMIT ?2)",
    "INSERT INTO given (invitation, event, recurrence_id, receipt, answer, sequence, dtstamp, at, extra_guests, comment)
     SELECT invitation, ?1, '', id, answer, 0, dtstamp, received_at, 0, '' FROM receipt WHERE id > ?3 AND ?2 > 0",
    "UPDATE holding SET answer = g.answer, answered_at = g.at, answer_sequence = 0, answer_dtstamp = g.dtstamp, receipt = g.receipt,
            channel = 'calendar', waited = 1 + g.receipt % 8
     FROM given g WHERE g.invitation = holding.invitation AND g.recurrence_id = '' AND holding.recurrence_id = '' AND g.receipt > ?3
          AND holding.event = ?1 AND ?2 > 0",
];

/// Lets so many guests of an event answer who have not, over the two weeks after their invitation: most of them soon.
///
/// # Errors
/// When the database cannot be written.
pub fn answer(w: &Writer<'_>, event: i64, guests: u32) -> Result<()> {
    let last: i64 = w.0.query_row("SELECT coalesce(max(id), 0) FROM receipt", [], |row| row.get(0))?;
    for sql in ANSWER {
        w.0.execute(sql, (event, guests, last))?;
    }
    Ok(())
}
