//! The calendar crate against real files, an oracle and chance.

mod corpus;
