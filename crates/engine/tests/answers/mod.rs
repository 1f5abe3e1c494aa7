//! What comes back: matched, counted once, shown with its evidence.

mod counting;
mod dovecot;
mod letters;
mod matching;
mod settling;
mod showing;
mod world;
