//! Guests by the million, for tests of large screens: copies of one guest with everything that hangs on them.

use anyhow::Result;

use crate::Writer;

/// Each takes the guest, how many copies, and the highest id of a guest, an invitation and a delivery.
const COPY: [&str; 6] = [
    "WITH RECURSIVE copy (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM copy WHERE number < ?2)
     INSERT INTO guest (id, address, address_shown, name, first_name, last_name, zone, language, role, fields, created_at)
     SELECT ?3 + number, 'guest' || (?3 + number) || '@crowd.example', 'guest' || (?3 + number) || '@crowd.example', 'Guest ' || (?3 + number),
            'Guest', ?3 + number, zone, language, role, fields, created_at
     FROM copy, guest WHERE guest.id = ?1 AND ?4 + ?5 >= 0",
    "INSERT INTO guest_search (rowid, address, name)
     SELECT id, address, name FROM guest WHERE id > ?3 AND id <= ?3 + ?2 AND ?1 + ?4 + ?5 >= 0",
    "INSERT INTO guest_list_member (list, guest, role)
     SELECT list, id, guest_list_member.role FROM guest, guest_list_member
     WHERE guest_list_member.guest = ?1 AND id > ?3 AND id <= ?3 + ?2 AND ?4 + ?5 >= 0",
    "INSERT INTO invitation (id, guest, event, token, uid, organizer, address, sequence, dtstamp, created_at)
     SELECT ?4 + copied.id - ?3, copied.id, event, token || copied.id, token || copied.id || uid, organizer, copied.address, sequence, dtstamp,
            invitation.created_at
     FROM guest AS copied, invitation WHERE invitation.guest = ?1 AND copied.id > ?3 AND copied.id <= ?3 + ?2 AND ?5 >= 0",
    "INSERT INTO holding (invitation, event, guest, revision_sent, revision_accepted, answer, answered_revision, answered_at, answer_dtstamp)
     SELECT ?4 + copied.id - ?3, event, copied.id, revision_sent, revision_accepted, answer, answered_revision, answered_at, answer_dtstamp
     FROM guest AS copied, holding WHERE holding.guest = ?1 AND copied.id > ?3 AND copied.id <= ?3 + ?2 AND ?5 >= 0",
    "INSERT INTO delivery (id, campaign, guest, invitation, revision, method, state, tries, claim, sequence, claimed_at, begun_at, finished_at, reason)
     SELECT ?5 + copied.id - ?3, campaign, copied.id, ?4 + copied.id - ?3, revision, method, state, tries, claim, sequence, claimed_at, begun_at,
            finished_at, reason
     FROM guest AS copied, delivery WHERE delivery.guest = ?1 AND copied.id > ?3 AND copied.id <= ?3 + ?2",
];

/// Copies a guest who was invited once, to one event: with the lists, the invitation, the answer and the message.
///
/// # Errors
/// When the database cannot be written.
pub fn copy(w: &Writer<'_>, guest: i64, copies: u32) -> Result<()> {
    let last = |table: &str| w.0.query_row(&format!("SELECT coalesce(max(id), 0) FROM {table}"), [], |row| row.get::<_, i64>(0));
    let (guests, invitations, deliveries) = (last("guest")?, last("invitation")?, last("delivery")?);
    for sql in COPY {
        w.0.execute(sql, (guest, copies, guests, invitations, deliveries))?;
    }
    Ok(())
}
