//! Every trouble at every provider, through the engine: what the organizer reads, that nothing is damaged, and that it is right again afterwards.

mod clock;
mod consent;
mod feeds;
mod matrix;
mod world;
