//! Whole ways through the program, with servers that others wrote.

mod archive;
mod booked;
mod by_mail;
mod consent;
mod contract;
mod desk;
mod mirrored;
mod round;
mod season;
mod thousand_ses;
mod thousand_smtp;
