//! The adapters against servers: real ones where there are any, else fakes that say so.

#[cfg(test)]
mod account;
#[cfg(test)]
mod caldav;
#[cfg(test)]
mod calendar_part;
#[cfg(test)]
mod consent;
#[cfg(test)]
mod emulate;
#[cfg(test)]
mod feed;
#[cfg(test)]
mod google;
#[cfg(test)]
mod google_client;
#[cfg(test)]
mod imap;
#[cfg(test)]
mod live;
#[cfg(test)]
mod maildir;
#[cfg(test)]
mod microsoft;
#[cfg(test)]
mod round;
#[cfg(test)]
mod s3;
#[cfg(test)]
mod ses;
#[cfg(test)]
mod sign_in;
#[cfg(test)]
mod smtp;
#[cfg(test)]
mod smtp_cut;
