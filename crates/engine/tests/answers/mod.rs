//! What comes back: matched, counted once, shown with its evidence.

mod archive;
mod by_hand;
mod commands;
mod counting;
mod desk;
mod dovecot;
mod filing;
mod first_pull;
mod forged;
mod import;
mod leavers;
mod letters;
mod matching;
mod own_words;
mod passed_on;
mod proposals;
mod refresh;
mod settling;
mod showing;
mod world;
