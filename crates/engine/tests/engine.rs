//! The engine on a real database, with adapters that stay on this computer.

#[cfg(test)]
mod accounts;
#[cfg(test)]
mod answers;
#[cfg(test)]
mod backup;
#[cfg(test)]
mod calendars;
#[cfg(test)]
mod guests;
#[cfg(test)]
mod sandbox;
#[cfg(test)]
mod sending;
#[cfg(test)]
mod sync;
