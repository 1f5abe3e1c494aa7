//! The command line as scripts see it: what it prints and how it exits.

#[cfg(test)]
mod calendar;
#[cfg(test)]
mod command;
#[cfg(test)]
mod event;
#[cfg(test)]
mod expand;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod guests;
#[cfg(test)]
mod inspect;
#[cfg(test)]
mod journey;
#[cfg(test)]
mod program;
