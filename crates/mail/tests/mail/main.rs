//! The mail crate against messages of real programs.

#[cfg(test)]
mod corpus;
#[cfg(test)]
mod invitation;
