//! The command line as scripts see it: what it prints and how it exits.

#[cfg(test)]
mod inspect;
