//! The mail crate against messages of real programs.

mod corpus;
