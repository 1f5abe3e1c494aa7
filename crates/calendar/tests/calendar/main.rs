//! The calendar crate against real files, an oracle and chance.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test that cannot go on fails")]

mod chance;
mod corpus;
mod oracle;
