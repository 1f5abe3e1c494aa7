//! The mail crate against messages of real programs.

#[cfg(test)]
mod bombs;
#[cfg(test)]
mod clients;
#[cfg(test)]
mod corpus;
#[cfg(test)]
mod invitation;
#[cfg(test)]
mod robustness;
